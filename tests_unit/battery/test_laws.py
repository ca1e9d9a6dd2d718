"""Laws that hold for every bank, whatever happens to it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.battery import Bank, current_shares, module

_AMPERES = st.floats(-200.0, 200.0)
_SECONDS = st.sampled_from([0.0, 0.01, 0.1, 0.37, 1.0, 7.5])
_STEPS = st.lists(st.tuples(_AMPERES, _SECONDS, st.integers(0, 7)), min_size=1, max_size=30)


@st.composite
def _banks(draw: st.DrawFn) -> Bank:
    capacities = draw(st.lists(st.sampled_from([50.0, 100.0, 280.0]), min_size=1, max_size=6))
    modules = [module("generic-16s", capacity=ampere_hours) for ampere_hours in capacities]
    soc = draw(st.lists(st.floats(0.0, 1.0), min_size=len(modules), max_size=len(modules)))
    return Bank(modules, soc=soc, temperature=draw(st.floats(-20.0, 55.0)))


def _switch(bank: Bank, number: int) -> None:
    """Open or close one contactor, and leave at least one pack connected."""
    if 1 <= number <= len(bank):
        bank[number].connected = not bank[number].connected
    if not any(pack.connected for pack in bank):
        bank[1].connected = True


def _charge(bank: Bank) -> float:
    return sum(pack.soc * pack.capacity * 3600.0 for pack in bank)


@settings(deadline=None)
@given(_banks(), _STEPS)
def test_charge_is_neither_made_nor_lost(bank: Bank, steps: list[tuple[float, float, int]]) -> None:
    before, moved = _charge(bank), 0.0
    for current, seconds, number in steps:
        _switch(bank, number)
        bank.step(current, seconds)
        moved += current * seconds
    assert _charge(bank) - before == pytest.approx(moved, abs=1e-3)


@settings(deadline=None)
@given(_banks(), _STEPS)
def test_kirchhoff_holds_after_every_step(bank: Bank, steps: list[tuple[float, float, int]]) -> None:
    for current, seconds, number in steps:
        _switch(bank, number)
        bank.step(current, seconds)
        assert sum(pack.current for pack in bank) == pytest.approx(current, abs=1e-6)
        assert sum(pack.power for pack in bank) == pytest.approx(bank.voltage * current, abs=1e-4)
        assert bank.voltage == bank.emf + current * bank.resistance
        for pack in bank:
            assert pack.voltage == pytest.approx(pack.emf + pack.current * pack.resistance, abs=1e-9)


@settings(deadline=None)
@given(_banks(), _STEPS)
def test_the_bank_shares_as_the_formula_says(bank: Bank, steps: list[tuple[float, float, int]]) -> None:
    for current, seconds, number in steps:
        _switch(bank, number)
        bank.step(current, seconds)
    shares = current_shares(
        np.array([pack.resistance for pack in bank]),
        np.array([pack.emf for pack in bank]),
        bank.current,
        connected=np.array([pack.connected for pack in bank]),
    )
    assert [pack.current for pack in bank] == pytest.approx(shares.tolist(), abs=1e-6)


@settings(deadline=None)
@given(_banks(), _STEPS)
def test_an_open_pack_keeps_its_charge(bank: Bank, steps: list[tuple[float, float, int]]) -> None:
    for current, seconds, number in steps:
        _switch(bank, number)
        kept = {pack.number: pack.soc for pack in bank if not pack.connected}
        bank.step(current, seconds)
        assert all(bank[open_pack].soc == soc for open_pack, soc in kept.items())
        assert all(bank[open_pack].current == 0.0 for open_pack in kept)


@settings(deadline=None)
@given(_banks())
def test_parallel_packs_add_their_conductances(bank: Bank) -> None:
    assert 1.0 / bank.resistance == pytest.approx(sum(1.0 / pack.resistance for pack in bank))
    assert min(pack.emf for pack in bank) - 1e-9 <= bank.emf <= max(pack.emf for pack in bank) + 1e-9


@settings(deadline=None)
@given(_banks(), st.floats(1.0, 600.0))
def test_packs_left_alone_only_come_closer(bank: Bank, seconds: float) -> None:
    before = max(pack.soc for pack in bank) - min(pack.soc for pack in bank)
    bank.step(0.0, seconds)
    after = max(pack.soc for pack in bank) - min(pack.soc for pack in bank)
    assert after <= before + 1e-9


@settings(deadline=None)
@given(_STEPS)
def test_equal_steps_give_equal_numbers(steps: list[tuple[float, float, int]]) -> None:
    banks = [Bank([module("us2000c")] * 3, soc=[0.4, 0.5, 0.6]) for _ in range(2)]
    for bank in banks:
        for current, seconds, number in steps:
            _switch(bank, number)
            bank.step(current, seconds)
    first, second = ([(p.soc, p.emf, p.current, p.temperature) for p in bank] for bank in banks)
    assert first == second
