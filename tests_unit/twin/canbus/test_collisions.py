"""Two stations that send one identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.twin.canbus.confinement import BusError, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Segment

# 0x351 with 01 or 02: the 28th bit is the first that differs, 02 is recessive there. Its error flag is on the
# wire from the 29th bit on; the receiver, for which the 27th and 28th bit were dominant already, finds the
# sixth in a row in the 32nd and adds its own six bits. Then 8 bits of delimiter and 3 of intermission.
ERROR_FRAME_ENDS = (28 + 10 + 8 + 3) * 2_000


def test_the_first_collision_bit_by_bit(segment: Callable[..., Segment]) -> None:
    three = segment(3)
    first, second, witness = three.nodes
    three.send(first, data=b"\x01")
    three.send(second, data=b"\x02")
    three.run_bits(49)
    assert (three.medium.collisions, three.medium.error_frames, three.medium.frames) == (1, 1, 0)
    assert first.errors == [BusError("bit", True, State.ERROR_ACTIVE, 8, 0)]
    assert second.errors == [BusError("bit", True, State.ERROR_ACTIVE, 8, 0)]
    assert witness.errors == [BusError("stuff", False, State.ERROR_ACTIVE, 0, 1)]
    assert first.told == second.told == witness.told == [ERROR_FRAME_ENDS]
    assert three.medium.busy_ns == ERROR_FRAME_ENDS


def test_after_sixteen_collisions_the_dominant_one_gets_through(segment: Callable[..., Segment]) -> None:
    three = segment(3)
    first, second, witness = three.nodes
    three.send(first, data=b"\x01")
    three.send(second, data=b"\x02")
    three.timeline.run(1)
    # Passive both, the one that is recessive first cannot destroy the other's frame any more
    assert (three.medium.collisions, three.medium.error_frames) == (17, 16)
    assert [data for *_, data in witness.heard] == ["01", "02"]
    assert (first.tec, second.tec) == (127, 135)
    assert (witness.tec, witness.rec) == (0, 14)  # 16 errors and 2 good frames
    assert [data for *_, data in second.heard] == []  # it was busy with its own error
    assert [data for *_, data in first.heard] == ["02"]


def test_who_always_loses_ends_in_bus_off(segment: Callable[..., Segment]) -> None:
    three = segment(3, recovers=False)
    first, second, _ = three.nodes
    for number in range(60):
        for node, data in ((first, b"\x01"), (second, b"\x02")):
            three.send_at(number * 10_000_000, node, data=data)
    three.timeline.run(1)
    # 16 collisions in the first period, then 8 up and 1 down in each: 135, 142, ... 254, 261
    assert second.state is State.BUS_OFF
    assert [error.state for error in second.errors if error.kind == "bit"].count(State.BUS_OFF) == 1
    assert three.medium.collisions == 16 + 19
    assert (first.state, first.rec) == (State.ERROR_ACTIVE, 0)
    assert len(first.confirmed) == 60
    assert len(second.confirmed) == 18


def test_free_running_senders_alternate_and_collide_only_when_aligned(
    segment: Callable[..., Segment],
) -> None:
    three = segment(3)
    first, second, witness = three.nodes
    # 1.000 s and 1.001 s with phases 10 ms apart: the second catches up once, in the eleventh period
    for number in range(20):
        three.send_at(number * 1_000_000_000 + 10_000_000, first, data=b"\x01")
        three.send_at(number * 1_001_000_000, second, data=b"\x02")
    three.timeline.run(30)
    values = [data for *_, data in witness.heard]
    assert values[:8] == ["02", "01"] * 4
    assert sorted(values) == ["01"] * 20 + ["02"] * 20
    assert three.medium.collisions == 17
    assert three.medium.error_frames == 16


def test_equal_frames_merge_and_both_are_confirmed(segment: Callable[..., Segment]) -> None:
    three = segment(3)
    first, second, witness = three.nodes
    three.send(first, data=b"\x07")
    three.send(second, data=b"\x07")
    three.timeline.run(1)
    assert [data for *_, data in witness.heard] == ["07"]
    assert first.confirmed == second.confirmed == witness.heard
    assert first.heard == second.heard == []
    assert (three.medium.frames, three.medium.collisions, three.medium.error_frames) == (1, 0, 0)


def test_equal_frames_of_all_stations_have_nobody_to_acknowledge_them(
    segment: Callable[..., Segment],
) -> None:
    two = segment(2)
    for node in two.nodes:
        two.send(node, data=b"\x07")
    two.timeline.run(1)
    assert (two.medium.frames, [node.tec for node in two.nodes]) == (0, [128, 128])
    assert two.medium.unacknowledged > 1000
    third = two.join("third")
    two.timeline.run(1)
    assert len(third.heard) == 1
    assert [len(node.confirmed) for node in two.nodes] == [1, 1]


def test_different_lengths_collide_in_the_control_field(segment: Callable[..., Segment]) -> None:
    three = segment(3)
    first, second, _ = three.nodes
    three.send(first, 0x355, b"\x00")
    three.send(second, 0x355, bytes(8))
    three.run_bits(60)
    assert three.medium.collisions == 1
    # The length 1000 is recessive in the 16th bit, after start, 11 bits of identifier and three more
    assert second.errors[0] == BusError("bit", True, State.ERROR_ACTIVE, 8, 0)
    assert second.told[0] <= (16 + 12 + 8 + 3) * 2_000


def test_a_third_identifier_wins_over_both(segment: Callable[..., Segment]) -> None:
    four = segment(4)
    first, second, third, witness = four.nodes
    four.send(first, 0x351, b"\x01")
    four.send(second, 0x351, b"\x02")
    four.send(third, 0x305, b"\x03")
    four.timeline.run(1)
    assert [identifier for _, identifier, _ in witness.heard] == [0x305, 0x351, 0x351]
    assert four.medium.collisions == 17


def test_who_leaves_during_a_collision_is_told_nothing(segment: Callable[..., Segment]) -> None:
    three = segment(3)
    first, second, witness = three.nodes
    three.send(first, data=b"\x01")
    three.send(second, data=b"\x02")
    three.run_bits(10)
    three.medium.detach(witness)
    three.medium.detach(second)
    three.timeline.run(1)
    assert witness.errors == second.errors == []
    assert (first.confirmed, first.state) == ([], State.ERROR_PASSIVE)


def test_one_shot_frames_are_gone_after_their_collision(segment: Callable[..., Segment]) -> None:
    three = segment(3, one_shot=True)
    first, second, witness = three.nodes
    three.send(first, data=b"\x01")
    three.send(second, data=b"\x02")
    three.timeline.run(1)
    assert (three.medium.collisions, witness.heard) == (1, [])
    assert (len(first.queue), len(second.queue)) == (0, 0)


def test_without_a_third_station_the_loser_cannot_acknowledge_the_winner(
    segment: Callable[..., Segment],
) -> None:
    two = segment(2)
    first, second = two.nodes
    two.send(first, data=b"\x01")
    two.send(second, data=b"\x02")
    two.timeline.run(1)
    # Passive both, the winner's frame fails for want of an acknowledgement, which does not count, and the
    # loser counts on: 16 collisions to 128, 16 more to 256. Back from bus-off it acknowledges.
    assert two.medium.collisions == 32
    assert second.errors[-2].state is State.BUS_OFF
    assert second.errors[-1] == BusError("state", False, State.ERROR_ACTIVE, 0, 0)
    assert (len(first.confirmed), len(second.confirmed)) == (1, 0)
    assert len(second.queue) == 0  # what it wanted to send is dropped in bus-off
    assert first.tec == 127
