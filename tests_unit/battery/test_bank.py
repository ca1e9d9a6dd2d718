"""Packs in parallel."""

import math
from dataclasses import replace

import pytest

from bmshil.battery import Bank, module
from bmshil.errors import BankError

GENERIC = module("generic-16s")


def test_three_unequal_packs_share_300_amperes() -> None:
    bank = Bank([replace(GENERIC, resistance=ohm) for ohm in (0.025, 0.028, 0.024)])
    bank.step(300.0, 0.0)
    assert [round(pack.current, 1) for pack in bank] == [102.2, 91.3, 106.5]


def test_four_equal_packs_have_a_quarter_of_the_resistance() -> None:
    bank = Bank([GENERIC] * 4)
    assert bank.resistance == pytest.approx(0.005)
    assert bank.emf == pytest.approx(52.24, abs=1e-9)
    bank.step(100.0, 0.0)
    assert bank.voltage == pytest.approx(52.74, abs=1e-9)
    assert bank.current == 100.0


def test_packs_are_numbered_from_one() -> None:
    bank = Bank([GENERIC, GENERIC], soc=[0.2, 0.8])
    assert len(bank) == 2
    assert [pack.number for pack in bank] == [1, 2]
    assert (bank[1].soc, bank[2].soc) == (0.2, 0.8)


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_pack_that_does_not_exist_is_refused(number: int) -> None:
    with pytest.raises(BankError, match=rf"pack {number} does not exist; this bank has packs 1 to 2"):
        Bank([GENERIC, GENERIC])[number]


def test_a_full_pack_charges_an_empty_one_at_zero_bank_current() -> None:
    bank = Bank([GENERIC, GENERIC], soc=[0.10, 0.90])
    bank.step(0.0, 0.0)
    # 16 x (3.309 - 3.177) V over 2 x 20 mOhm.
    assert bank[1].current == pytest.approx(52.8, abs=1e-6)
    assert bank[2].current == pytest.approx(-52.8, abs=1e-6)
    bank.step(0.0, 3600.0)
    assert bank[1].soc > 0.2
    assert bank[1].soc + bank[2].soc == pytest.approx(1.0, abs=1e-9)


def test_packs_in_the_knee_find_one_state_of_charge() -> None:
    bank = Bank([GENERIC, GENERIC], soc=[0.990, 0.998])
    bank.step(0.0, 4 * 3600.0)
    assert bank[1].soc == pytest.approx(0.994, abs=1e-5)
    assert bank[2].soc == pytest.approx(0.994, abs=1e-5)


def test_an_open_pack_carries_exactly_zero_and_keeps_its_charge() -> None:
    bank = Bank([GENERIC] * 3)
    bank.step(150.0, 60.0)
    bank[2].connected = False
    assert bank.resistance == pytest.approx(0.010, rel=0.01)
    kept = bank[2].soc
    bank.step(150.0, 600.0)
    assert bank[2].current == 0.0
    assert bank[2].power == 0.0
    assert bank[2].soc == kept
    assert bank[1].current == pytest.approx(75.0)


def test_an_open_pack_shows_its_own_voltage_and_settles() -> None:
    bank = Bank([GENERIC] * 2)
    bank.step(200.0, 60.0)
    bank[2].connected = False
    unsettled = bank[2].voltage
    bank.step(0.0, 60.0)
    # 0.632 V are left in the RC after a minute at 100 A; a minute later it has lost 63.2 % of them.
    assert unsettled - bank[2].voltage == pytest.approx(0.3996, abs=1e-3)


def test_opening_a_contactor_moves_its_current_to_the_others_at_once() -> None:
    bank = Bank([GENERIC] * 2)
    bank.step(100.0, 0.0)
    bank[1].connected = False
    assert (bank[1].current, bank[2].current) == (0.0, pytest.approx(100.0))
    assert bank.voltage == pytest.approx(54.24, abs=1e-9)
    bank[1].connected = True
    assert bank[1].current == pytest.approx(50.0)


