"""ITECH IT8500+ and IT8800, byte for byte after their programming guides."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments.loads import LOADS

OK = '0,"No error"'
ITECH = LOADS["itech-it8500"]


def test_dialogue(load: Any) -> None:
    it = load(
        ITECH,
        ("SYST:REM;:FUNC POW;:POW 900.0000;:FUNC?;:POW?;*OPC?;:SYST:ERR?", f"POW;900.00;1;{OK}"),
        ("SYST:REM;:CURR:SLEW 0.100000;:CURR:SLEW?;*OPC?;:SYST:ERR?", f"0.1000;1;{OK}"),
        ("SYST:REM;:INP:SHOR:STAT OFF;:INP:SHOR:STAT?;*OPC?;:SYST:ERR?", f"0;1;{OK}"),
        ("SYST:REM;:REM:SENS ON;:REM:SENS?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("SYST:REM;:CURR:PROT 20.0000;:CURR:PROT?;*OPC?;:SYST:ERR?", f"20.0;1;{OK}"),
        ("SYST:REM;:POW:PROT 1000.0000;:POW:PROT?;*OPC?;:SYST:ERR?", f"1000.0;1;{OK}"),
        ("SYST:REM;:CURR:PROT:STAT ON;:CURR:PROT:STAT?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("SYST:REM;:INP:TIM:DEL 30.4;:INP:TIM:DEL?;*OPC?;:SYST:ERR?", f"30;1;{OK}"),
        ("SYST:REM;:INP:TIM ON;:INP:TIM?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("SYST:REM;:INP ON;:INP?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("SYST:REM;:STAT:QUES:COND?", "0"),
        ("SYST:REM;:MEAS:VOLT?;:MEAS:CURR?", "52.0;17.3"),
        ("SYST:REM;:MEAS:POW?", "899.6"),
        ("SYST:REM;:INP OFF;*OPC?;:INP?;:MEAS:CURR?", "1;0;0.00"),
    )
    it.set_power(900)
    it.set_slew(100_000)
    it.short(False)
    it.sense(True)
    it.set_protections(over_current=20, over_power=1000)
    assert it.limit_on_time(30.4) == 30.0
    it.input(True)
    assert it.read() == (52.0, 17.3)
    assert it.power() == 899.6
    it.off()


def test_an_input_that_reads_on_after_a_trip_is_not_on(load: Any) -> None:
    it = load(
        ITECH,
        ("SYST:REM;:INP ON;:INP?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("SYST:REM;:STAT:QUES:COND?", "8200"),
        ("SYST:REM;:INP OFF;:PROT:CLE;:INP?;*OPC?;:SYST:ERR?", f"0;1;{OK}"),
        ("SYST:REM;:STAT:QUES:COND?", "0"),
    )
    with pytest.raises(InstrumentError, match=r"reads on, but .* over-power, protection shutdown"):
        it.input(True)
    it.clear_trip()
