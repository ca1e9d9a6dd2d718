"""Aim-TTi LD400P, byte for byte after its manual and pymeasure's driver."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments.loads import LOADS

TTI = LOADS["aimtti-ld400p"]


def level(mode: str, value: str, answer: str) -> tuple[tuple[str, bytes], ...]:
    return (
        (f"MODE {mode};LVLSEL A;A {value};EER?", b"0\r\n"),
        ("MODE?", f"MODE {mode}\r\n".encode()),
        ("LVLSEL?", b"LVLSEL A\r\n"),
        ("A?", f"A {answer}\r\n".encode()),
    )


def test_dialogue(load: Any) -> None:
    it = load(
        TTI,
        *level("P", "10.5000", "10.5W"),
        *level("C", "1.0000", "1.00A"),
        *level("V", "48.0000", "48.00V"),
        *level("R", "5.0000", "5.00OHM"),
        ("INP 1;EER?", b"0\r\n"),
        ("ITR?", b"0\r\n"),
        ("INP?", b"INP 1\r\n"),
        ("V?", b"52.00V\r\n"),
        ("I?", b"0.20A\r\n"),
        ("INP 0;*OPC?", b"1\r\n"),
        ("INP?", b"INP 0\r\n"),
        ("I?", b"0.00A\r\n"),
    )
    it.set_power(10.5)
    it.set_current(1)
    it.set_voltage(48)
    it.set_resistance(5)
    it.input(True)
    assert it.power() == pytest.approx(10.4)
    it.off()


def test_what_it_refuses_or_ignores_is_an_error(load: Any) -> None:
    it = load(
        TTI,
        ("MODE C;LVLSEL A;A 200.0000;EER?", b"120\r\n"),
        *level("C", "70.0000", "7.00A"),
        ("MODE C;LVLSEL A;A 7.0000;EER?", b"0\r\n"),
        ("MODE?", b"MODE P\r\n"),
        ("MODE C;LVLSEL A;A 7.0000;EER?", b"0\r\n"),
        ("MODE?", b"C\r\n"),
    )
    for current, words in (
        (200, "refused: execution error 120"),
        (70, "set 70, but A reads back 7"),
        (7, "MODE reads back 'P' instead of C"),
        (7, "answered 'C' instead of MODE and a value"),
    ):
        with pytest.raises(InstrumentError, match=words):
            it.set_current(current)


def test_a_trip_is_remembered_although_reading_clears_it(load: Any) -> None:
    it = load(
        TTI,
        ("INP 1;EER?", b"0\r\n"),
        ("ITR?", b"1\r\n"),
        ("ITR?", b"0\r\n"),
        ("INP 0;EER?", b"0\r\n"),
        ("INP?", b"INP 0\r\n"),
        ("ITR?", b"0\r\n"),
        ("ITR?", b"0\r\n"),
    )
    with pytest.raises(InstrumentError, match="keeps the input off: input trip register 1"):
        it.input(True)
    assert it.tripped() == "input trip register 1"
    it.clear_trip()


def test_off_needs_the_state_and_no_current(load: Any) -> None:
    off = (("INP 0;*OPC?", b"1\r\n"), ("INP?", b"INP 0\r\n"))
    it = load(
        TTI,
        ("INP 0;*OPC?", b"1\r\n"),
        ("INP?", b"INP 1\r\n"),
        *off,
        *[("I?", b"3.00A\r\n")] * 5,
    )
    with pytest.raises(InstrumentError, match="still reads on"):
        it.off()
    with pytest.raises(InstrumentError, match="3 A still flow"):
        it.off()
