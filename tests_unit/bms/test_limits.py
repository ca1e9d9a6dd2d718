from dataclasses import replace
from typing import Any

import pytest

from bmshil.battery import module
from bmshil.bms import Limits, NodeSettings, decide_limits
from bmshil.errors import InputError

GENERIC = module("generic-16s")  # 56.0 V, 50 A, 90 A, 44.8 V, 100 Ah
COMFORT = {"soc": 0.6, "temperature": 25.0, "cell_max": 3.30, "cell_min": 3.29}


def decided(settings: NodeSettings | None = None, **measured: float) -> Limits:
    return decide_limits(GENERIC, settings or NodeSettings(), **{**COMFORT, **measured})


def test_in_comfort_the_module_decides() -> None:
    assert decided() == (56.0, 50.0, 90.0, 44.8)


def test_a_high_cell_lowers_only_charging() -> None:
    assert decided(cell_max=3.54) == pytest.approx((56.0, 4.0, 90.0, 44.8))


def test_a_low_cell_lowers_only_discharging() -> None:
    assert decided(cell_min=3.0) == pytest.approx((56.0, 50.0, 45.0, 44.8))


def test_cold_lowers_both() -> None:
    assert decided(temperature=5.0) == pytest.approx((56.0, 25.0, 45.0, 44.8))


def test_the_lowest_fraction_wins() -> None:
    assert decided(temperature=5.0, cell_max=3.54).ccl == pytest.approx(4.0)
    assert decided(temperature=2.0, cell_max=3.45).ccl == pytest.approx(12.5)


@pytest.mark.parametrize(("soc", "ccl"), [(0.989, 50.0), (0.99, 10.0), (1.0, 10.0)])
def test_a_full_pack_gets_a_tenth_of_its_capacity(soc: float, ccl: float) -> None:
    assert decided(soc=soc).ccl == ccl


def test_us3000c_at_100_percent_gives_7_4_ampere_as_captured() -> None:
    limits = decide_limits(module("us3000c"), NodeSettings(taper_by_cell=False), **{**COMFORT, "soc": 1.0})
    assert limits == pytest.approx((53.25, 7.4, 37.0, 47.0))


@pytest.mark.parametrize(
    ("switch", "measured"),
    [
        ("taper_when_full", {"soc": 1.0}),
        ("taper_by_cell", {"cell_max": 3.6, "cell_min": 2.8}),
        ("taper_by_temperature", {"temperature": -30.0}),
    ],
)
def test_every_taper_can_be_switched_off(switch: str, measured: dict[str, float]) -> None:
    off = replace(NodeSettings(), **{switch: False})
    assert decided(off, **measured) == (56.0, 50.0, 90.0, 44.8)
    assert decided(**measured) != (56.0, 50.0, 90.0, 44.8)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"period": 0.0}, "the period of a node is 0.0 s"),
        ({"spacing": -1.0}, "the spacing of a node is -1.0 s"),
        ({"stagger": -1.0}, "the stagger of a node is -1.0 s"),
        ({"start_up": -1.0}, "the start_up of a node is -1.0 s"),
        ({"soh": 95.0}, "the SOH of a node is 95.0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        NodeSettings(**wrong)
