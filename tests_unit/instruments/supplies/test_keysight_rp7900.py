"""Keysight RP7900, byte for byte: RP7900 operating and service guide."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError

KEYSIGHT = "keysight-rp7900"
OK = '+0,"No error"'


def test_limits_resistance_and_over_voltage(connect: Any) -> None:
    supply = connect(
        KEYSIGHT,
        (
            (
                "CURR:LIM:POS 120.0000;:CURR:LIM:NEG -100.0000;:VOLT:PROT 63.0000"
                ";:CURR:LIM:POS?;:CURR:LIM:NEG?;:VOLT:PROT?;*OPC?;:SYST:ERR?"
            ),
            f"+1.20000000E+02;-1.00000000E+02;+6.30000000E+01;1;{OK}",
        ),
        ("CURR:PROT:STAT ON;:CURR:PROT:STAT?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("VOLT:RES 0.008330;:VOLT:RES?;*OPC?;:SYST:ERR?", f"+8.33000000E-03;1;{OK}"),
    )
    supply.set_limits(source_current=120, sink_current=100, over_voltage=63, over_current=150)
    supply.set_resistance(0.00833)


def test_the_control_step_is_one_exchange(connect: Any) -> None:
    supply = connect(KEYSIGHT, ("VOLT 52.1234;:VOLT?;:MEAS:CURR?", "+5.21234E+01;-9.85000E+01"))
    assert supply.set_voltage_and_read_current(52.1234) == 98.5


@pytest.mark.parametrize(("bits", "limiting"), [("1", False), ("2", True), ("4", False)])
def test_it_tells_what_it_regulates(connect: Any, bits: str, limiting: bool) -> None:
    assert connect(KEYSIGHT, ("STAT:OPER:COND?", bits)).limiting() is limiting


def test_the_watchdog_is_set_and_read_back(connect: Any) -> None:
    supply = connect(
        KEYSIGHT,
        ("OUTP:PROT:WDOG:DEL 5;:OUTP:PROT:WDOG:DEL?;*OPC?;:SYST:ERR?", f"+5;1;{OK}"),
        ("OUTP:PROT:WDOG ON;:OUTP:PROT:WDOG?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("OUTP:PROT:WDOG:DEL 3600;:OUTP:PROT:WDOG:DEL?;*OPC?;:SYST:ERR?", f"+60;1;{OK}"),
        ("OUTP:PROT:WDOG OFF;:OUTP:PROT:WDOG?;*OPC?;:SYST:ERR?", f"0;1;{OK}"),
    )
    assert supply.arm_watchdog(4.2) == 5.0
    with pytest.raises(InstrumentError, match="watchdog: set 3600, but OUTP:PROT:WDOG:DEL reads back 60"):
        supply.arm_watchdog(5000)
    supply.disarm_watchdog()


def test_after_the_watchdog_only_the_register_knows(connect: Any) -> None:
    supply = connect(
        KEYSIGHT,
        ("STAT:QUES:COND?", "+2048"),
        ("STAT:QUES:COND?", "+2048"),
        # The programmed state stays on, and clearing would bring it back.
        ("OUTP OFF;*OPC?;:OUTP?", "1;0"),
        ("OUTP:PROT:CLE;*OPC?;:SYST:ERR?", f"1;{OK}"),
        ("STAT:QUES:COND?", "+0"),
    )
    assert supply.tripped() == "watchdog"
    with pytest.raises(InstrumentError, match="not switched on, because a protection has tripped: watchdog"):
        supply.output(True)
    supply.clear_trip()


def test_being_in_a_limit_is_no_trip(connect: Any) -> None:
    # 128 LIM+, 256 LIM-, 1024 UNR
    assert connect(KEYSIGHT, ("STAT:QUES:COND?", "+1408")).tripped() == ""
