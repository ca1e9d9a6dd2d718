"""An inrush trips the packs, and only the reset ritual brings them back."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.battery import Inrush
from bmshil.bms.latch import Latch
from bmshil.dialects import Alarm

Make = Callable[..., Any]

ONTO_EMPTY_CAPACITORS = Inrush(53.0, 0.012, 0.048)  # 4417 A, 0.58 ms


def tripped() -> Latch:
    latch = Latch()
    latch.trip("over-current")
    return latch


def test_the_ritual_clears_it() -> None:
    latch = tripped()
    latch.switch(False, 10.0)
    latch.connect_positive(False, 20.0)
    latch.connect_positive(True, 320.0)
    assert latch.latched  # until it is switched on
    latch.switch(True, 330.0)
    assert not latch.latched


def test_the_order_of_switch_and_cable_does_not_matter() -> None:
    latch = tripped()
    latch.connect_positive(False, 10.0)
    latch.switch(False, 20.0)
    latch.switch(True, 320.0)
    assert not latch.latched


@pytest.mark.parametrize(
    "ritual",
    [
        [("switch", False, 0.0), ("switch", True, 600.0)],  # the positive stays on
        [("positive", False, 0.0), ("positive", True, 600.0), ("switch", True, 601.0)],  # not switched off
        [
            ("switch", False, 0.0),
            ("positive", False, 0.0),
            ("positive", True, 240.0),
            ("switch", True, 600.0),
        ],
        [("switch", False, 0.0), ("positive", False, 0.0), ("switch", True, 299.0)],
        [  # five minutes in two halves
            ("switch", False, 0.0), ("positive", False, 0.0), ("positive", True, 150.0),
            ("positive", False, 151.0), ("switch", True, 301.0),
        ],
    ],
    ids=["cable", "switch", "4 minutes", "299 s", "halves"],
)  # fmt: skip
def test_half_a_ritual_does_not(ritual: list[tuple[str, bool, float]]) -> None:
    latch = tripped()
    for what, on, when in ritual:
        (latch.switch if what == "switch" else latch.connect_positive)(on, when)
    assert latch.latched


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.floats(0.0, 299.0)), max_size=8))
def test_it_never_clears_before_five_minutes_have_passed(steps: list[tuple[bool, bool, float]]) -> None:
    latch = tripped()
    for rocker, on, when in sorted(steps, key=lambda step: step[2]):
        (latch.switch if rocker else latch.connect_positive)(on, when)
        assert latch.latched


def test_a_new_trip_wants_a_new_ritual() -> None:
    latch = tripped()
    latch.switch(False, 0.0)
    latch.connect_positive(False, 0.0)
    latch.connect_positive(True, 300.0)
    latch.trip("again")
    latch.switch(True, 301.0)
    assert latch.latched


def test_an_inrush_trips_every_pack_that_bears_a_share_and_stays_tripped(scene: Make) -> None:
    one = scene(3)
    one.fleet[3].disconnect()
    one.fleet.inrush(ONTO_EMPTY_CAPACITORS)
    assert [pack.connected for pack in one.bank] == [False, False, False]
    assert one.fleet[1].contactor.why_open.startswith(
        "over-current: peak 2208 A, 1.15 ms above 300 A, latched: switch off"  # half of 4417 A; ln(7.36)
    )
    assert not one.fleet[3].contactor.latch.latched  # it was not there
    one.timeline.run(120.0)
    assert not one.bank[1].connected
    assert one.fleet[1].report.protections == Alarm.DISCHARGE_OVERCURRENT
    assert one.sender.of(0x351)[-1] == "30 02 00 00 00 00 C0 01"
    one.fleet[1].connect()
    assert not one.bank[1].connected


def test_what_a_pre_charge_leaves_over_trips_nobody(scene: Make) -> None:
    one = scene(3)
    one.fleet.inrush(Inrush(1.0, 0.012, 0.048))  # 83 A
    assert all(pack.connected for pack in one.bank)
    assert one.events("protection") == []


def test_the_articles_400_a_over_three_packs_are_below_their_threshold(scene: Make) -> None:
    one = scene(3)
    one.fleet.inrush(Inrush(53.0, 0.1325, 0.048))
    assert all(pack.connected for pack in one.bank)
    alone = scene(1, scheme="base")
    alone.fleet.inrush(Inrush(53.0, 0.1325, 0.048))  # 400 A on one pack of 100 Ah, 1.8 ms above 300 A
    assert not alone.bank[1].connected


def test_a_peak_that_is_over_at_once_trips_nobody(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.fleet.inrush(Inrush(53.0, 0.02, 0.001))  # 2650 A, but 44 us above 300 A
    assert one.bank[1].connected


def test_a_device_with_the_higher_voltage_trips_by_charge_current(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.fleet.inrush(Inrush(-53.0, 0.024, 0.048))
    assert one.fleet[1].report.protections == Alarm.CHARGE_OVERCURRENT


def test_a_reset_between_tests_forgets_the_trip(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.fleet.inrush(ONTO_EMPTY_CAPACITORS)
    one.bank.reset(0.6)
    one.fleet.reset()
    one.timeline.run(2.0)
    assert one.bank[1].connected
    assert one.fleet[1].report.protections == Alarm(0)
