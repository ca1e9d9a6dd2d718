"""The traps of each model, without a socket."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.twin.instruments.loads import LOADS

SCPI = sorted(LOADS.keys() - {"aimtti-ld400p"})
OK = '0,"No error"'


def test_the_generic_load_takes_power_or_current_from_the_mains(make: Any) -> None:
    load = make("scpi-load")
    assert load.execute("FUNC POW;:POW 1500;:INP ON;:INP?;:MEAS:POW?") == "1;1500.0000"
    assert load.execute("CURR 10;:FUNC CURR;:FUNC?;:MEAS:VOLT?;CURR?") == "CURR;230.0000;10.0000"
    assert load.execute("RES 23;:FUNC RES;:MEAS:POW?") == "2300.0000"
    assert load.execute("INP OFF;:MEAS:POW?") == "0.0000"
    assert load.execute("FUNC LED;:SYST:ERR?") == '-104,"Data type error"'
    assert load.execute("RES 0;:SYST:ERR?") == '-222,"Data out of range"'
    assert load.execute("*IDN?") == "BMSHIL,LOAD-TWIN,TWIN,1.0"


def test_no_mains_no_current(make: Any, world: Any) -> None:
    load = make("scpi-load")
    load.execute("FUNC POW;:POW 1500;:INP ON")
    world.switch_relay("ac_load", False)
    assert load.execute("MEAS:CURR?;POW?") == "0.0000;0.0000"


@pytest.mark.parametrize("model", SCPI)
def test_a_rating_of_the_rig_limits_what_can_be_set(make: Any, model: str) -> None:
    load = make(model, power=120.0, current=12.0, voltage=60.0)
    load.execute("SYST:REM")
    load.execute("*CLS")
    load.execute("CURR 3")
    load.execute("CURR 12.5")
    assert float(load.execute("CURR?")) == 3.0


@pytest.mark.parametrize("model", SCPI)
@pytest.mark.parametrize("text", ["nan", "inf", "-1", "abc", ""])
def test_nonsense_is_never_a_level(make: Any, model: str, text: str) -> None:
    load = make(model)
    load.execute("SYST:REM;:CURR 3")
    assert load.execute(f"CURR {text}") is None
    assert float(load.execute("CURR?")) == 3.0


def test_rigol_short_is_a_key_that_toggles_and_cannot_be_asked_for(make: Any) -> None:
    load = make("rigol-dl3000", current=1.0)
    load.execute("INP ON;:SYST:KEY 33")
    assert load.execute("MEAS:CURR?") == "1.0000"
    load.execute("SYST:KEY 33")
    assert load.execute("MEAS:CURR?") == "0.0000"
    assert load.execute("INP:SHOR?;:SYST:ERR?") == '-113,"Undefined header"'
    assert load.execute("SYST:KEY 32;:SYST:ERR?") == '-222,"Data out of range"'


def test_rigol_answers_with_another_word_and_spells_limits_its_own_way(make: Any) -> None:
    load = make("rigol-dl3000")
    assert load.execute("FUNC VOLT;:FUNC?") == "CV"
    assert load.execute("SOUR:CURR:VLIM 60;:CURR:VLIMT?") == "60.0000"


def test_rigol_input_is_off_after_a_trip_which_cls_clears(make: Any) -> None:
    load = make("rigol-dl3000")
    load.execute("INP ON")
    load.faults.trip = "over-power"
    assert load.execute("INP?;:STAT:QUES:COND?") == "0;8200"
    assert load.execute("*CLS;:STAT:QUES:COND?") == "0"


def test_siglent_ignores_without_a_word_what_is_out_of_range(make: Any) -> None:
    load = make("siglent-sdl1000x")
    assert load.execute("CURR 4;:CURR 6;:CURR?") == "4.0000"  # its low range ends at 5 A
    assert load.execute("CURR:IRANG 30;:CURR 6;:CURR?;:CURR:IRANG?") == "6.0000;30"
    assert load.execute("CURR 31;:CURR?") == "6.0000"
    assert load.execute("VOLT 40;:VOLT?;:VOLT:VRANG 100;:VOLT 40;:VOLT?") == "150.0000;40.0000"
    assert load.execute("SYST:ERR?") is None
    assert load.execute("*ESR?") == "0"


@pytest.mark.parametrize("model", ["itech-it8500", "bk-8500b"])
def test_some_obey_only_after_remote_control_is_taken(make: Any, model: str) -> None:
    load = make(model)
    assert load.execute("FUNC CURR;:CURR 3;:INP ON;:INP?;:CURR?") == "0;0.0000"
    assert load.execute("SYST:ERR?") == '-203,"Command protected"'
    assert load.execute("*CLS;:SYST:REM;:CURR 3;:INP ON;:INP?;:CURR?;:SYST:ERR?") == f"1;3.0000;{OK}"
    assert load.execute("SYST:LOC;:INP OFF;:INP?") == "1"


@pytest.mark.parametrize(
    ("model", "clear", "status"),
    [
        ("itech-it8500", "PROT:CLE", "STAT:QUES:COND?"),
        ("bk-8600", "PROT:CLE", "STAT:QUES:COND?"),
        ("keysight-n3300", "INP:PROT:CLE", "STAT:CHAN:COND?"),
    ],
)
def test_some_read_on_after_a_trip_and_come_back_with_their_current(
    make: Any, model: str, clear: str, status: str
) -> None:
    load = make(model)
    load.execute("SYST:REM;*CLS")
    load.execute("FUNC CURR;:CURR 2;:INP ON")
    load.faults.trip = "over-current"
    assert load.execute(f"INP?;:{status}") == "1;8194"
    assert float(load.execute("MEAS:CURR?")) == 0.0
    load.execute(clear)
    assert load.execute(f"INP?;:{status}") == "1;0"
    assert float(load.execute("MEAS:CURR?")) == 2.0


@pytest.mark.parametrize(
    ("fault", "register"),
    [("over-voltage", 4097), ("over-temperature", 8208), ("over-power", 8200), ("fan", 8192)],
)
def test_each_protection_has_its_bits(make: Any, fault: str, register: int) -> None:
    load = make("keysight-n3300")
    load.faults.trip = fault
    assert load.execute("STAT:CHAN:COND?") == str(register)


def test_protections_are_set_and_armed(make: Any) -> None:
    load = make("itech-it8500")
    load.execute("SYST:REM;:CURR:PROT 5;:CURR:PROT:STAT ON;:POW:PROT 1100;:FUNC CURR;:CURR 4;:INP ON")
    assert load.execute("CURR:PROT?;PROT:STAT?;:POW:PROT?") == "5.0000;1;1100.0000"
    assert float(load.execute("MEAS:CURR?")) == 4.0
    load.execute("CURR 5.5")
    assert load.execute("INP?;:STAT:QUES:COND?") == "1;8194"
    assert float(load.execute("MEAS:CURR?")) == 0.0
    load.execute("*RST")
    assert load.execute("CURR:PROT:STAT?;:STAT:QUES:COND?") == "0;0"
    assert load.execute("CURR:PROT?;:POW:PROT?") == "240.0000;1500.0000"
    load.execute("POW:PROT 1100;:CURR 4.9;:INP ON")
    assert load.execute("INP?;:STAT:QUES:COND?") == "1;8200"


def test_itech_switches_itself_off(make: Any, timeline: Any) -> None:
    load = make("itech-it8500")
    load.execute("SYST:REM;:INP:TIM:DEL 3;:INP:TIM ON;:CURR 2;:INP ON")
    assert load.execute("INP:TIM?;TIM:DEL?;:INP?") == "1;3.0;1"
    timeline.run(3.1)
    assert load.execute("INP?") == "0"
    assert load.execute("INP:TIM:DEL 0.5;:SYST:ERR?") == '-222,"Data out of range"'


def test_bk_8600_ignores_the_rest_after_an_error_even_off(make: Any) -> None:
    load = make("bk-8600")
    load.execute("CURR 2;:INP ON")
    assert load.execute("CURR 999;:INP OFF;:INP?;*OPC?") is None
    assert load.execute("INP?;:SYST:ERR?") == '1;-222,"Data out of range"'


def test_bk_8600_clips_the_level_to_a_smaller_range(make: Any) -> None:
    load = make("bk-8600")
    assert load.execute("CURR 50;:CURR:RANG 10;:CURR:RANG?;:CURR?") == "24.0000;24.0000"
    assert load.execute("CURR:RANG 100;:CURR:RANG?;:CURR?") == "240.0000;24.0000"


def test_the_n3300_is_on_after_reset_and_has_no_constant_power(make: Any) -> None:
    load = make("keysight-n3300")
    assert load.execute("INP?") == "0"
    assert load.execute("*RST;:INP?;:OUTP?") == "1;1"
    assert load.execute("CURR 2;:MEAS:CURR?") == "2.000000E+00"
    assert load.execute("OUTP OFF;:INP?;:MODE RES;:FUNC?") == "0;RES"
    assert load.execute("FUNC POW;:SYST:ERR?") == '-104,"Data type error"'
    assert load.execute("CHAN 2;:SYST:ERR?") == '-222,"Data out of range"'


@pytest.mark.parametrize("model", sorted(LOADS.keys() - {"keysight-n3300", "aimtti-ld400p"}))
def test_all_others_are_off_after_reset(make: Any, model: str) -> None:
    load = make(model)
    load.execute("SYST:REM;*CLS")
    load.execute("INP ON")
    assert load.execute("INP?;*RST;:INP?") == "1;0"


@pytest.mark.parametrize(("model", "per_microsecond"), [("bk-8600", True), ("keysight-n3300", False)])
def test_slew_rates_are_in_amperes_per_microsecond_or_per_second(
    make: Any, timeline: Any, model: str, per_microsecond: bool
) -> None:
    load = make(model)
    rate = "0.000001" if per_microsecond else "1"
    load.execute(f"CURR 0;:INP ON;:CURR:SLEW:POS {rate};:CURR:SLEW:NEG {rate}")
    assert float(load.execute("CURR:SLEW:POS?")) == float(rate)
    load.execute("CURR 2")
    timeline.run(0.5)
    assert float(load.execute("MEAS:CURR?")) == pytest.approx(0.5, abs=0.01)
    timeline.run(2.0)
    assert float(load.execute("MEAS:CURR?")) == 2.0


def test_ld400p_speaks_its_own_language_with_units(make: Any) -> None:
    load = make("aimtti-ld400p")
    assert load.terminator == b"\r\n"
    assert load.execute("MODE P;LVLSEL A;A 230;EER?") == "0"
    assert load.execute("INP 1;INP?") == "INP 1"
    assert load.execute("MODE?;A?;V?;I?") == "MODE P\r\nA 230.00W\r\n230.00V\r\n1.00A"
    assert load.execute("MODE G;A 0.005;A?;I?") == "A 0.01SIE\r\n1.15A"
    assert load.execute("MODE C;B 1.5;LVLSEL B;I?;LVLSEL?") == "1.50A\r\nLVLSEL B"
    assert load.execute("INP 0;INP?;I?") == "INP 0\r\n0.00A"
    assert load.execute("*RST;MODE?;A?") == "MODE C\r\nA 0.00A"


def test_ld400p_counts_refusals_until_they_are_read(make: Any) -> None:
    load = make("aimtti-ld400p")
    assert load.execute("A 81;A 999") is None
    assert load.execute("A?;EER?;EER?") == "A 0.00A\r\n120\r\n0"
    assert load.execute("MODE X;EER?") == "120"
    assert load.execute("MODE R;A 0;EER?") == "120"
    assert load.execute("SYST:ERR?") is None
    assert load.execute("*ESR?") == "48"


def test_ld400p_forgets_a_trip_once_it_is_told(make: Any) -> None:
    load = make("aimtti-ld400p")
    load.execute("A 2;INP 1")
    load.faults.trip = "over-voltage"
    assert load.execute("INP?;I?;ITR?;ITR?") == "INP 0\r\n0.00A\r\n2\r\n0"
