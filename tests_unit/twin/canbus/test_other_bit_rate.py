"""A station at another bit rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.twin.canbus.confinement import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Segment

RATES = pytest.mark.parametrize("bitrate", [125_000, 250_000, 800_000, 1_000_000])


@RATES
def test_error_active_it_destroys_all_frames_until_it_is_passive(
    segment: Callable[..., Segment], bitrate: int
) -> None:
    two = segment(2)
    sender, receiver = two.nodes
    stranger = two.join("stranger", bitrate=bitrate)
    for number in range(200):
        two.send_at(number * 10_000_000, sender, 0x305, bytes(8))
    assert two.timeline.until(lambda: stranger.rec > 127, 2.0)
    assert (two.medium.frames, receiver.heard) == (0, [])
    assert two.medium.error_frames >= 15
    assert {error.kind for error in stranger.errors} == {"stuff"}
    two.timeline.run(2)
    assert stranger.state is State.ERROR_PASSIVE
    assert len(receiver.heard) > 100
    assert stranger.heard == []


@RATES
def test_listening_only_it_counts_and_disturbs_nobody(segment: Callable[..., Segment], bitrate: int) -> None:
    two = segment(2)
    sender, receiver = two.nodes
    stranger = two.join("stranger", bitrate=bitrate, listen_only=True)
    for _ in range(50):
        two.send(sender, 0x305, bytes(8))
    two.timeline.run(1)
    assert (len(receiver.heard), two.medium.error_frames, sender.tec) == (50, 0, 0)
    assert [error.rec for error in stranger.errors] == list(range(1, 51))
    assert {(error.kind, error.transmitting) for error in stranger.errors} == {("stuff", False)}
    assert stranger.heard == []


@RATES
def test_what_it_sends_is_destroyed_and_it_ends_in_bus_off(
    segment: Callable[..., Segment], bitrate: int
) -> None:
    two = segment(2)
    stranger = two.join("stranger", bitrate=bitrate, recovers=False)
    two.send(stranger, 0x305, bytes(8))
    two.timeline.run(1)
    assert stranger.state in (State.BUS_OFF, State.ERROR_PASSIVE)
    assert all(node.heard == [] for node in two.nodes)
    assert min(node.rec for node in two.nodes) >= 16


def test_two_strangers_understand_each_other_once_the_others_are_passive(
    segment: Callable[..., Segment],
) -> None:
    two = segment(2, listen_only=True)
    speaker, hearer = (two.join(name, bitrate=250_000) for name in ("speaker", "hearer"))
    two.send(speaker, 0x305, bytes(8))
    two.timeline.run(1)
    assert hearer.heard == [(125 * 4_000, 0x305, "00" * 8)]
    assert two.medium.busy_ns == 500_000
    assert [len(node.errors) for node in two.nodes] == [1, 1]


def test_a_lone_sender_is_still_noticed_by_a_listener_at_another_rate(
    segment: Callable[..., Segment],
) -> None:
    one = segment(1)
    listener = one.join("listener", bitrate=250_000, listen_only=True)
    one.send(one.nodes[0], 0x305, bytes(8))
    one.timeline.run(0.1)
    assert (one.nodes[0].tec, listener.heard) == (128, [])
    assert [error.kind for error in listener.errors] == ["stuff"] * (16 + 10)  # then every 10 ms


def test_it_cannot_acknowledge(segment: Callable[..., Segment]) -> None:
    one = segment(1)
    stranger = one.join("stranger", bitrate=250_000)
    one.send(one.nodes[0], 0x305, bytes(8))
    one.timeline.run(1)
    assert (one.medium.frames, stranger.heard) == (0, [])


def test_when_it_leaves_all_is_well(segment: Callable[..., Segment]) -> None:
    two = segment(2)
    sender, receiver = two.nodes
    stranger = two.join("stranger", bitrate=250_000)
    two.send(sender)
    two.timeline.run(0.0005)
    two.medium.detach(stranger)
    two.timeline.run(1)
    assert len(receiver.heard) == 1
    for _ in range(200):
        two.send(sender)
    two.timeline.run(1)
    assert (sender.tec, receiver.rec) == (0, 0)
