"""Siglent SDL1000X, byte for byte after its programming guide."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments.loads import LOADS

SIGLENT = LOADS["siglent-sdl1000x"]
CURRENT = "FUNC CURR;:CURR:IRANG 30;:CURR:VRANG 150;:CURR"


def test_dialogue(load: Any) -> None:
    it = load(
        SIGLENT,
        (f"{CURRENT} 12.5000;:FUNC?;:CURR?;*OPC?", "CURRENT;12.500000;1"),
        (
            "FUNC POW;:POW:IRANG 30;:POW:VRANG 150;:POW 200.0000;:FUNC?;:POW?;*OPC?",
            "POWER;200.000000;1",
        ),
        ("CURR:SLEW:POS 0.500000;:CURR:SLEW:POS?;*OPC?", "0.500000;1"),
        ("CURR:SLEW:NEG 0.500000;:CURR:SLEW:NEG?;*OPC?", "0.500000;1"),
        ("SHOR ON;:SHOR?;*OPC?", "1;1"),
        ("SYST:SENS ON;:SYST:SENS?;*OPC?", "1;1"),
        ("CURR:PROT:LEV 15.0000;:CURR:PROT:LEV?;*OPC?", "15.000000;1"),
        ("POW:PROT:LEV 250.0000;:POW:PROT:LEV?;*OPC?", "250.000000;1"),
        ("CURR:PROT:STAT ON;:CURR:PROT:STAT?;*OPC?", "1;1"),
        ("POW:PROT:STAT ON;:POW:PROT:STAT?;*OPC?", "1;1"),
        ("INP ON;:INP?;*OPC?", "1;1"),
        ("INP OFF;*OPC?;:INP?;:MEAS:CURR?", "1;0;0.000000"),
    )
    it.set_current(12.5)
    it.set_power(200)
    it.set_slew(500_000)
    it.short(True)
    it.sense(True)
    it.set_protections(over_current=15, over_power=250)
    it.input(True)
    it.off()


def test_what_it_ignores_is_found_by_reading_back(load: Any) -> None:
    it = load(
        SIGLENT,
        (f"{CURRENT} 31.0000;:FUNC?;:CURR?;*OPC?", "CURRENT;12.500000;1"),
        ("CURR:PROT:LEV 99.0000;:CURR:PROT:LEV?;*OPC?", "30.000000;1"),
        ("SHOR ON;:SHOR?;*OPC?", "0;1"),
    )
    with pytest.raises(InstrumentError, match=r"set 31, but CURR reads back 12\.5"):
        it.set_current(31)
    with pytest.raises(InstrumentError, match="protection: set 99, but CURR:PROT:LEV reads back 30"):
        it.set_protections(over_current=99, over_power=250)
    with pytest.raises(InstrumentError, match="still reads off"):
        it.short(True)
