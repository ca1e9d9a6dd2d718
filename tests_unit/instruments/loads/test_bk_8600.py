"""BK Precision 8600, byte for byte after its programming manual."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments.loads import LOADS

OK = '0,"No error"'
BK = LOADS["bk-8600"]


def test_dialogue(load: Any) -> None:
    it = load(
        BK,
        ("FUNC RES;:RES 5.2000", None),
        ("*WAI;:FUNC?;:RES?;*OPC?;:SYST:ERR?", f"RES;5.2;1;{OK}"),
        ("CURR:SLEW:POS 0.100000", None),
        ("*WAI;:CURR:SLEW:POS?;*OPC?;:SYST:ERR?", f"0.1;1;{OK}"),
        ("CURR:SLEW:NEG 0.100000", None),
        ("*WAI;:CURR:SLEW:NEG?;*OPC?;:SYST:ERR?", f"0.1;1;{OK}"),
        ("INP:SHOR ON", None),
        ("*WAI;:INP:SHOR?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("INP ON", None),
        ("*WAI;:INP?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("STAT:QUES:COND?", "0"),
        ("INP OFF", None),
        ("INP OFF;*OPC?;:INP?;:MEAS:CURR?", "1;0;0.00"),
    )
    it.set_resistance(5.2)
    it.set_slew(100_000)
    it.short(True)
    it.input(True)
    it.off()


def test_what_it_refuses_is_told_although_it_ignores_the_rest_of_that_message(load: Any) -> None:
    it = load(
        BK,
        ("FUNC CURR;:CURR 400.0000", None),
        ("*WAI;:FUNC?;:CURR?;*OPC?;:SYST:ERR?", 'CURR;12.5;1;-222,"Data out of range"'),
        ("SYST:ERR?", OK),
    )
    with pytest.raises(InstrumentError, match="refused: -222"):
        it.set_current(400)
