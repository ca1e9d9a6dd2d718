"""Which packs hang on one chain of link cables, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.bms.architectures.settings import ArchitectureSettings

PEERS = frozenset({"parallel", "collector", "polled"})
"""Architectures in which every pack is asked or speaks by itself."""


def chains_of(settings: ArchitectureSettings, packs: int) -> list[list[int]]:
    """The chains of a bank: the intended master first, then the others by their numbers.

    Args:
        settings: of the bank.
        packs: in the bank.
    """
    if settings.kind == "hub" and settings.groups:
        ends = [sum(settings.groups[: place + 1]) for place in range(len(settings.groups))]
        return [list(range(end - size + 1, end + 1)) for end, size in zip(ends, settings.groups, strict=True)]
    numbers = list(range(1, packs + 1))
    if settings.kind in PEERS:
        return [numbers]
    return [[settings.master, *(number for number in numbers if number != settings.master)]]


def usual_scheme(settings: ArchitectureSettings) -> str:
    """Name of the scheme of switches that a bank has unless its rig file says otherwise."""
    return "offset" if settings.kind in PEERS else "pylontech"
