"""Spans of time between events that begin and end a state: an adapter is down, the device is off."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bmshil.journal import Event

ENDLESS = float("inf")


class Span(NamedTuple):
    """A span of time, s, and the event that began it."""

    start: float
    end: float
    event: Event

    def touches(self, start: float, end: float) -> bool:
        """Whether it has an instant in common with the window from ``start`` to ``end``, s."""
        return self.start <= end and self.end > start


def spans(events: Iterable[Event], begins: str, ends: str) -> list[Span]:
    """Pair the events that begin a state with those that end it, source by source.

    A state that has not ended goes on for ever; one that begins again before it has ended is one.

    Args:
        events: in the order of time.
        begins: kind of the event that begins it.
        ends: kind of the event that ends it.
    """
    found: list[Span] = []
    open_: dict[str, int] = {}
    for event in events:
        if event.kind == begins and event.source not in open_:
            open_[event.source] = len(found)
            found.append(Span(event.t, ENDLESS, event))
        elif event.kind == ends and event.source in open_:
            place = open_.pop(event.source)
            found[place] = found[place]._replace(end=event.t)
    return found


def device_off(events: Iterable[Event]) -> list[tuple[float, float]]:
    """When the bench itself kept the device off, s; a device needs its start-up time to come back.

    Drawn from events ``device`` with ``on`` and, when it is switched on, ``boot`` in s.
    """
    found: list[tuple[float, float]] = []
    since: float | None = None
    for event in events:
        if event.kind != "device":
            continue
        if not event.data["on"]:
            since = event.t if since is None else since
        elif since is not None:
            found.append((since, event.t + float(event.data["boot"])))
            since = None
    return found if since is None else [*found, (since, ENDLESS)]


def within(when: float, excused: Sequence[tuple[float, float]]) -> bool:
    """Whether an instant lies in one of the spans."""
    return any(start <= when <= end for start, end in excused)


def uncovered(start: float, end: float, excused: Sequence[tuple[float, float]]) -> bool:
    """Whether a part of the span from ``start`` to ``end`` lies in none of the others."""
    for first, last in sorted(excused):
        if first > start:
            return True
        start = max(start, last)
        if start >= end:
            return False
    return start <= end
