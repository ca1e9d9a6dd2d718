"""How much of a bus recurring frames fill, before a single one is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

STUFFED, STUFFED_EXTENDED = 34, 54
"""Bits of a frame that are stuffed beside its data: start bit, identifier, control field and CRC."""

UNSTUFFED = 13
"""CRC delimiter, acknowledge slot and its delimiter, end of frame, three bits of interframe space."""


def worst_bits(length: int, extended: bool = False) -> int:
    """The most bits that a data frame of this length can take, with its interframe space.

    Args:
        length: data bytes, 0 to 8.
        extended: whether the identifier has 29 bits.

    Returns:
        Bits: 135 for eight bytes and an identifier of 11 bits, 160 with 29.

    Source: ISO 11898-1 (frame format, bit stuffing); the bound is that of Davis, Burns, Bril and Lukkien,
    "Controller Area Network (CAN) schedulability analysis: Refuted, revisited and revised", 2007: a stuff bit
    after the first five bits and after every four that follow.
    """
    stuffed = (STUFFED_EXTENDED if extended else STUFFED) + 8 * length
    return stuffed + (stuffed - 1) // 4 + UNSTUFFED


def bus_load(recurring: Iterable[tuple[int, float]], bitrate: int) -> float:
    """The share of the bus that recurring frames fill.

    Args:
        recurring: bits and period (s) of each.
        bitrate: bit/s.

    Returns:
        0 for an idle bus; above 1 where more is planned than the bus can carry.
    """
    return sum(bits / period for bits, period in recurring) / bitrate
