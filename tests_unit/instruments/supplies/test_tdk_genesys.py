"""TDK-Lambda GENESYS+, byte for byte: GENESYS+ manual (GH10-100) and the driver of instro."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability

TDK = "tdk-genesys"


def test_it_is_told_no_sink_limit(connect: Any) -> None:
    supply = connect(
        TDK,
        ("CURR 120.000", None),
        ("CURR?", "120.000"),
        ("VOLT:PROT:LEV 63.000", None),
        ("VOLT:PROT:LEV?", "63.000"),
        ("CURR:PROT:STAT ON", None),
        ("CURR:PROT:STAT?", "ON"),
    )
    supply.set_limits(source_current=120, sink_current=100, over_voltage=63, over_current=150)
    assert Capability.SINK not in supply.capabilities


def test_one_command_in_a_line(connect: Any) -> None:
    supply = connect(
        TDK,
        ("VOLT 52.100", None),
        ("VOLT?", "52.100"),
        ("VOLT 52.123", None),
        ("MEAS:CURR?", "12.500"),
        ("MEAS:VOLT?", "52.050"),
        ("MEAS:CURR?", "12.500"),
        ("STAT:QUES:COND?", "0"),
        ("OUTP:STAT ON", None),
        ("OUTP:STAT?", "ON"),
        ("OUTP:STAT OFF", None),
        ("OUTP:STAT?", "OFF"),
        ("MEAS:CURR?", "0.000"),
    )
    supply.set_voltage(52.1)
    assert supply.set_voltage_and_read_current(52.1234) == -12.5
    assert supply.read() == (52.05, -12.5)
    supply.output(True)
    supply.off()


def test_a_voltage_that_the_control_step_could_not_set_is_found_with_the_limit(connect: Any) -> None:
    supply = connect(
        TDK,
        ("STAT:OPER:COND?", "5"),
        ("VOLT 52.100", None),
        ("MEAS:CURR?", "12.500"),
        ("VOLT?", "52.100"),
        ("STAT:OPER:COND?", "6"),
        ("VOLT 58.000", None),
        ("MEAS:CURR?", "12.500"),
        ("VOLT?", "52.100"),
    )
    assert supply.limiting() is False
    supply.set_voltage_and_read_current(52.1)
    assert supply.limiting() is True
    supply.set_voltage_and_read_current(58.0)
    with pytest.raises(InstrumentError, match=r"voltage: set 58, but VOLT reads back 52\.1"):
        supply.limiting()


def test_the_watchdog_is_spelt_in_full(connect: Any) -> None:
    supply = connect(
        TDK,
        ("SYST:COMM:WATCHDOG:TIM 5", None),
        ("SYST:COMM:WATCHDOG:TIM?", "5"),
        ("SYST:COMM:WATCHDOG ON", None),
        ("SYST:COMM:WATCHDOG?", "ON"),
        ("SYST:COMM:WATCHDOG OFF", None),
        ("SYST:COMM:WATCHDOG?", "OFF"),
        ("SYST:COMM:WATCHDOG OFF", None),
        ("SYST:COMM:WATCHDOG?", "ON"),
    )
    assert supply.arm_watchdog(4.2) == 5.0
    supply.disarm_watchdog()
    with pytest.raises(InstrumentError, match="still reads on"):
        supply.disarm_watchdog()


@pytest.mark.parametrize(
    ("bits", "cause"),
    [
        ("32768", "watchdog (error 342)"),
        ("24", "fold-back (over-current), over-voltage"),
        ("64", ""),  # the button at its panel
    ],
)
def test_a_fault_is_named(connect: Any, bits: str, cause: str) -> None:
    assert connect(TDK, ("STAT:QUES:COND?", bits)).tripped() == cause


def test_a_fault_is_cleared_with_the_output_off(connect: Any) -> None:
    connect(
        TDK,
        ("OUTP:STAT OFF", None),
        ("OUTP:STAT?", "OFF"),
        ("OUTP:PROT:CLE", None),
        ("STAT:QUES:COND?", "0"),
    ).clear_trip()
