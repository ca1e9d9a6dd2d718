"""The rig's own health over a window, so that its troubles are never blamed on the device."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bmshil.judge.spans import device_off, spans, uncovered, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.journal import Event, Records

TROUBLES = {
    "late_slot": "the rig sent late",
    "lost_frame": "the rig lost frames that it meant to send",
    "port_error": "an adapter of CAN or RS485 failed",
    "missed_question": "the bank did not answer a question of the device in time",
    "instrument_error": "an instrument failed",
    "clock_step": "a clock that stamps frames jumped",
    "stuck_reading": "an instrument repeated itself or disagreed with another",
    "supply_limit": "the supply was in limit",
    "dead_source": "what feeds or loads the device failed or is too weak: the current does not come back",
    "envelope": "the envelope of the rig was left",
    "late_control": "the control loop was late",
    "loop_late": "the control loop was slower than it may be",
    "loop_ripple": "the control loop swung",
}
"""Kinds of journal events that make a verdict inconclusive, in words."""

BY_THE_BUS = {
    "unacknowledged": "frames were not acknowledged in time: the device or its cable",
    "stale": "frames waited too long for the bus",
    "bus-off": "errors on the bus drove a controller of the bench off it",
}
"""What a bus does to a sound rig on it, by what the event says happened: the adapter is not to blame."""

SICK_STATES = ("error-passive", "bus-off")
"""States of a CAN controller that no healthy bus brings it to, the worse one last."""

PROBES = "disturber"
"""The port that listens at other bit rates: what it hears wrong says nothing about the bus. What becomes of
its own frames does: it is not the one who is disturbed."""


class Health(msgspec.Struct, frozen=True):
    """How the rig was doing during a test.

    Attributes:
        problems: troubles in words; empty for a rig within its own tolerance.
        events: number of troubles by kind.
        frames: frames in the journal over the window.
        error_frames: error frames that an adapter reported.
        stray_frames: identifiers on the bus that neither the bank nor the declared device uses.
        controllers: adapters of the bench that became error-passive or bus-off, with their worst state.
        garbled: questions of the device on the serial line that were damaged.
        unacknowledged: adapters whose frames nobody acknowledged while the device was on.
    """

    problems: tuple[str, ...] = ()
    events: dict[str, int] = {}
    frames: int = 0
    error_frames: int = 0
    stray_frames: tuple[str, ...] = ()
    controllers: dict[str, str] = {}
    unacknowledged: tuple[str, ...] = ()
    garbled: int = 0

    @property
    def sound(self) -> bool:
        """Whether the rig was within its own tolerance."""
        return not self.problems


def rig_health(
    records: Records, start: float, end: float, *, disturbed: bool = False, alone: bool = False
) -> Health:
    """Draw the rig's health over a window from the journal.

    An adapter that was down when the window began counts. What the bus did while the bench itself kept the
    device off does not: nobody was there to acknowledge.

    Args:
        records: a live journal or one read back.
        start: begin of the window, s.
        end: end of the window, s.
        disturbed: the bus was disturbed on purpose, so that what it did to frames is no trouble of the rig;
            what it did before the window is.
        alone: whether anybody acknowledges is what the test has asked, or nothing to it; so is what a bus on
            which nobody does has done to the bench.
    """
    past = records.events(0.0, end)
    off = device_off(past)
    lonely = [(start, end)] if alone else off
    excused = [(start, end)] if disturbed else lonely
    troubles = [
        event for event in _lasting(past, start) if not (alone and event.data.get("what") in BY_THE_BUS)
    ]
    error_frames = garbled = 0
    strays: dict[str, None] = {}
    controllers: dict[str, str] = {}
    for event in past:
        if event.t < start:
            continue
        if event.kind in TROUBLES:
            what = event.data.get("what")
            unheard = event.source == PROBES and what == "unacknowledged"
            if not (what in BY_THE_BUS and within(event.t, lonely if unheard else excused)):
                troubles.append(event)
        elif event.kind == "garbled_question":
            garbled += not within(event.t, excused)
        elif event.kind == "stray_frame":
            strays[str(event.data.get("id", "?"))] = None
        elif event.source == PROBES or within(event.t, off):
            continue
        elif event.kind == "bus_error":
            error_frames += int(event.data.get("count", 1))
        elif event.kind == "bus_state" and (state := event.data.get("state")) in SICK_STATES:
            worst = max(SICK_STATES.index(state), SICK_STATES.index(controllers.get(event.source, state)))
            controllers[event.source] = SICK_STATES[worst]
    counts, problems = _told(troubles)
    return Health(
        problems,
        counts,
        len(records.frames(start, end)),
        error_frames,
        tuple(strays),
        controllers,
        () if alone else _unacknowledged(past, start, end, began_before=disturbed),
        garbled,
    )


def _unacknowledged(
    past: Sequence[Event], start: float, end: float, *, began_before: bool
) -> tuple[str, ...]:
    """Ports whose frames nobody acknowledged in the window, though the device was on."""
    off = device_off(past)
    found = [
        span.event.source
        for span in spans(past, "unacknowledged", "acknowledged")
        if span.touches(start, end)
        and uncovered(max(span.start, start), min(span.end, end), off)
        and not (began_before and span.start >= start and span.event.source != PROBES)
    ]
    return tuple(dict.fromkeys(found))


def _lasting(past: Sequence[Event], start: float) -> list[Event]:
    """Failures of adapters from before the window that had not ended when it began."""
    failures = spans(past, "port_error", "port_recovered")
    return [one.event for one in failures if one.start < start and one.touches(start, start)]


def _told(troubles: Sequence[Event]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Troubles by kind: how many, and in words."""
    counts = Counter(event.kind for event in troubles)
    alike: dict[str, list[Event]] = {}
    for event in sorted(troubles, key=lambda one: one.kind):
        alike.setdefault(BY_THE_BUS.get(event.data.get("what", ""), TROUBLES[event.kind]), []).append(event)
    return dict(counts), tuple(
        f"{words} ({len(events)} x, first: {events[0].source} {events[0].data.get('cause', '')}".strip() + ")"
        for words, events in alike.items()
    )
