"""The generic supply, byte for byte: what it has beyond the steps that test_drivers.py knows."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError

OK = '0,"No error"'
QUESTIONS = ("VOLT:PROT:TRIP?", "CURR:PROT:TRIP?")


def test_a_trip_is_named(connect: Any) -> None:
    supply = connect("scpi-supply", (QUESTIONS[0], "0"), (QUESTIONS[1], "1"))
    assert supply.tripped() == "over-current"


def test_a_trip_is_cleared_with_the_output_off(connect: Any) -> None:
    clear = (
        ("OUTP OFF;*OPC?;:OUTP?", "1;0"),
        ("VOLT:PROT:CLE;:CURR:PROT:CLE;*OPC?;:SYST:ERR?", f"1;{OK}"),
    )
    supply = connect(
        "scpi-supply",
        *clear,
        (QUESTIONS[0], "0"),
        (QUESTIONS[1], "0"),
        *clear,
        (QUESTIONS[0], "1"),
        (QUESTIONS[1], "0"),
    )
    supply.clear_trip()
    with pytest.raises(InstrumentError, match="over-voltage still holds"):
        supply.clear_trip()
