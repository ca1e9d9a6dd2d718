"""The bus or serial line of a bench: who speaks there, what goes wrong, and what the cable says."""
