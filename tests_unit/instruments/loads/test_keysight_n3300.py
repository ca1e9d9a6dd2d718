"""Keysight N3300, byte for byte after its programming guide."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InputError, InstrumentError
from bmshil.instruments.loads import LOADS

OK = '+0,"No error"'
N3300 = LOADS["keysight-n3300"]


def test_dialogue(load: Any) -> None:
    it = load(
        N3300,
        ("CHAN 3;:FUNC CURR;:CURR 12.5000;:FUNC?;:CURR?;*OPC?;:SYST:ERR?", f"CURR;1.250000E+01;1;{OK}"),
        ("CHAN 3;:CURR:SLEW:POS 5000.000000;:CURR:SLEW:POS?;*OPC?;:SYST:ERR?", f"5.000000E+03;1;{OK}"),
        ("CHAN 3;:CURR:SLEW:NEG 5000.000000;:CURR:SLEW:NEG?;*OPC?;:SYST:ERR?", f"5.000000E+03;1;{OK}"),
        ("CHAN 3;:INP:SHOR ON;:INP:SHOR?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("CHAN 3;:INP ON;:INP?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("CHAN 3;:STAT:CHAN:COND?", "1024"),
        ("CHAN 3;:MEAS:VOLT?;:MEAS:CURR?", "5.200000E+01;1.249000E+01"),
        ("CHAN 3;:INP OFF;*OPC?;:INP?;:MEAS:CURR?", "1;0;2.000000E-03"),
        channel=3,
    )
    it.set_current(12.5)
    it.set_slew(5000)
    it.short(True)
    it.input(True)
    assert it.read() == (52.0, 12.49)
    it.off()


def test_the_input_is_off_before_a_protection_is_cleared(load: Any) -> None:
    it = load(
        N3300,
        ("CHAN 1;:STAT:CHAN:COND?", "8208"),
        ("CHAN 1;:INP OFF;:INP:PROT:CLE;:INP?;*OPC?;:SYST:ERR?", f"0;1;{OK}"),
        ("CHAN 1;:STAT:CHAN:COND?", "0"),
    )
    assert it.tripped() == "over-temperature, protection shutdown"
    it.clear_trip()


def test_it_has_no_constant_power_and_says_so_before_sending_anything(load: Any) -> None:
    with pytest.raises(InstrumentError, match="no constant power"):
        load(N3300).set_power(100)


def test_a_frame_has_twelve_channels() -> None:
    with pytest.raises(InputError, match="channel 13: a frame has the channels 1 to 12"):
        N3300.connect("load", "TCPIP::127.0.0.1::1::SOCKET", channel=13)
