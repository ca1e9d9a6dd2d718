"""Noise that depends on when one looks, and not on how often."""

import random

_LENGTH = 4096
_STRIDE = 2_654_435_761  # Knuth's multiplier: neighbours in time land far apart in the table


class Noise:
    """Gaussian noise on the grid of the world's steps.

    Args:
        seed: makes the noise of one instrument.
        channel: makes that of one of its inputs.
    """

    def __init__(self, seed: int, channel: int) -> None:
        source = random.Random(seed * 1009 + channel)  # noqa: S311 - noise, not a secret
        self._table = [source.gauss() for _ in range(_LENGTH)]

    def at(self, step: int) -> float:
        """Return the noise of one step; its standard deviation is 1."""
        return self._table[(step * _STRIDE >> 8) % _LENGTH]
