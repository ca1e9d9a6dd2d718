"""BK Precision 8500B, byte for byte after instro's driver."""

from __future__ import annotations

from typing import Any

from bmshil.instruments.loads import LOADS

OK = '0,"No error"'


def test_dialogue(load: Any) -> None:
    it = load(
        LOADS["bk-8500b"],
        ("SYST:REM;:FUNC VOLT;:VOLT 50.0000;:FUNC?;:VOLT?;*OPC?;:SYST:ERR?", f"VOLTage;50.0;1;{OK}"),
        ("SYST:REM;:CURR:SLEW:POS 0.001000;:CURR:SLEW:POS?;*OPC?;:SYST:ERR?", f"0.001;1;{OK}"),
        ("SYST:REM;:CURR:SLEW:NEG 0.001000;:CURR:SLEW:NEG?;*OPC?;:SYST:ERR?", f"0.001;1;{OK}"),
        ("SYST:REM;:INP:SHOR ON;:INP:SHOR?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("SYST:REM;:INP ON;:INP?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("SYST:REM;:INP OFF;*OPC?;:INP?;:MEAS:CURR?", "1;0;0.01"),
    )
    it.set_voltage(50)
    it.set_slew(1000)
    it.short(True)
    it.input(True)
    it.off()
