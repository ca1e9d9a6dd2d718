"""The grid of instants on which the electrical world moves."""

STEP = 0.005
"""One step, s."""

STEP_NS = 5_000_000
"""One step, ns."""
