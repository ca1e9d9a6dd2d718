"""Spans of time between events that begin and end a state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.journal import Event
from bmshil.judge.spans import device_off, spans, uncovered, within


def events(*told: tuple[float, str, str]) -> list[Event]:
    return [Event(when, kind, source, {}) for when, kind, source in told]


def test_each_source_has_its_own_spans() -> None:
    found = spans(
        events(
            (1.0, "down", "a"),
            (2.0, "down", "b"),
            (3.0, "up", "a"),
            (4.0, "down", "a"),
            (5.0, "down", "a"),
            (6.0, "up", "b"),
            (7.0, "up", "b"),
        ),
        "down",
        "up",
    )
    assert [(one.start, one.end, one.event.source) for one in found] == [
        (1.0, 3.0, "a"),
        (2.0, 6.0, "b"),
        (4.0, float("inf"), "a"),
    ]


def test_a_device_needs_its_time_to_boot() -> None:
    told = [
        Event(1.0, "device", "bench", {"on": False}),
        Event(2.0, "device", "bench", {"on": False}),
        Event(4.0, "device", "bench", {"on": True, "boot": 5.0}),
        Event(5.0, "relay", "relays", {}),
        Event(20.0, "device", "bench", {"on": False}),
    ]
    assert device_off(told) == [(1.0, 9.0), (20.0, float("inf"))]
    assert device_off([Event(4.0, "device", "bench", {"on": True, "boot": 5.0})]) == []


@pytest.mark.parametrize(
    ("start", "end", "excused", "left"),
    [
        (1.0, 2.0, [], True),
        (1.0, 2.0, [(0.0, 3.0)], False),
        (1.0, 2.0, [(0.0, 1.5)], True),
        (1.0, 2.0, [(1.5, 3.0)], True),
        (1.0, 4.0, [(2.5, 5.0), (0.0, 2.5)], False),
        (1.0, 4.0, [(2.6, 5.0), (0.0, 2.5)], True),
        (1.0, 4.0, [(5.0, 6.0)], True),
    ],
)
def test_what_no_excuse_covers_is_left(
    start: float, end: float, excused: list[tuple[float, float]], left: bool
) -> None:
    assert uncovered(start, end, excused) is left


TENTHS = st.integers(0, 40).map(lambda tenths: tenths / 10)


@given(st.lists(st.tuples(TENTHS, TENTHS).map(lambda two: (min(two), max(two))), max_size=5), TENTHS, TENTHS)
def test_a_span_is_covered_when_each_of_its_moments_is(
    excused: list[tuple[float, float]], one: float, other: float
) -> None:
    start, end = min(one, other), max(one, other)
    moments = [start + (end - start) * part / 400 for part in range(1, 400)]
    if start < end:
        assert uncovered(start, end, excused) is any(not within(when, excused) for when in moments)
