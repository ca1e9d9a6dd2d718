"""The way into bus-off and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.errors import PortError
from bmshil.twin.canbus.confinement import BusError, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Segment

RECOVERY = 128 * 11 * 2_000  # ns; 2.816 ms at 500 kbit/s


def broken(segment: Callable[..., Segment], *, recovers: bool) -> Segment:
    """Give a segment on which node a has just become bus-off, because all its frames were destroyed."""
    made = segment(3, recovers=recovers)
    made.medium.disturbance = lambda _bits: 1.0
    made.send(made.nodes[0])
    assert made.timeline.until(lambda: made.nodes[0].off, 1.0)
    made.medium.disturbance = None
    return made


def test_thirty_two_destroyed_frames_in_a_row(segment: Callable[..., Segment]) -> None:
    three = broken(segment, recovers=False)
    victim, *_ = three.nodes
    assert [error.tec for error in victim.errors] == list(range(8, 257, 8))
    assert [error.state for error in victim.errors].count(State.ERROR_PASSIVE) == 16
    assert victim.errors[-1].state is State.BUS_OFF
    assert three.medium.error_frames == 32
    three.timeline.run(60)
    assert victim.state is State.BUS_OFF


def test_what_was_to_be_sent_is_dropped_and_no_more_is_taken(segment: Callable[..., Segment]) -> None:
    three = broken(segment, recovers=False)
    assert len(three.nodes[0].queue) == 0
    with pytest.raises(PortError, match="a is bus-off and cannot send"):
        three.send(three.nodes[0])
    three.timeline.run(1)
    assert three.medium.frames == 0


def test_a_station_in_bus_off_neither_hears_nor_acknowledges(segment: Callable[..., Segment]) -> None:
    three = broken(segment, recovers=False)
    victim, second, third = three.nodes
    three.send(second)
    three.timeline.run(1)
    assert (len(third.heard), victim.heard) == (1, [])
    three.medium.detach(third)
    three.send(second)
    three.timeline.run(1)
    assert (second.state, len(second.queue)) == (State.ERROR_PASSIVE, 1)


def test_it_comes_back_by_itself_after_128_times_11_recessive_bits(segment: Callable[..., Segment]) -> None:
    three = broken(segment, recovers=True)
    victim, *_ = three.nodes
    since = victim.told[-1]
    three.timeline.run(RECOVERY * 1e-9 - 1e-6)
    assert victim.state is State.BUS_OFF
    three.timeline.run(1)
    assert victim.errors[-1] == BusError("state", False, State.ERROR_ACTIVE, 0, 0)
    assert victim.told[-1] == since + RECOVERY
    three.send(victim)
    three.timeline.run(1)
    assert len(victim.confirmed) == 1


def test_it_comes_back_when_told_to(segment: Callable[..., Segment]) -> None:
    three = broken(segment, recovers=False)
    victim, *_ = three.nodes
    three.timeline.run(1)
    told = three.timeline.now
    three.medium.recover(victim)
    three.timeline.run(0.001)
    three.medium.recover(victim)  # already on the way
    three.timeline.run(1)
    assert victim.state is State.ERROR_ACTIVE
    assert victim.told[-1] == told + RECOVERY


def test_only_a_station_in_bus_off_is_recovered(segment: Callable[..., Segment]) -> None:
    three = segment(3)
    three.medium.recover(three.nodes[0])
    three.timeline.run(1)
    assert three.nodes[0].errors == []


def test_traffic_lengthens_the_way_back(segment: Callable[..., Segment]) -> None:
    three = broken(segment, recovers=False)
    victim, second, third = three.nodes
    for _ in range(300):
        three.send(second)
    begin = three.timeline.now
    three.medium.recover(victim)
    three.timeline.run(1)
    # Each frame of the full bus ends with one row of eleven recessive bits
    heard = [when for when, *_ in third.heard if when <= victim.told[-1]]
    assert len(heard) == pytest.approx(128, abs=1)
    assert victim.told[-1] - begin > 128 * 50 * 2_000


def test_a_station_at_half_the_bit_rate_counts_bits_twice_as_long(segment: Callable[..., Segment]) -> None:
    two = segment(2)
    slow = two.join("slow", bitrate=250_000, recovers=False)
    slow.punish(256, 0)
    begin = two.timeline.now
    two.medium.recover(slow)
    two.timeline.run(1)
    assert slow.told[-1] - begin == 2 * RECOVERY


def test_eleven_bits_at_the_end_of_a_frame_are_too_few_for_a_slower_station(
    segment: Callable[..., Segment],
) -> None:
    two = segment(2)
    slow = two.join("slow", bitrate=250_000, recovers=False)
    slow.punish(256, 0)
    for _ in range(300):
        two.send(two.nodes[0])
    two.medium.recover(slow)
    begin = two.timeline.now
    two.timeline.run(1)
    full = max(when for when, *_ in two.nodes[1].heard) - begin
    assert full > 300 * 50 * 2_000
    assert 0 <= slow.told[-1] - begin - full - 2 * RECOVERY < 4_000


def test_sparse_traffic_costs_little(segment: Callable[..., Segment]) -> None:
    three = broken(segment, recovers=False)
    victim, second, _ = three.nodes
    three.timeline.run(1)
    begin = three.timeline.now
    three.medium.recover(victim)
    three.timeline.run(0.001)
    three.send(second)
    three.timeline.run(1)
    # A frame of 55 to 65 bits, of which eleven count, and a row that it has cut
    assert RECOVERY < victim.told[-1] - begin < RECOVERY + (65 - 11 + 11) * 2_000


def test_who_leaves_and_comes_again_starts_anew(segment: Callable[..., Segment]) -> None:
    three = broken(segment, recovers=True)
    victim, *_ = three.nodes
    three.medium.detach(victim)
    three.medium.attach(victim)
    assert (victim.state, victim.tec) == (State.ERROR_ACTIVE, 0)
    three.timeline.run(1)
    assert victim.errors[-1].state is State.BUS_OFF  # nobody tells it a second time


def test_a_lone_sender_is_heard_by_who_comes_back(segment: Callable[..., Segment]) -> None:
    three = broken(segment, recovers=False)
    victim, second, third = three.nodes
    three.medium.detach(third)
    three.send(second)
    three.timeline.run(1)
    three.medium.recover(victim)
    three.timeline.run(1)
    assert len(victim.heard) == len(second.confirmed) == 1
