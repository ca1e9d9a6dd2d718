from typing import Any

import pytest

from bmshil.bms import Thresholds
from bmshil.bms.protection import Protection
from bmshil.dialects import Alarm

COMFORT = {"cell_max": 3.3, "cell_min": 3.29, "temperature": 25.0, "current": 0.0}


def protection() -> Protection:
    return Protection(Thresholds(), capacity=100.0)


def let(one: Protection, start: float, end: float, **measured: Any) -> None:
    """One measurement per second from start to end, both included."""
    for second in range(int(start), int(end) + 1):
        one.update(float(second), **{**COMFORT, **measured})


@pytest.mark.parametrize(
    ("measured", "delay", "condition"),
    [
        ({"cell_max": 3.80}, 2, Alarm.CELL_HIGH_VOLTAGE),
        ({"cell_min": 2.50}, 2, Alarm.CELL_LOW_VOLTAGE),
        ({"current": 120.0}, 3, Alarm.CHARGE_OVERCURRENT),
        ({"current": -150.0}, 3, Alarm.DISCHARGE_OVERCURRENT),
        ({"temperature": 75.0}, 1, Alarm.HIGH_TEMPERATURE),
        ({"temperature": -20.0}, 1, Alarm.LOW_TEMPERATURE),
    ],
)
def test_a_condition_trips_after_its_delay(measured: dict[str, float], delay: int, condition: Alarm) -> None:
    one = protection()
    let(one, 0, delay - 1, **measured)
    assert one.protections == Alarm(0)
    assert not one.charge_forbidden
    let(one, delay, delay, **measured)
    assert one.protections == condition
    assert one.charge_forbidden
    assert one.discharge_forbidden


@pytest.mark.parametrize(
    "measured", [{"cell_max": 3.80}, {"cell_min": 2.50}, {"current": 120.0}, {"current": -150.0}]
)
def test_cells_and_over_current_open_the_contactor(measured: dict[str, float]) -> None:
    one = protection()
    let(one, 0, 3, **measured)
    assert one.opens


@pytest.mark.parametrize(
    ("measured", "alarm"),
    [
        ({"cell_max": 3.60}, Alarm.CELL_HIGH_VOLTAGE),
        ({"cell_min": 2.80}, Alarm.CELL_LOW_VOLTAGE),
        ({"temperature": 45.0}, Alarm.HIGH_TEMPERATURE),
        ({"temperature": 0.0}, Alarm.LOW_TEMPERATURE),
        ({"current": 102.0}, Alarm.CHARGE_OVERCURRENT),
        ({"current": -102.0}, Alarm.DISCHARGE_OVERCURRENT),
    ],
)
def test_softer_thresholds_only_warn(measured: dict[str, float], alarm: Alarm) -> None:
    one = protection()
    let(one, 0, 5, **measured)
    assert one.alarms == alarm
    assert one.protections == Alarm(0)
    assert not one.charge_forbidden
    assert not one.discharge_forbidden


def test_over_voltage_clears_only_far_below() -> None:
    one = protection()
    let(one, 0, 2, cell_max=3.80)
    let(one, 3, 100, cell_max=3.41)
    assert one.opens
    let(one, 101, 101, cell_max=3.40)
    assert not one.opens
    assert one.protections == Alarm(0)


def test_over_current_lets_go_after_a_minute() -> None:
    one = protection()
    let(one, 0, 3, current=130.0)
    let(one, 4, 63)
    assert one.opens
    let(one, 64, 64)
    assert not one.opens


def test_cold_forbids_charging_and_leaves_the_contactor_closed() -> None:
    one = protection()
    let(one, 0, 100, temperature=-5.0)
    assert one.charge_forbidden
    assert not one.discharge_forbidden
    assert not one.opens


def test_an_inverter_that_charges_on_in_the_cold_opens_the_contactor_until_it_is_warm() -> None:
    one = protection()
    let(one, 0, 1, temperature=-5.0)
    let(one, 2, 11, temperature=-5.0, current=20.0)
    assert not one.opens
    let(one, 12, 12, temperature=-5.0, current=20.0)
    assert one.opens
    let(one, 13, 100, temperature=-5.0)
    assert one.opens
    let(one, 101, 103, temperature=0.0)
    assert not one.opens
    assert not one.charge_forbidden


def test_conditions_that_have_gone_away_are_cleared_until_they_come_back() -> None:
    one = protection()
    let(one, 0, 1, cell_max=3.60)
    assert one.cleared == Alarm(0)
    let(one, 2, 3)
    assert one.cleared == Alarm.CELL_HIGH_VOLTAGE
    let(one, 4, 5, cell_max=3.60)
    assert one.cleared == Alarm(0)


def test_reset_forgets_everything() -> None:
    one = protection()
    let(one, 0, 5, cell_max=3.9, temperature=-30.0)
    one.reset()
    assert (one.protections, one.alarms, one.cleared) == (Alarm(0), Alarm(0), Alarm(0))
    assert (one.opens, one.charge_forbidden, one.discharge_forbidden) == (False, False, False)
    let(one, 6, 7)
    assert one.protections == Alarm(0)
