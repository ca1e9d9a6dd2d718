"""Switching a bank on: the right order, and what happens in wrong ones."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from bmshil.battery import Inrush
from bmshil.bms import PowerOn, Stage

Make = Callable[..., Any]


def off(one: Any, **options: Any) -> PowerOn:
    """A bank whose rocker switches are all off."""
    hands = PowerOn(one.fleet, one.timeline, one.journal, **options)
    hands.switch_off()
    one.sender.clear()
    return hands


def stages(hands: PowerOn) -> list[str]:
    return [stage.value for stage in hands.stages.values()]


def test_the_right_order_brings_one_pack_after_the_other(scene: Make) -> None:
    one = scene(3, start_up=0.0)
    hands = off(one, gap=10.0)
    assert stages(hands) == ["off", "off", "off"]
    hands.switch_on()
    one.timeline.run(5.0)
    assert stages(hands) == ["standby", "standby", "standby"]
    assert hands.press_start(0.6)
    assert stages(hands) == ["pre-charge", "standby", "standby"]
    one.timeline.run(5.0)
    assert one.sender.sent == []  # nobody speaks before the capacitors are charged
    hands.precharged()
    assert stages(hands) == ["run", "standby", "standby"]
    one.timeline.run(11.0)
    assert stages(hands) == ["run", "run", "standby"]
    assert not hands.running
    one.timeline.run(10.0)
    assert stages(hands) == ["run", "run", "run"]
    assert hands.running
    first = [one.sender.times(identifier)[0] for identifier in (0x351, 0x451, 0x551)]
    assert [round(later - sooner) for sooner, later in pairwise(first)] == [10, 10]
    steps = [data["step"] for _, data in one.events("start_up")]
    assert steps == ["rocker switches off", "rocker switches on", "START held for 0.6 s", "pre-charged"]


def test_another_pack_may_be_the_master(scene: Make) -> None:
    one = scene(3)
    hands = off(one, master=2)
    hands.switch_on()
    hands.press_start()
    hands.precharged()
    assert stages(hands) == ["standby", "run", "standby"]
    one.timeline.run(5.0)
    assert hands.running


@pytest.mark.parametrize("held", [0.0, 0.3, 0.5])
def test_a_short_press_does_nothing(scene: Make, held: float) -> None:
    one = scene(3)
    hands = off(one)
    hands.switch_on()
    assert not hands.press_start(held)
    assert stages(hands) == ["standby", "standby", "standby"]
    assert not any(pack.connected for pack in one.bank)


def test_start_before_the_rocker_switches_does_nothing(scene: Make) -> None:
    one = scene(3)
    hands = off(one)
    assert not hands.press_start()
    hands.precharged()
    one.timeline.run(10.0)
    assert stages(hands) == ["off", "off", "off"]


def test_switched_off_in_the_middle_nobody_follows(scene: Make) -> None:
    one = scene(3)
    hands = off(one, gap=5.0)
    hands.switch_on()
    hands.press_start()
    hands.precharged()
    one.timeline.run(1.0)
    hands.switch_off()
    hands.switch_on()
    one.timeline.run(20.0)
    assert stages(hands) == ["standby", "standby", "standby"]


def test_a_pack_that_does_not_match_speaks_and_waits(scene: Make) -> None:
    one = scene(3)
    hands = off(one)
    one.bank[3].soc = 0.9
    hands.switch_on()
    hands.press_start()
    hands.precharged()
    one.timeline.run(10.0)
    assert stages(hands) == ["run", "run", "waiting"]
    assert "30.0% apart" in one.fleet[3].contactor.why_open
    assert one.sender.of(0x551)[-1] == "30 02 00 00 00 00 C0 01"


def test_after_a_trip_only_the_ritual_brings_the_bank_back(scene: Make) -> None:
    one = scene(3)
    hands = off(one)

    def start() -> bool:
        hands.switch_on()
        begins = hands.press_start()
        hands.precharged()
        one.timeline.run(10.0)
        return begins

    assert start()
    one.fleet.inrush(Inrush(53.0, 0.012, 0.048))
    assert set(hands.stages.values()) == {Stage.LATCHED}
    hands.switch_off()
    assert not start()  # off and on again is not enough
    assert set(hands.stages.values()) == {Stage.LATCHED}
    assert one.sender.of(0x359)[-1] == "80 00 00 00 01 50 4E"  # it speaks, and says discharge over-current
    hands.switch_off()
    hands.connect_positive(False)
    one.timeline.run(300.0)
    hands.connect_positive(True)
    assert start()
    assert hands.running
