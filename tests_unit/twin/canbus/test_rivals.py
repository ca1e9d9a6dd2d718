"""Two senders at different bit rates that nobody acknowledges: they take turns for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.twin.canbus import traffic

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Node, Segment

ZEROS = bytes(8)
LONGEST = 600
"""Bits of 2 us that no attempt exceeds: one that is on the wire is counted as soon as something changes."""


def rivals(make: Callable[..., Segment], bitrate: int = 250_000) -> tuple[Segment, Node, Node]:
    """One sender at 500 kbit/s and one at another rate, both with a frame, and a listener for each."""
    two = make(1)
    (own,) = two.nodes
    stranger = two.join("stranger", bitrate=bitrate)
    two.nodes += [
        stranger,
        two.join("listener", listen_only=True),
        two.join("its listener", listen_only=True, bitrate=bitrate),
    ]
    two.send(own, 0x351, ZEROS)
    two.send(stranger, 0x305, ZEROS)
    return two, own, stranger


def test_both_are_heard_by_who_listens_at_their_bit_rate(segment: Callable[..., Segment]) -> None:
    two, own, stranger = rivals(segment)
    two.timeline.run(10)
    _, _, listener, its_listener = two.nodes
    assert {identifier for _, identifier, _ in listener.heard} == {0x351}
    assert {identifier for _, identifier, _ in its_listener.heard} == {0x305}
    assert 980 < len(listener.heard) <= 1000
    assert 980 < len(its_listener.heard) <= 1000
    assert (own.passive, stranger.passive, own.off, stranger.off) == (True, True, False, False)


def test_they_fill_the_bus_at_little_cost(segment: Callable[..., Segment]) -> None:
    two, _, _ = rivals(segment)
    two.timeline.run(1)
    with mock.patch.object(two.timeline, "at", wraps=two.timeline.at) as events:
        two.timeline.run(10)
    # 131 bits of 4 us and some more of 2 us make 0.78 ms: 2.56 attempts in a millisecond
    assert two.medium.load(10.0) == pytest.approx(1.0, abs=1e-3)
    assert 28_000 < two.medium.unacknowledged < 28_200
    assert events.call_count < 4 * 1000


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([1_000_000, 250_000, 125_000]),
    st.lists(
        st.tuples(st.integers(LONGEST, 30_000), st.sampled_from(["look", "flush", "listen"])), max_size=6
    ),
)
def test_the_short_way_gives_what_each_attempt_gives(
    make_segment: Callable[..., Segment], bitrate: int, steps: list[tuple[int, str]]
) -> None:
    def facts(two: Segment, own: Node, stranger: Node) -> list[tuple[int, ...]]:
        found: list[tuple[int, ...]] = []
        for bits, what in steps:
            two.run_bits(bits)
            medium = two.medium
            found.append((medium.unacknowledged, medium.busy_ns, medium.error_frames, own.tec, stranger.tec))
            if what == "flush":
                two.medium.flush(own)
                two.send(own, 0x355)
            elif what == "listen":
                two.join("another", listen_only=True)
        return found

    short = facts(*rivals(make_segment, bitrate))
    with mock.patch.object(traffic, "endless", return_value=[]):
        assert facts(*rivals(make_segment, bitrate)) == short
