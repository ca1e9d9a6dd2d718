"""One pack, stepped as a bank of one."""

import pytest

from bmshil.battery import Bank, module
from bmshil.errors import BankError


def _one(soc: float = 0.5, temperature: float = 25.0, ambient: float | None = None) -> Bank:
    return Bank([module("generic-16s")], soc=soc, temperature=temperature, ambient=ambient)


def test_a_resting_pack_shows_its_open_circuit_voltage() -> None:
    pack = _one()[1]
    assert pack.voltage == pytest.approx(52.24, abs=1e-9)
    assert (pack.number, pack.soc, pack.capacity, pack.temperature) == (1, 0.5, 100.0, 25.0)
    assert (pack.current, pack.power, pack.connected) == (0.0, 0.0, True)
    assert pack.resistance == pytest.approx(0.020)


def test_half_an_hour_at_half_c_moves_a_quarter_of_the_charge() -> None:
    bank = _one(soc=0.20)
    for _ in range(18_000):
        bank.step(50.0, 0.1)
    assert bank[1].soc == pytest.approx(0.45, abs=1e-9)


def test_the_rc_has_risen_to_63_percent_after_one_time_constant() -> None:
    bank = _one()
    soc = bank[1].soc
    for _ in range(600):
        bank.step(100.0, 0.1)
    # 100 A through 10 mOhm: 1 V in the end; the cells gain 1.7 % of charge on the flat part of the curve.
    assert bank[1].soc - soc == pytest.approx(0.016667, abs=1e-6)
    assert bank.emf - 52.24 == pytest.approx(0.632 + 0.016, abs=0.004)


def test_the_rc_falls_back_at_rest() -> None:
    bank = _one()
    bank.step(100.0, 600.0)
    settling = bank.emf
    bank.step(0.0, 60.0)
    assert settling - bank.emf == pytest.approx(0.632, abs=0.001)


def test_the_step_length_hardly_matters() -> None:
    fine, coarse = _one(0.97), _one(0.97)
    for _ in range(30_000):
        fine.step(20.0, 0.01)
    coarse.step(20.0, 300.0)
    assert coarse[1].soc == pytest.approx(fine[1].soc, abs=1e-9)
    assert coarse.voltage == pytest.approx(fine.voltage, abs=1e-4)
    assert coarse[1].temperature == pytest.approx(fine[1].temperature, abs=1e-6)


def test_the_knee_meets_56_volts_within_the_last_percent() -> None:
    bank = _one(soc=0.98)
    while bank.emf < 56.0:
        bank.step(10.0, 1.0)
    assert 0.99 < bank[1].soc < 0.996


def test_overcharge_is_seen_in_the_voltage() -> None:
    bank = _one(soc=1.0)
    assert bank.voltage == pytest.approx(58.4, abs=1e-9)
    bank.step(10.0, 360.0)
    bank.step(0.0, 600.0)
    assert bank[1].soc == pytest.approx(1.01, abs=1e-9)
    assert bank.voltage == pytest.approx(63.2, abs=1e-3)


def test_cold_doubles_the_voltage_drop() -> None:
    cold = _one(temperature=0.0)
    cold.step(-50.0, 0.0)
    assert cold[1].resistance == pytest.approx(0.040)
    assert cold.voltage == pytest.approx(50.24, abs=1e-9)


def test_setting_the_temperature_changes_the_resistance_at_once() -> None:
    bank = _one()
    bank[1].temperature = 40.0
    assert bank.resistance == pytest.approx(0.016)


def test_a_pack_warms_by_its_losses() -> None:
    bank = _one()
    bank.step(100.0, 100.0)
    # 100 A through 30 mOhm: 300 W into 40 kJ/K for 100 s are 0.75 K, less what the warming lets go.
    assert bank[1].temperature == pytest.approx(25.745, abs=0.005)


def test_short_pulses_warm_by_their_mean_square() -> None:
    bank = _one()
    for _ in range(500):
        bank.step(100.0, 0.1)
        bank.step(0.0, 0.1)
    # Half the time: half of the 0.75 K.
    assert bank[1].temperature == pytest.approx(25.374, abs=0.003)


def test_a_warm_pack_cools_towards_its_surroundings() -> None:
    bank = _one(temperature=45.0, ambient=25.0)
    bank.step(0.0, 13_333.0)
    assert bank[1].temperature == pytest.approx(32.36, abs=0.01)
    bank.ambient = 0.0
    bank.step(0.0, 13_333.0)
    assert bank[1].temperature == pytest.approx(11.90, abs=0.01)


def test_setting_the_soc_puts_the_pack_at_rest() -> None:
    bank = _one()
    bank.step(100.0, 60.0)
    bank.step(0.0, 0.0)
    bank[1].soc = 0.9
    assert bank[1].soc == 0.9
    assert bank.voltage == pytest.approx(52.944, abs=1e-9)


@pytest.mark.parametrize("soc", [50.0, -1.0, float("nan")])
def test_a_soc_in_percent_is_refused(soc: float) -> None:
    bank = _one()
    with pytest.raises(BankError, match=r"pack 1: soc is .*; give a fraction, 0.5 for 50 %"):
        bank[1].soc = soc
    assert bank[1].soc == 0.5


@pytest.mark.parametrize("temperature", [298.0, -80.0, float("nan")])
def test_a_temperature_in_kelvin_is_refused(temperature: float) -> None:
    bank = _one()
    with pytest.raises(BankError, match="degC is not possible"):
        bank[1].temperature = temperature
    assert bank[1].temperature == 25.0


def test_power_is_positive_while_charging_and_negative_while_discharging() -> None:
    bank = _one()
    bank.step(50.0, 0.0)
    assert bank[1].power == pytest.approx(50.0 * 53.24)
    bank.step(-50.0, 0.0)
    assert bank[1].power == pytest.approx(-50.0 * 51.24)
