"""ITECH IT-M3900, byte for byte: commands of published drivers for IT-M3900 and IT6000C."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError

ITECH = "itech-itm3900"
OK = '0,"No error"'


def test_the_sink_limit_is_a_negative_number(connect: Any) -> None:
    supply = connect(
        ITECH,
        ("FUNC VOLT;:FUNC?;*OPC?;:SYST:ERR?", f"VOLTage;1;{OK}"),
        (
            (
                "CURR:LIM 120.0000;:CURR:LIM:NEG -100.0000;:VOLT:PROT 63.0000;:CURR:PROT 150.0000"
                ";:CURR:LIM?;:CURR:LIM:NEG?;:VOLT:PROT?;:CURR:PROT?;*OPC?;:SYST:ERR?"
            ),
            f"120;-100;63;150;1;{OK}",
        ),
        ("VOLT:PROT:STAT 1;:VOLT:PROT:STAT?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("CURR:PROT:STAT 1;:CURR:PROT:STAT?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
    )
    supply.set_limits(source_current=120, sink_current=100, over_voltage=63, over_current=150)


def test_a_priority_that_stays_is_an_error(connect: Any) -> None:
    supply = connect(ITECH, ("FUNC VOLT;:FUNC?;*OPC?;:SYST:ERR?", f"CURRent;1;{OK}"))
    with pytest.raises(InstrumentError, match="is in priority 'CURRent' instead of voltage"):
        supply.set_limits(source_current=1, sink_current=1, over_voltage=1, over_current=1)


def test_the_control_step_is_one_exchange(connect: Any) -> None:
    supply = connect(
        ITECH,
        ("VOLT 52.1234;:VOLT?;:MEAS:CURR?", "52.123;-98.5"),
        ("VOLT 52.0000;:VOLT?;:MEAS:CURR?", "52.000"),
        ("MEAS:VOLT?;:MEAS:CURR?", "52.05;-98.5"),
    )
    assert supply.set_voltage_and_read_current(52.1234) == 98.5
    with pytest.raises(InstrumentError, match="answered '', which is not a number"):
        supply.set_voltage_and_read_current(52.0)
    assert supply.read() == (52.05, 98.5)


def test_the_output_takes_one_and_zero(connect: Any) -> None:
    supply = connect(
        ITECH,
        ("VOLT 52.1000;:VOLT?;*OPC?;:SYST:ERR?", f"52.1;1;{OK}"),
        ("STAT:QUES:COND?", "0"),
        ("OUTP 1;:OUTP?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("OUTP 0;*OPC?;:OUTP?", "1;0"),
        ("MEAS:CURR?", "0.01"),
        ("OUTP 0;*OPC?;:OUTP?", "1"),
    )
    supply.set_voltage(52.1)
    supply.output(True)
    supply.off()
    with pytest.raises(InstrumentError, match="instead of done and state"):
        supply.off()


@pytest.mark.parametrize(
    ("answer", "limiting"),
    [("0;60;-50", False), ("59.5;60;-50", True), ("-49.6;60;-50", True), ("-49;60;-50", False)],
)
def test_a_limit_binds_when_the_current_has_reached_it(connect: Any, answer: str, limiting: bool) -> None:
    assert connect(ITECH, ("MEAS:CURR?;:CURR:LIM?;:CURR:LIM:NEG?", answer)).limiting() is limiting


def test_a_limit_that_is_not_told_is_an_error(connect: Any) -> None:
    supply = connect(ITECH, ("MEAS:CURR?;:CURR:LIM?;:CURR:LIM:NEG?", "0;60"))
    with pytest.raises(InstrumentError, match="answered 2 of 3 questions"):
        supply.limiting()


def test_a_trip_is_named_and_cleared_with_the_output_off(connect: Any) -> None:
    supply = connect(
        ITECH,
        ("STAT:QUES:COND?", "5"),
        ("OUTP 0;*OPC?;:OUTP?", "1;0"),
        ("OUTP:PROT:CLE", None),
        ("STAT:QUES:COND?", "0"),
    )
    assert supply.tripped() == "over-voltage, over-current while sinking"
    supply.clear_trip()
