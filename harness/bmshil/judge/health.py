"""The rig's own health over a window, so that its troubles are never blamed on the device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from bmshil.journal import Records

TROUBLES = {
    "late_slot": "the rig sent late",
    "lost_frame": "the rig lost frames that it meant to send",
    "port_error": "a CAN adapter failed",
    "instrument_error": "an instrument failed",
    "supply_limit": "the supply was in limit",
    "envelope": "the envelope of the rig was left",
    "late_control": "the control loop was late",
}
"""Kinds of journal events that make a verdict inconclusive, in words."""


class Health(msgspec.Struct, frozen=True):
    """How the rig was doing during a test.

    Attributes:
        problems: troubles in words; empty for a rig within its own tolerance.
        events: number of troubles by kind.
        frames: frames in the journal over the window.
        error_frames: error frames that an adapter reported.
        stray_frames: identifiers on the bus that neither the bank nor the declared device uses.
    """

    problems: tuple[str, ...] = ()
    events: dict[str, int] = {}
    frames: int = 0
    error_frames: int = 0
    stray_frames: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the rig was within its own tolerance."""
        return not self.problems


def rig_health(records: Records, start: float, end: float) -> Health:
    """Draw the rig's health over a window from the journal, s."""
    counts: dict[str, int] = {}
    causes: dict[str, str] = {}
    error_frames = 0
    strays: dict[str, None] = {}
    for event in records.events(start, end):
        if event.kind in TROUBLES:
            counts[event.kind] = counts.get(event.kind, 0) + 1
            causes.setdefault(event.kind, f"{event.source} {event.data.get('cause', '')}".strip())
        elif event.kind == "bus_error":
            error_frames += 1
        elif event.kind == "stray_frame":
            strays[str(event.data.get("id", "?"))] = None
    problems = tuple(
        f"{TROUBLES[kind]} ({count} x, first: {causes[kind]})" for kind, count in sorted(counts.items())
    )
    return Health(problems, counts, len(records.frames(start, end)), error_frames, tuple(strays))
