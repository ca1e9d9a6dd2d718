"""bmshil: a hardware-in-the-loop bench for inverters that talk to lithium batteries.

The rooms of the house, and who may import whom, are drawn in ``docs/architecture.md``.
"""
