"""What faults do to the time of frames: periods, jitter, two masters at once, a reboot."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from bmshil.bms import Duplicate, Period, Reboot

Make = Callable[..., Any]
NORMAL = "30 02 F4 01 84 03 C0 01"  # 56.0 V, 50 A, 90 A, 44.8 V


def test_a_slow_node(scene: Make) -> None:
    """Scenario S07: 0x351 every 2 s, 0x35E every 60 s, the rest every 10 s."""
    one = scene(1)
    faults = one.fleet[1].faults
    one.timeline.run(0.5)
    faults.on(Period(seconds=10.0))
    faults.on(Period(seconds=2.0, ids=(0x351,)))
    faults.on(Period(seconds=60.0, ids=(0x35E,)))
    one.timeline.run(120.0)
    assert one.sender.times(0x351)[:4] == [0.0, 2.0, 4.0, 6.0]
    assert one.sender.times(0x355)[:3] == [0.005, 10.005, 20.005]
    assert one.sender.times(0x35E) == [0.025, 60.025, 120.025]


def test_after_another_period_the_planned_slots_come_back(scene: Make) -> None:
    one = scene(1)
    one.timeline.run(0.5)
    handle = one.fleet[1].faults.on(Period(seconds=0.3, ids=(0x355,)))
    one.timeline.run(1.0)
    handle.off()
    one.timeline.run(2.0)
    assert one.sender.times(0x355) == [0.005, 0.5, 0.8, 1.1, 1.4, 2.005, 3.005]


def test_a_longer_period_does_not_delay_a_shorter_one_that_follows(scene: Make) -> None:
    one = scene(1)
    one.timeline.run(0.5)
    one.fleet[1].faults.on(Period(seconds=60.0))
    one.timeline.run(1.0)
    one.fleet[1].faults.on(Period(seconds=0.1))
    one.timeline.run(0.35)
    assert one.sender.times(0x351) == [0.0, 1.5, 1.6, 1.7, 1.8]


def test_jitter_is_late_by_at_most_its_amount_and_repeatable(scene: Make) -> None:
    def times(seed: int) -> list[float]:
        one = scene(1)
        one.fleet[1].faults.on(Period(jitter=0.2, seed=seed))
        one.timeline.run(100.5)
        found: list[float] = one.sender.times(0x351)
        return found

    first = times(1)
    late = [when % 1 for when in first]
    assert len(first) == 101
    assert 0.0 <= min(late) < 0.02
    assert 0.18 < max(late) <= 0.2
    assert times(1) == first
    assert times(2) != first


def test_jitter_of_two_messages_is_not_the_same(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Period(jitter=0.2))
    one.timeline.run(5.5)
    gaps = {
        round(late - early, 6)
        for early, late in zip(one.sender.times(0x351), one.sender.times(0x355), strict=True)
    }
    assert len(gaps) == 6


def test_a_node_that_stops_meanwhile_sends_no_late_message(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Period(jitter=0.5, seed=3))
    one.timeline.run(0.03)
    before = len(one.sender.sent)
    one.fleet[1].stop()
    one.timeline.run(5.0)
    assert len(one.sender.sent) == before < 6


def test_two_masters_alternate(scene: Make) -> None:
    """Scenario S65: the same identifiers, 56.0 and 54.4 V, 1000.0 and 1000.4 ms."""
    one = scene(2)
    one.fleet[2].limit(cvl=54.4)
    one.fleet[2].faults.on(Duplicate(of=1))
    one.fleet[2].faults.on(Period(seconds=1.0004))
    one.timeline.run(10.9)
    assert one.sender.of(0x451) == []
    payloads = one.sender.of(0x351)
    assert len(payloads) == 22
    assert all(early[:5] != late[:5] for early, late in pairwise(payloads))
    assert {payload[:5] for payload in payloads} == {"30 02", "20 02"}


def test_reboot_is_two_seconds_of_silence_three_of_zeros_and_normal_again(scene: Make) -> None:
    """Scenario S14."""
    one = scene(1)
    one.timeline.run(9.5)
    handle = one.fleet[1].faults.on(Reboot())
    one.timeline.run(7.0)
    seen = list(zip(one.sender.times(0x351), one.sender.of(0x351), strict=True))
    zeros = "00 00 00 00 00 00 00 00"
    assert seen[9:] == [
        (9.0, NORMAL), (12.0, zeros), (13.0, zeros), (14.0, zeros), (15.0, NORMAL), (16.0, NORMAL),
    ]  # fmt: skip
    assert one.sender.of(0x355)[10] == "00 00 00 00"
    assert one.sender.of(0x356)[10] == "00 00 00 00 00 00"
    assert one.sender.of(0x35C)[10] == "C0 00"
    assert not handle.is_on
    assert one.fleet[1].faults.active == ()


def test_a_reboot_can_be_ended_early(scene: Make) -> None:
    one = scene(1)
    handle = one.fleet[1].faults.on(Reboot())
    one.timeline.run(0.5)
    handle.off()
    one.timeline.run(10.0)
    assert one.sender.times(0x351)[0] == 1.0
    assert one.sender.of(0x351)[0] == NORMAL
    assert [data["on"] for _, data in one.events("fault")] == [True, False]
