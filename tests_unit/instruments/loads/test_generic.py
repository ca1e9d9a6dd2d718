"""The core that most loads share, and what counts as an error in it."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability, ScpiLoad

OK = '0,"No error"'
OFF = "INP OFF;*OPC?;:INP?;:MEAS:CURR?"


def test_each_mode_is_chosen_set_and_read_back_in_one_message(load: Any) -> None:
    it = load(
        ScpiLoad,
        ("FUNC POW;:POW 1500.0000;:FUNC?;:POW?;*OPC?;:SYST:ERR?", f"POW;1500.0;1;{OK}"),
        ("FUNC CURR;:CURR 12.5000;:FUNC?;:CURR?;*OPC?;:SYST:ERR?", f"CURRent;12.50A;1;{OK}"),
        ("FUNC VOLT;:VOLT 48.0000;:FUNC?;:VOLT?;*OPC?;:SYST:ERR?", f'"VOLT";48.000;1;{OK}'),
        ("FUNC RES;:RES 5.0000;:FUNC?;:RES?;*OPC?;:SYST:ERR?", f"CR;5.001;1;{OK}"),
    )
    it.set_power(1500)
    it.set_current(12.5)
    it.set_voltage(48)
    it.set_resistance(5)
    wanted = Capability.CONFIRMS | Capability.READ_BACK | Capability.MODES | Capability.POWER
    assert it.capabilities == wanted


def test_input_and_measurements(load: Any) -> None:
    it = load(
        ScpiLoad,
        ("INP ON;:INP?;*OPC?;:SYST:ERR?", f"ON;1;{OK}"),
        ("MEAS:VOLT?;:MEAS:CURR?", "52.05V;98.5A"),
        ("MEAS:POW?", "1.4983kW"),
        ("MEAS:VOLT?;:MEAS:CURR?", "52.05;9.9E37"),
        ("INP OFF;:INP?;*OPC?;:SYST:ERR?", f"OFF;1;{OK}"),
    )
    it.input(True)
    assert it.read() == (52.05, 98.5)
    assert it.power() == pytest.approx(1498.3)
    with pytest.raises(InstrumentError, match="no reading"):
        it.read()
    it.input(False)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("CURR;1500.0", "mode reads back 'CURR' instead of POW"),
        ("POW;1400", "power: set 1500, but POW reads back 1400"),
        ("POW;1498.4", "power: set 1500, but POW reads back 1498.4"),
    ],
)
def test_a_setting_that_did_not_come_about_is_an_error(load: Any, answer: str, words: str) -> None:
    message = "FUNC POW;:POW 1500.0000;:FUNC?;:POW?;*OPC?;:SYST:ERR?"
    it = load(ScpiLoad, (message, f"{answer};1;{OK}"))
    with pytest.raises(InstrumentError, match=words):
        it.set_power(1500)


def test_a_large_value_may_be_off_by_a_thousandth(load: Any) -> None:
    message = "FUNC POW;:POW 1500.0000;:FUNC?;:POW?;*OPC?;:SYST:ERR?"
    load(ScpiLoad, (message, f"POW;1498.6;1;{OK}")).set_power(1500)


def test_off_needs_the_state_and_no_current(load: Any) -> None:
    it = load(
        ScpiLoad, (OFF, "1;0;0.02"), (OFF, "1;OFF;-0.4A"), (OFF, "1;1;0.0"), (OFF, "1;0"), (OFF, "1;0;9.9E37")
    )
    it.off()
    it.off()
    with pytest.raises(InstrumentError, match="still reads on"):
        it.off()
    with pytest.raises(InstrumentError, match="instead of done, state and current"):
        it.off()
    with pytest.raises(InstrumentError, match="no reading"):
        it.off()


def test_off_waits_for_a_mean_to_fall_but_not_for_ever(load: Any) -> None:
    more = ("MEAS:CURR?", "3.0")
    it = load(
        ScpiLoad,
        (OFF, "1;0;20.0"), more, ("MEAS:CURR?", "0.3"),
        (OFF, "1;0;20.0"), more, more, more, more, more,
    )  # fmt: skip
    it.off()
    with pytest.raises(InstrumentError, match="the input reads off, but 3 A still flow"):
        it.off()
