"""Events of the journal as numbered markers, with one line of text for each number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.journal import Event

TEXTS_PER_MARKER = 4
"""Different texts that one marker spells out; the rest is counted."""

_UNITS = {"cvl": "V", "dvl": "V", "ccl": "A", "dcl": "A"}
_RIG_TROUBLES = {
    "late_slot": "sent late",
    "lost_frame": "frame lost",
    "port_error": "CAN adapter failed",
    "bus_error": "bus error",
    "stray_frame": "stray frame",
    "instrument_error": "instrument failed",
    "clock_step": "clock jumped",
    "stuck_reading": "reading stuck",
    "supply_limit": "supply in limit",
    "envelope": "envelope left",
    "late_control": "control loop late",
    "loop_late": "control loop slow",
    "loop_ripple": "control loop swings",
}


class Marker(NamedTuple):
    """What happened at about one moment.

    Attributes:
        number: from 1.
        time: of its first event, s of timeline time.
        until: of its last event, s.
        text: all its events in words.
        trouble: True when one of them is a trouble of the rig.
    """

    number: int
    time: float
    until: float
    text: str
    trouble: bool


def markers(events: Sequence[Event], apart: float) -> list[Marker]:
    """Number the events that belong on a plot; those that would overlap share one number.

    Args:
        events: in the order of time; kinds that belong on no plot are passed over.
        apart: least distance of two markers, s.
    """
    groups: list[list[tuple[float, str, bool]]] = []
    for event in events:
        text = describe(event)
        if text is None:
            continue
        if not groups or event.t - groups[-1][0][0] >= apart:
            groups.append([])
        groups[-1].append((event.t, text, event.kind in _RIG_TROUBLES))
    return [
        Marker(
            number,
            group[0][0],
            group[-1][0],
            _joined([text for _, text, _ in group]),
            any(trouble for _, _, trouble in group),
        )
        for number, group in enumerate(groups, start=1)
    ]


def describe(event: Event) -> str | None:
    """An event in a few words; None for a kind that belongs on no plot."""
    data = event.data
    if event.kind == "fault":
        switched = "" if data.get("on") is None else (" on" if data["on"] else " off")
        return f"{event.source}: {data.get('text', 'fault')}{switched}"
    if event.kind == "limit":
        return _limits(event)
    if event.kind == "relay":
        return f"relay {data.get('role', event.source)} {'closed' if data.get('closed') else 'open'}"
    if event.kind == "stimulus":
        return str(data.get("text", event.source))
    if event.kind in _RIG_TROUBLES:
        cause = data.get("cause") or data.get("id") or ""
        return f"rig: {_RIG_TROUBLES[event.kind]}, {event.source} {cause}".rstrip()
    return None


def _limits(event: Event) -> str:
    if "decided_by" in event.data:
        return f"{event.source}: limits decided by the node"
    given = [
        f"{name.upper()} {_short(value)}{' ' + _UNITS[name] if name in _UNITS else ''}"
        for name, value in event.data.items()
        if value is not None
    ]
    return f"{event.source}: limit {', '.join(given) or 'lifted'}"


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _joined(texts: Sequence[str]) -> str:
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    spelled = [f"{text} ({count} x)" if count > 1 else text for text, count in counts.items()]
    rest = len(spelled) - TEXTS_PER_MARKER
    if rest > 0:
        spelled = [*spelled[:TEXTS_PER_MARKER], f"and {rest} more"]
    return "; ".join(spelled)
