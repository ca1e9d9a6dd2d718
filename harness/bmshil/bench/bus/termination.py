"""What a resistance between CAN-H and CAN-L says about the terminators on the cable."""

from __future__ import annotations

import math

TERMINATOR = 120.0
"""One terminator, ohm. Source: ISO 11898-2, one at either end of the cable, 60 ohm together."""

LOWEST, HIGHEST = 55.0, 65.0
"""What two terminators may read, ohm."""

REACH = (HIGHEST - LOWEST) / 2 / (TERMINATOR / 2)
"""How far a reading may lie from that of a whole number of terminators, as a share of it."""

MOST = 12
"""Of more terminators the readings run into each other, and a short circuit reads no differently."""

NUMBERS = (
    "no terminator",
    "one terminator",
    "two terminators",
    "three terminators",
    "four terminators",
    "five terminators",
    "six terminators",
    "seven terminators",
    "eight terminators",
    "nine terminators",
    "ten terminators",
    "eleven terminators",
    "twelve terminators",
)


def terminators(resistance: float) -> str:
    """Name what is on the cable: "two terminators", "no terminator", or what else such a reading means.

    Args:
        resistance: between CAN-H and CAN-L with the power off, ohm; infinite for an open line.
    """
    number = round(TERMINATOR / resistance) if resistance > 0 else MOST + 1
    if number > MOST:
        return "a short circuit, or more than twelve terminators"
    if number == 0:
        return NUMBERS[0]
    if abs(resistance - TERMINATOR / number) <= REACH * TERMINATOR / number:
        return NUMBERS[number]
    return "no whole number of terminators: a bad contact, or something else across the lines"


def reading(resistance: float) -> str:
    """Write a reading as people say it: "15 ohm", or "open"."""
    return "open" if math.isinf(resistance) else f"{resistance:.3g} ohm"
