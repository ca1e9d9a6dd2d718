"""A power source in generic SCPI, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InputError, InstrumentError
from bmshil.instruments import driver
from bmshil.instruments.sources.generic import ScpiSource

OK = '0,"No error"'
ON = ("OUTP ON;:OUTP?;*OPC?;:SYST:ERR?", f"1;1;{OK}")


def test_it_is_switched_and_read_back(connect: Any) -> None:
    source = connect(
        ScpiSource, ON, ("OUTP?", "1"), ("OUTP OFF;:OUTP?;*OPC?;:SYST:ERR?", f"0;1;{OK}"), ("OUTP?", "OFF")
    )
    source.output(True)
    assert source.is_on() is True
    source.output(False)
    assert source.is_on() is False


def test_its_settings_are_sent_before_it_is_switched_on(connect: Any) -> None:
    source = connect(
        ScpiSource,
        ("VOLT 230;:FREQ 50;*OPC?;:SYST:ERR?", f"1;{OK}"),
        ON,
        ("VOLT 230;:FREQ 50;*OPC?;:SYST:ERR?", '1;-222,"Data out of range"'),
        ("SYST:ERR?", OK),
        setup="VOLT 230;:FREQ 50",
    )
    source.output(True)
    with pytest.raises(InstrumentError, match="Data out of range"):
        source.output(True)


def test_off_is_judged_by_the_state_alone(connect: Any) -> None:
    source = connect(ScpiSource, ("OUTP OFF;*OPC?;:OUTP?", "1;0"), ("OUTP OFF;*OPC?;:OUTP?", "1;1"))
    source.off()
    with pytest.raises(InstrumentError, match="still reads on"):
        source.off()


def test_questions_are_no_settings() -> None:
    with pytest.raises(InputError, match=r"setup 'VOLT\?': settings only, no questions"):
        ScpiSource.connect("pv", "TCPIP::127.0.0.1::1::SOCKET", setup="VOLT?")


@pytest.mark.parametrize("role", ["ac_grid", "pv"])
@pytest.mark.parametrize("name", ["scpi-source", "manual-source"])
def test_grid_and_pv_may_be_such_a_source(name: str, role: str) -> None:
    assert driver(name, role).__name__ in {"ScpiSource", "ManualSource"}
