"""A pack joins the bank within 2 % of SOC and 1 V, both; else it stays open and says why."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.battery import Bank, CellSpread, module
from bmshil.bms import Matching
from bmshil.errors import InputError

Make = Callable[..., Any]


def bank_with_newcomer(bank_soc: float, soc: float) -> Bank:
    bank = Bank([module("generic-16s")] * 3, soc=[bank_soc, bank_soc, soc])
    bank[3].connected = False
    return bank


def refusal(bank: Bank, **limits: float) -> str | None:
    return Matching(**limits).refusal(bank[3], bank)


@pytest.mark.parametrize(
    ("bank_soc", "soc", "joins"),
    [
        (0.60, 0.60, True),
        (0.60, 0.62, True),  # exactly 2 %
        (0.60, 0.58, True),
        (0.60, 0.625, False),
        (0.60, 0.575, False),
        (0.60, 0.10, False),
    ],
)
def test_the_soc_must_match_within_2_percent(bank_soc: float, soc: float, joins: bool) -> None:
    assert (refusal(bank_with_newcomer(bank_soc, soc)) is None) is joins


def test_on_the_plateau_the_voltage_hides_a_difference_that_the_soc_shows() -> None:
    bank = bank_with_newcomer(0.80, 0.50)
    assert abs(bank[3].voltage - bank.voltage) < 1.0
    assert refusal(bank) == "SOC 50.0%, bank 80.0%: 30.0% apart, 2.0% are allowed; 21 A would flow into it"


def test_near_full_the_voltage_shows_what_the_soc_hides() -> None:
    bank = bank_with_newcomer(0.985, 1.0)
    told = refusal(bank)
    assert told is not None
    assert "SOC" not in told
    assert "V apart, 1 V are allowed" in told
    assert told.endswith("A would flow out of it")


def test_both_are_told_when_both_are_wrong() -> None:
    told = refusal(bank_with_newcomer(1.0, 0.1))
    assert told is not None
    assert told.startswith("SOC 10.0%, bank 100.0%: 90.0% apart, 2.0% are allowed; ")
    assert "V apart" in told


def test_the_bank_is_weighted_by_capacity() -> None:
    sizes = [module("generic-16s", capacity=size) for size in (100.0, 50.0, 100.0)]
    bank = Bank(sizes, soc=[0.60, 0.63, 0.63])
    bank[3].connected = False
    assert refusal(bank) is None  # the bank is at 61 %
    bank[3].soc = 0.632
    assert refusal(bank) is not None


def test_the_first_pack_fits_a_dead_busbar() -> None:
    bank = bank_with_newcomer(0.9, 0.1)
    bank[1].connected = bank[2].connected = False
    assert refusal(bank) is None


@given(bank_soc=st.floats(0.0, 1.0), soc=st.floats(0.0, 1.0))
def test_whoever_joins_lies_within_both_limits(bank_soc: float, soc: float) -> None:
    bank = bank_with_newcomer(bank_soc, soc)
    near = abs(bank_soc - soc) <= 0.02 + 1e-9 and abs(bank[3].voltage - bank.voltage) <= 1.0 + 1e-9
    assert (refusal(bank) is None) is near


def test_limits_below_zero_are_refused() -> None:
    with pytest.raises(InputError, match="give differences of 0 or more"):
        Matching(soc=-0.01)


def test_a_node_keeps_its_contactor_open_says_why_and_closes_once_they_match(scene: Make) -> None:
    one = scene(3)
    one.fleet[3].disconnect()
    one.bank[3].soc = 0.4
    one.fleet[3].connect()
    one.timeline.run(5.0)
    assert not one.bank[3].connected
    assert "20.0% apart" in one.fleet[3].contactor.why_open
    ((source, told),) = one.events("contactor_refused")
    assert (source, told["cause"]) == ("pack3", one.fleet[3].contactor.why_open)
    assert (one.fleet[3].report.ccl, one.fleet[3].report.dcl) == (0.0, 0.0)
    one.bank[3].soc = 0.59  # somebody has charged it
    one.timeline.run(1.5)
    assert one.bank[3].connected
    assert one.fleet[3].contactor.why_open == ""
    assert one.events("contactor")[-1] == ("pack3", {"closed": True, "cause": "matches the bank"})


def test_told_to_stay_open_it_does_not_wait_for_a_match(scene: Make) -> None:
    one = scene(3)
    one.fleet[3].disconnect()
    one.bank[3].soc = 0.4
    one.fleet[3].connect()
    one.fleet[3].disconnect()
    one.bank[3].soc = 0.6
    one.timeline.run(3.0)
    assert not one.bank[3].connected
    assert one.fleet[3].contactor.why_open == "told to"


def test_forced_together_the_packs_exchange_the_current_that_was_foretold(scene: Make) -> None:
    one = scene(3)
    one.fleet[3].disconnect()
    one.bank[3].soc = 0.1
    one.fleet[3].connect()
    foretold = one.fleet[3].contactor.why_open
    one.fleet[3].connect(force=True)
    assert one.bank[3].connected
    assert foretold.endswith(f"{one.bank[3].current:.0f} A would flow into it")
    assert one.bank[3].current == pytest.approx(50.3, abs=0.5)  # 1.51 V over 20 + 10 mohm
    assert sum(pack.current for pack in one.bank) == pytest.approx(0.0, abs=1e-9)


def test_matching_can_be_switched_off(scene: Make) -> None:
    one = scene(3, matching=None)
    one.fleet[3].disconnect()
    one.bank[3].soc = 0.1
    one.fleet[3].connect()
    assert one.bank[3].connected


def test_a_protection_that_clears_asks_too(scene: Make) -> None:
    one = scene(3)
    one.bank[3].spread = CellSpread(voltage=0.6)
    one.timeline.run(3.0)
    assert not one.bank[3].connected
    one.bank[3].spread = CellSpread()
    one.bank[3].soc = 0.9
    one.timeline.run(2.0)
    assert not one.bank[3].connected
    assert "30.0% apart" in one.fleet[3].contactor.why_open
