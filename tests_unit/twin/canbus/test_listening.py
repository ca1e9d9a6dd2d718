"""Who only listens hears what nobody acknowledges, once its sender is error-passive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import can
from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.timeline import Nanoseconds, SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.confinement import State

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from conftest import Segment

# 0x305 with eight zeros: 125 bits, and 6 more with an error flag instead of the end of frame
ATTEMPT = 125 + 6
SUSPENDED = ATTEMPT + 8
PASSIVE = 16 * ATTEMPT + 8
"""Bits until the first attempt that is not destroyed begins."""
ZEROS = bytes(8)
BIT = 2_000  # ns


def alone_with_a_listener(segment: Callable[..., Segment]) -> Segment:
    alone = segment(1)
    alone.join("listener", listen_only=True)
    alone.send(alone.nodes[0], 0x305, ZEROS)
    return alone


def test_a_frame_is_heard_from_the_seventeenth_attempt_on(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    listener = alone.join("listener", listen_only=True)
    alone.send(alone.nodes[0], 0x305, ZEROS)
    alone.run_bits(PASSIVE + ATTEMPT - 1)
    assert listener.heard == []
    alone.run_bits(1)
    assert listener.heard == [((PASSIVE + ATTEMPT) * BIT, 0x305, "00" * 8)]
    assert alone.nodes[0].confirmed == []
    assert alone.medium.frames == 0


def test_it_is_heard_again_every_ten_milliseconds(
    segment: Callable[..., Segment], monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[int] = []
    queue = SimulatedTimeline.at

    def at(timeline: SimulatedTimeline, when: Nanoseconds, callback: Callable[[], object]) -> object:
        events.append(when)
        return queue(timeline, when, callback)

    monkeypatch.setattr(SimulatedTimeline, "at", at)
    alone = segment(1)
    listener = alone.join("listener", listen_only=True)
    alone.send(alone.nodes[0], 0x305, ZEROS)
    alone.timeline.run(60)
    # 36 attempts take 10.008 ms, and 60 s less the first 4.5 ms are 5994.8 times that
    assert len(listener.heard) == 5995
    first, second, *_ = (when for when, *_ in listener.heard)
    assert second - first == 36 * SUSPENDED * BIT
    assert len(events) < 2.1 * 5995


def test_its_sender_is_told_of_the_sixteen_that_were_destroyed(segment: Callable[..., Segment]) -> None:
    alone = alone_with_a_listener(segment)
    (sender,) = alone.nodes
    alone.timeline.run(10)
    assert [error.kind for error in sender.errors] == ["acknowledge"] * 16
    assert (sender.tec, sender.state, len(sender.queue)) == (128, State.ERROR_PASSIVE, 1)


def test_what_a_listener_hears_brings_its_counter_down(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    listener = alone.join("listener", listen_only=True)
    alone.send(alone.nodes[0], 0x305, ZEROS)
    alone.run_bits(16 * ATTEMPT)
    assert listener.rec == 16
    alone.timeline.run(2)
    assert (listener.rec, listener.state) == (0, State.ERROR_ACTIVE)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3000), st.lists(st.integers(1, 100_000), max_size=5))
def test_listening_changes_nothing_on_the_bus(
    make_segment: Callable[..., Segment], first: int, more: list[int]
) -> None:
    heard, unheard = make_segment(1), make_segment(1)
    heard.join("listener", listen_only=True)
    for alone in (heard, unheard):
        alone.send(alone.nodes[0], 0x305, ZEROS)
    for bits in (first, *more):
        for alone in (heard, unheard):
            alone.run_bits(bits)
        assert heard.medium.unacknowledged == unheard.medium.unacknowledged
        assert heard.medium.busy_ns == unheard.medium.busy_ns
        assert heard.medium.error_frames == unheard.medium.error_frames


def test_who_begins_to_listen_hears_the_next_attempt(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    alone.send(alone.nodes[0], 0x305, ZEROS)
    alone.run_bits(PASSIVE + 1000 * SUSPENDED + 20)
    listener = alone.join("listener", listen_only=True)
    alone.timeline.run(0.001)
    assert listener.heard[0][0] == (PASSIVE + 1001 * SUSPENDED + ATTEMPT) * BIT


def test_the_attempt_that_is_acknowledged_at_last_is_heard_and_confirmed(
    segment: Callable[..., Segment],
) -> None:
    alone = segment(1)
    (sender,) = alone.nodes
    listener = alone.join("listener", listen_only=True)
    alone.send(sender, 0x305, ZEROS)
    alone.timeline.run(0.017)
    late = alone.join("late")
    alone.timeline.run(1)
    ((end, *_),) = late.heard
    assert [when for when, *_ in sender.confirmed] == [end]
    assert listener.heard[-1][0] == end
    assert len(listener.heard) == 1 + 1 + 1  # at 4.5 and 14.5 ms, and this one


def test_the_next_frame_of_a_flushed_sender_is_heard_at_once(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    (sender,) = alone.nodes
    listener = alone.join("listener", listen_only=True)
    alone.send(sender, 0x305, ZEROS)
    alone.timeline.run(0.006)
    alone.medium.flush(sender)
    alone.send(sender, 0x351)
    alone.timeline.run(0.002)
    assert [identifier for _, identifier, _ in listener.heard] == [0x305, 0x351]


def test_one_shot_frames_of_a_passive_sender_are_heard_once_each(segment: Callable[..., Segment]) -> None:
    alone = segment(1, one_shot=True)
    listener = alone.join("listener", listen_only=True)
    for number in range(20):
        alone.send(alone.nodes[0], 0x305, bytes([number]))
    alone.timeline.run(1)
    assert [data for *_, data in listener.heard] == ["10", "11", "12", "13"]


def test_repetitions_are_messages_of_their_own() -> None:
    timeline = SimulatedTimeline()
    can_medium.create("repeated", timeline)
    try:
        sender = can.Bus(interface="twin", channel="repeated", ignore_config=True)
        listener = can.Bus(interface="twin", channel="repeated", ignore_config=True, listen_only=True)
        sender.send(can.Message(arbitration_id=0x305, is_extended_id=False, data=ZEROS))
        timeline.run(0.02)
        heard = [message for message in iter(lambda: listener.recv(0), None) if not message.is_error_frame]
        assert [round(message.timestamp, 6) for message in heard] == [0.00447, 0.014478]
        sender.shutdown()
        listener.shutdown()
    finally:
        can_medium.remove("repeated")
