"""A sender that nobody acknowledges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus.confinement import BusError, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Segment

# 0x305 with eight zeros: 125 bits, and 6 more with an error flag instead of the end of frame
ATTEMPT = 125 + 6
SUSPENDED = ATTEMPT + 8
ZEROS = bytes(8)


def test_sixteen_attempts_make_it_passive_and_no_more_can_make_it_bus_off(
    segment: Callable[..., Segment],
) -> None:
    alone = segment(1)
    (sender,) = alone.nodes
    alone.send(sender, 0x305, ZEROS)
    alone.run_bits(15 * ATTEMPT)
    assert (sender.tec, sender.state) == (120, State.ERROR_WARNING)
    alone.run_bits(ATTEMPT)
    assert (sender.tec, sender.state) == (128, State.ERROR_PASSIVE)
    alone.timeline.run(600)
    assert (sender.tec, sender.state, len(sender.queue)) == (128, State.ERROR_PASSIVE, 1)
    assert sender.errors[0] == BusError("acknowledge", True, State.ERROR_ACTIVE, 8, 0)
    assert sender.errors[15] == BusError("acknowledge", True, State.ERROR_PASSIVE, 128, 0)
    assert sender.told[0] == 131 * 2_000


def test_active_error_flags_are_seen_and_passive_ones_are_not(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    alone.send(alone.nodes[0], 0x305, ZEROS)
    alone.timeline.run(10)
    assert (alone.medium.frames, alone.medium.error_frames) == (0, 16)


def test_endless_repetition_is_counted_without_events(
    segment: Callable[..., Segment], monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[int] = []
    queue = SimulatedTimeline.at
    monkeypatch.setattr(SimulatedTimeline, "at", lambda *all_: (events.append(all_[1]), queue(*all_)))
    alone = segment(1)
    alone.send(alone.nodes[0], 0x305, ZEROS)
    alone.run_bits(16 * ATTEMPT + 8 + 1000 * SUSPENDED)
    assert alone.medium.unacknowledged == 1016
    assert alone.medium.busy_ns == 1016 * ATTEMPT * 2_000
    assert alone.medium.load(100 * SUSPENDED * 2e-6) == pytest.approx(ATTEMPT / SUSPENDED, abs=1e-6)
    assert len(events) == 16


def test_looking_often_changes_nothing(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    alone.send(alone.nodes[0], 0x305, ZEROS)
    alone.run_bits(16 * ATTEMPT + 8)
    for number in range(1, 50):
        alone.run_bits(SUSPENDED)
        assert alone.medium.unacknowledged == 16 + number
        assert alone.medium.load(SUSPENDED * 2e-6) == pytest.approx(ATTEMPT / SUSPENDED, abs=1e-6)


def test_who_comes_acknowledges_the_attempt_after_the_one_on_the_wire(
    segment: Callable[..., Segment],
) -> None:
    alone = segment(1)
    (sender,) = alone.nodes
    alone.send(sender, 0x305, ZEROS)
    passive = 16 * ATTEMPT + 8
    alone.run_bits(passive + 7 * SUSPENDED + 50)
    late = alone.join("late")
    alone.timeline.run(1)
    assert late.heard == [((passive + 8 * SUSPENDED + 125) * 2_000, 0x305, "00" * 8)]
    assert alone.medium.unacknowledged == 16 + 8
    assert (sender.tec, sender.state) == (127, State.ERROR_WARNING)
    assert sender.errors[-1] == BusError("state", True, State.ERROR_WARNING, 127, 0)


def test_one_success_per_frame_brings_the_counter_down(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    (sender,) = alone.nodes
    alone.send(sender)
    alone.timeline.run(1)
    alone.join("late")
    for _ in range(129):
        alone.send(sender)
    alone.timeline.run(1)
    assert (sender.tec, sender.state) == (0, State.ERROR_ACTIVE)
    assert [error.state for error in sender.errors[16:]] == [State.ERROR_WARNING, State.ERROR_ACTIVE]
    assert [error.tec for error in sender.errors[16:]] == [127, 95]


def test_a_flush_in_the_middle_of_an_attempt_takes_the_frame_too(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    (sender,) = alone.nodes
    for identifier in (0x305, 0x351):
        alone.send(sender, identifier)
    alone.run_bits(10)
    assert [message.arbitration_id for message in alone.medium.flush(sender)] == [0x305, 0x351]
    alone.send(sender, 0x355)
    assert len(sender.queue) == 1
    alone.timeline.run(1)
    late = alone.join("late")
    alone.timeline.run(1)
    assert [identifier for _, identifier, _ in late.heard] == [0x355]


def test_a_flush_ends_the_repetition(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    (sender,) = alone.nodes
    alone.send(sender, 0x305, ZEROS)
    alone.run_bits(16 * ATTEMPT + 8 + 5 * SUSPENDED + 20)
    assert len(alone.medium.flush(sender)) == 1
    assert alone.medium.unacknowledged == 16 + 6  # the one on the wire is completed
    alone.timeline.run(1)
    assert alone.medium.unacknowledged == 16 + 6


def test_who_comes_before_the_repetition_has_begun_hears_its_first_attempt(
    segment: Callable[..., Segment],
) -> None:
    alone = segment(1)
    (sender,) = alone.nodes
    alone.send(sender, 0x305, ZEROS)
    alone.run_bits(16 * ATTEMPT + 4)
    late = alone.join("late")
    alone.timeline.run(1)
    assert [when for when, *_ in late.heard] == [(16 * ATTEMPT + 8 + 125) * 2_000]
    assert alone.medium.unacknowledged == 16


def test_a_flush_while_the_sender_is_suspended(segment: Callable[..., Segment]) -> None:
    three = segment(3, one_shot=True)
    sender, _, other = three.nodes
    three.medium.disturbance = lambda _bits: 1.0
    for _ in range(18):
        three.send(sender, 0x305, ZEROS)
    assert three.timeline.until(lambda: sender.tec == 136, 1.0)
    assert len(sender.queue) == 1
    assert len(three.medium.flush(sender)) == 1
    three.medium.disturbance = None
    three.send(other, 0x351)
    three.timeline.run(1)
    assert [identifier for _, identifier, _ in sender.heard] == [0x351]
    assert other.heard == []


def test_the_second_of_two_lone_senders_acknowledges_the_first(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    (sender,) = alone.nodes
    alone.send(sender, 0x305)
    alone.timeline.run(1)
    other = alone.join("other")
    alone.send(other, 0x351)
    alone.timeline.run(1)
    assert [identifier for _, identifier, _ in other.heard] == [0x305]
    assert [identifier for _, identifier, _ in sender.heard] == [0x351]


def test_an_error_passive_sender_lets_others_go_first(segment: Callable[..., Segment]) -> None:
    both = segment(2)
    passive, other = both.nodes
    for _ in range(2):
        both.send(passive, 0x100, ZEROS)
    both.medium.disturbance = lambda _bits: 1.0
    assert both.timeline.until(lambda: passive.tec > 140, 1.0)
    both.medium.disturbance = None
    both.send(other, 0x700, ZEROS)
    both.timeline.run(1)
    # Although 0x100 would win, it is suspended for 8 bits after its failed attempt and after its first frame
    assert [identifier for _, identifier, _ in other.heard] == [0x100, 0x100]
    assert passive.heard[0][0] < other.heard[1][0]


def test_one_shot_tries_once_and_tells(segment: Callable[..., Segment]) -> None:
    alone = segment(1, one_shot=True)
    (sender,) = alone.nodes
    for identifier in (0x305, 0x351):
        alone.send(sender, identifier)
    alone.timeline.run(1)
    assert (alone.medium.unacknowledged, len(sender.queue), sender.tec) == (2, 0, 16)
    assert [error.kind for error in sender.errors] == ["acknowledge", "acknowledge"]


def test_a_listener_sees_the_active_flags(segment: Callable[..., Segment]) -> None:
    alone = segment(1)
    listener = alone.join("listener", listen_only=True)
    alone.send(alone.nodes[0], 0x305, ZEROS)
    alone.timeline.run(1)
    flags = [when for when, error in zip(listener.told, listener.errors, strict=True) if error.kind == "form"]
    assert len(flags) == 16
    assert flags[-1] == 16 * ATTEMPT * 2_000
