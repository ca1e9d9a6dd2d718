"""Rigol DL3000, byte for byte after its programming guide."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability
from bmshil.instruments.loads import LOADS

OK = '0,"No error"'
RIGOL = LOADS["rigol-dl3000"]


def test_dialogue(load: Any) -> None:
    it = load(
        RIGOL,
        ("FUNC CURR;:CURR 12.5000;:FUNC?;:CURR?;*OPC?;:SYST:ERR?", f"CC;12.5000;1;{OK}"),
        ("CURR:SLEW:POS 0.500000;:CURR:SLEW:POS?;*OPC?;:SYST:ERR?", f"0.500000;1;{OK}"),
        ("CURR:SLEW:NEG 0.500000;:CURR:SLEW:NEG?;*OPC?;:SYST:ERR?", f"0.500000;1;{OK}"),
        ("SENS ON;:SENS?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("INP ON;:INP?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("STAT:QUES:COND?", "16384"),
        ("MEAS:VOLT?;:MEAS:CURR?", "52.0001;12.4998"),
        ("INP OFF;*OPC?;:INP?;:MEAS:CURR?", "1;0;0.0003"),
    )
    it.set_current(12.5)
    it.set_slew(500_000)
    it.sense(True)
    it.input(True)
    assert it.read() == (52.0001, 12.4998)
    it.off()


def test_a_trip_is_told_and_cleared(load: Any) -> None:
    it = load(
        RIGOL,
        ("INP ON;:INP?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("STAT:QUES:COND?", "8194"),
        ("STAT:QUES:COND?", "4097"),
        ("INP OFF;*CLS;:INP?;*OPC?;:SYST:ERR?", f"0;1;{OK}"),
        ("STAT:QUES:COND?", "0"),
        ("INP OFF;*CLS;:INP?;*OPC?;:SYST:ERR?", f"0;1;{OK}"),
        ("STAT:QUES:COND?", "4097"),
    )
    with pytest.raises(InstrumentError, match="keeps the input off: over-current, protection shutdown"):
        it.input(True)
    assert it.tripped() == "over-voltage"
    it.clear_trip()
    with pytest.raises(InstrumentError, match="still tripped: over-voltage"):
        it.clear_trip()


def test_it_cannot_short_since_the_key_toggles() -> None:
    assert Capability.SHORT not in RIGOL.capabilities
    assert not hasattr(RIGOL, "short")
