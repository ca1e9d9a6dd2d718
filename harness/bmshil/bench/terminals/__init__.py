"""Playing the terminals of the simulated bank, and showing what flows through them."""
