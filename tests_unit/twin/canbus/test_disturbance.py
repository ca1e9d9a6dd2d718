"""Frames that noise destroys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.twin.canbus.confinement import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Segment


def noisy(
    segment: Callable[..., Segment], probability: float, *, seed: int = 1, frames: int = 400
) -> Segment:
    made = segment(3, seed=seed)
    made.medium.disturbance = lambda _bits: probability
    for number in range(frames):
        made.send_at(number * 5_000_000, made.nodes[0], data=bytes([number % 256]))
    made.timeline.run(frames * 0.005)
    return made


def test_it_is_asked_with_the_length_of_each_frame(segment: Callable[..., Segment]) -> None:
    three = segment(3)
    asked: list[int] = []
    three.medium.disturbance = lambda bits: float(asked.append(bits) or 0.0)
    three.send(three.nodes[0], 0x305, bytes(8))
    three.timeline.run(1)
    assert asked == [125]
    assert (three.medium.frames, three.medium.error_frames) == (1, 0)


def test_destroyed_frames_are_sent_again_and_none_is_lost(segment: Callable[..., Segment]) -> None:
    three = noisy(segment, 0.05)
    assert 5 < three.medium.error_frames < 60
    for node in three.nodes[1:]:
        assert [data for *_, data in node.heard] == [bytes([number % 256]).hex() for number in range(400)]
    assert len(three.nodes[0].errors) >= three.medium.error_frames
    assert {error.kind for error in three.nodes[0].errors} == {"bit"}


def test_an_error_costs_the_sender_eight_and_a_receiver_one_or_nine(segment: Callable[..., Segment]) -> None:
    seen = set()
    for seed in range(20):
        three = segment(3, seed=seed)
        sender, *receivers = three.nodes
        three.medium.disturbance = lambda _bits: 1.0
        three.send(sender, 0x305, bytes(8))
        three.timeline.until(lambda: sender.tec > 0, 1.0)  # noqa: B023 - of this turn
        assert sender.tec == 8
        seen.add(tuple(sorted(node.rec for node in receivers)))
        # at least a flag, at most two in a row, within the frame
        assert (1 + 6 + 8 + 3) * 2_000 <= three.medium.busy_ns <= (125 + 12 + 8 + 3) * 2_000
    # All learn of it from the sender's flag; or a receiver finds it first and hears their flags after its own
    assert seen == {(1, 1), (1, 9)}


def test_the_counters_fall_again_when_the_noise_ends(segment: Callable[..., Segment]) -> None:
    three = noisy(segment, 0.3, frames=20)
    sender, receiver, _ = three.nodes
    assert sender.tec > 7
    three.medium.disturbance = None
    for _ in range(256):
        three.send(sender)
    three.timeline.run(1)
    assert (sender.tec, sender.rec, receiver.rec) == (0, 0, 0)
    assert sender.state is receiver.state is State.ERROR_ACTIVE


def test_the_seed_decides(segment: Callable[..., Segment]) -> None:
    first, again, other = (noisy(segment, 0.1, seed=seed) for seed in (3, 3, 4))
    assert first.nodes[1].heard == again.nodes[1].heard
    assert first.nodes[0].errors == again.nodes[0].errors
    assert first.nodes[1].heard != other.nodes[1].heard


def test_reseeding_begins_anew(segment: Callable[..., Segment]) -> None:
    three = segment(3, seed=1)
    three.medium.reseed(3)
    three.medium.disturbance = lambda _bits: 0.1
    for number in range(400):
        three.send_at(number * 5_000_000, three.nodes[0], data=bytes([number % 256]))
    three.timeline.run(2)
    assert three.nodes[1].heard == noisy(segment, 0.1, seed=3).nodes[1].heard


def test_where_all_are_passive_each_attempt_has_a_chance_of_its_own(segment: Callable[..., Segment]) -> None:
    two = segment(2)
    sender, receiver = two.nodes
    sender.tec = receiver.rec = 200
    fates = iter([1.0, 0.0])
    two.medium.disturbance = lambda _bits: next(fates)
    two.send(sender)
    two.timeline.run(1)
    assert [error.kind for error in sender.errors] == ["bit"]
    assert len(receiver.heard) == 1
    assert two.medium.error_frames == 0
    assert sender.tec == 207


def test_a_passive_receiver_destroys_nothing(segment: Callable[..., Segment]) -> None:
    two = segment(1)
    listener = two.join("listener", listen_only=True)
    peer = two.join("peer")
    two.medium.disturbance = lambda _bits: 0.2
    for number in range(100):
        two.send_at(number * 5_000_000, two.nodes[0], data=bytes([number]))
    two.timeline.run(1)
    assert len(listener.heard) == len(peer.heard) == 100
    assert len(listener.errors) == two.medium.error_frames