def test_a_bank_without_connected_packs_is_dead() -> None:
    bank = Bank([GENERIC] * 2)
    bank.step(40.0, 1.0)
    for pack in bank:
        pack.connected = False
    assert (bank.emf, bank.voltage, bank.current, bank.resistance) == (0.0, 0.0, 0.0, math.inf)
    bank.step(0.0, 10.0)
    with pytest.raises(
        BankError, match=r"no pack is connected, yet the bank carries 5.0 A; close a contactor"
    ):
        bank.step(5.0, 0.1)
    assert bank.current == 0.0
    bank[1].connected = True
    bank.step(5.0, 0.1)
    assert bank[1].current == pytest.approx(5.0)


def test_reset_puts_all_packs_at_rest() -> None:
    bank = Bank([GENERIC] * 2, temperature=10.0, ambient=30.0)
    bank.step(100.0, 300.0)
    bank[2].connected = False
    bank.reset(0.5)
    assert [pack.connected for pack in bank] == [True, True]
    assert [pack.soc for pack in bank] == [0.5, 0.5]
    assert [pack.temperature for pack in bank] == [25.0, 25.0]
    assert (bank.current, bank.ambient) == (0.0, 25.0)
    assert bank.voltage == pytest.approx(52.24, abs=1e-9)
    bank.step(0.0, 600.0)
    assert bank.voltage == pytest.approx(52.24, abs=1e-9)


def test_reset_takes_one_soc_per_pack() -> None:
    bank = Bank([GENERIC] * 2)
    bank.reset([0.3, 0.7], temperature=5.0)
    assert [pack.soc for pack in bank] == [0.3, 0.7]
    assert [pack.temperature for pack in bank] == [5.0, 5.0]


def test_a_refused_reset_changes_nothing() -> None:
    bank = Bank([GENERIC] * 2)
    with pytest.raises(BankError, match=r"pack 2: soc is 70"):
        bank.reset([0.3, 70.0])
    with pytest.raises(BankError, match=r"3 values of soc for 2 packs; give one value, or one per pack"):
        bank.reset([0.3, 0.4, 0.5])
    with pytest.raises(BankError, match="degC is not possible"):
        bank.reset(0.3, temperature=300.0)
    assert [pack.soc for pack in bank] == [0.5, 0.5]


def test_modules_of_different_capacity_work_together() -> None:
    bank = Bank([GENERIC, module("generic-16s", capacity=50.0)])
    bank.step(90.0, 0.0)
    assert [round(pack.current, 6) for pack in bank] == [60.0, 30.0]
    bank.step(90.0, 1200.0)
    assert bank[1].soc == pytest.approx(0.7, abs=1e-6)
    assert bank[2].soc == pytest.approx(0.7, abs=1e-6)


def test_an_empty_bank_is_refused() -> None:
    with pytest.raises(BankError, match="a bank needs at least one module"):
        Bank([])


def test_different_numbers_of_cells_are_refused() -> None:
    with pytest.raises(BankError, match=r"pack 2 has 15 cells, pack 1 has 16"):
        Bank([GENERIC, module("us5000")])


@pytest.mark.parametrize("current", [math.nan, math.inf])
@pytest.mark.parametrize("seconds", [0.0, 0.1, 5.0])
def test_a_current_that_is_no_number_is_refused_and_changes_nothing(current: float, seconds: float) -> None:
    bank = Bank([GENERIC])
    with pytest.raises(BankError, match="give a finite number"):
        bank.step(current, seconds)
    assert bank[1].soc == 0.5
    assert bank.voltage == pytest.approx(52.24, abs=1e-9)


@pytest.mark.parametrize("seconds", [-0.1, math.nan, math.inf])
def test_time_does_not_run_backwards(seconds: float) -> None:
    with pytest.raises(BankError, match="give a finite time of at least 0 s"):
        Bank([GENERIC]).step(1.0, seconds)


def test_a_reset_bank_behaves_exactly_like_a_new_one() -> None:
    new, used = Bank([GENERIC] * 2), Bank([GENERIC] * 2, soc=0.9, temperature=5.0)
    used.step(100.0, 0.7)
    used.reset(0.5)
    for bank in (new, used):
        bank.step(180.0, 0.4)
        bank.step(180.0, 0.4)
        bank.step(180.0, 0.4)
    assert used.voltage == new.voltage
    assert [pack.temperature for pack in used] == [pack.temperature for pack in new]
