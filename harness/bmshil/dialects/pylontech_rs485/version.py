"""0x4F, the version of the protocol: it stands in VER of the reply, and INFO is empty."""

from __future__ import annotations


def encode(version: tuple[int, int]) -> int:
    """Return VER of the reply, for example 0x21 for 2.1. Digits above 15 are cut."""
    return (version[0] & 0xF) << 4 | (version[1] & 0xF)


def decode(ver: int) -> tuple[int, int]:
    """Return major and minor version of a VER."""
    return ver >> 4, ver & 0xF
