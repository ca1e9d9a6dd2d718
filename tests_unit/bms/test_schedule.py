from collections.abc import Callable
from typing import Any

import pytest

from bmshil.bms import FaultPlan, Silence, parse_fault
from bmshil.errors import InputError

Make = Callable[..., Any]


def test_a_fault_happens_when_it_was_planned(scene: Make) -> None:
    one = scene(2)
    one.timeline.run(3.0)
    one.fleet.faults.schedule(parse_fault("pack1.silence @5s for 20s", 2))
    one.timeline.run(50.5)
    times = one.sender.times(0x351)
    assert times == [float(second) for second in (*range(8), *range(28, 54))]
    events = one.journal.events(0.0, 100.0, "fault")
    assert [(event.t, event.data["on"]) for event in events] == [(8.0, True), (28.0, False)]


def test_without_a_time_it_happens_at_once_and_stays(scene: Make) -> None:
    one = scene(1)
    scheduled = one.fleet.faults.schedule(parse_fault("pack1.override cvl=55.2", 1))
    assert scheduled.is_on
    one.timeline.run(100.5)
    assert set(one.sender.of(0x351)) == {"28 02 F4 01 84 03 C0 01"}
    scheduled.off()
    assert not scheduled.is_on
    assert one.fleet[1].report.cvl == 56.0


def test_what_was_called_off_never_happens(scene: Make) -> None:
    one = scene(1)
    scheduled = one.fleet.faults.schedule(parse_fault("pack1.silence @5s", 1))
    scheduled.off()
    one.timeline.run(10.5)
    assert len(one.sender.times(0x351)) == 11
    assert one.events("fault") == []


def test_clear_ends_what_is_on_and_forgets_what_is_to_come(scene: Make) -> None:
    one = scene(2)
    one.fleet.faults.schedule(parse_fault("pack1.silence", 2))
    one.fleet.faults.schedule(parse_fault("pack2.silence @5s", 2))
    one.fleet[2].faults.on(Silence(ids=(0x355,)))
    one.fleet.faults.clear()
    one.timeline.run(9.9)
    assert len(one.sender.times(0x351)) == len(one.sender.times(0x451)) == 10
    assert len(one.sender.times(0x455)) == 10


def test_a_reboot_with_a_duration_ends_once(scene: Make) -> None:
    one = scene(1)
    one.fleet.faults.schedule(parse_fault("pack1.reboot for 30s", 1))
    one.timeline.run(60.0)
    assert [data["on"] for _, data in one.events("fault")] == [True, False]


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (FaultPlan(3, Silence(), start=5.0), "pack3.silence @5s: no pack 3, the bank has packs 1 to 2"),
        (FaultPlan(1, Silence(ids=(0x305,)), start=5.0), "no message 0x305 in pylontech-lv-1.2"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_when_it_is_scheduled(
    scene: Make, plan: FaultPlan, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        scene(2).fleet.faults.schedule(plan)
