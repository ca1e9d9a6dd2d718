"""EA PSB 10000, byte for byte: EA ModBus & SCPI guide REV 24, as drivers of this family cite it."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments.supplies import SUPPLIES

EA = "ea-psb10000"


def test_set_points_are_read_back_and_units_are_understood(connect: Any) -> None:
    supply = connect(
        EA,
        ("VOLT 52.100", None),
        ("VOLT?", "52.10 V"),
        ("CURR 120.000", None),
        ("CURR?", "120.00 A"),
        ("SINK:CURR 100.000", None),
        ("SINK:CURR?", "100.00 A"),
        ("VOLT:PROT 63.000", None),
        ("VOLT:PROT?", "63.00V"),
        ("CURR:PROT 150.000", None),
        ("CURR:PROT?", "150.00A"),
    )
    supply.set_voltage(52.1)
    supply.set_limits(source_current=120, sink_current=100, over_voltage=63, over_current=150)


def test_the_control_step_is_one_exchange_of_three_commands(connect: Any) -> None:
    supply = connect(
        EA,
        ("VOLT 52.123;VOLT?;MEAS:CURR?", "52.12 V;-98.50A"),
        ("VOLT 52.100;VOLT?;MEAS:CURR?", "52.10 V;12.5 A"),
        ("VOLT 58.000;VOLT?;MEAS:CURR?", "52.10 V;12.5 A"),
    )
    assert supply.set_voltage_and_read_current(52.1234) == 98.5
    assert supply.set_voltage_and_read_current(52.1) == -12.5
    with pytest.raises(InstrumentError, match=r"voltage: set 58, but VOLT reads back 52.1"):
        supply.set_voltage_and_read_current(58.0)


def test_current_is_positive_into_the_bank(connect: Any) -> None:
    supply = connect(EA, ("MEAS:VOLT?", "43.50V"), ("MEAS:CURR?", "-20.00A"))
    assert supply.read() == (43.5, 20.0)


def test_the_output_goes_on_only_without_an_alarm(connect: Any) -> None:
    supply = connect(
        EA,
        ("STAT:QUES:COND?", "0"),
        ("OUTP ON", None),
        ("OUTP?", "ON"),
        ("STAT:QUES:COND?", "3"),
    )
    supply.output(True)
    with pytest.raises(InstrumentError, match="a protection has tripped: over-voltage, over-current"):
        supply.output(True)


def test_off_is_read_back_and_no_current_flows(connect: Any) -> None:
    supply = connect(
        EA,
        ("OUTP OFF", None),
        ("OUTP?", "OFF"),
        ("MEAS:CURR?", "-57.00A"),
        ("MEAS:CURR?", "-0.10A"),
        ("OUTP OFF", None),
        ("OUTP?", "ON"),
        ("OUTP OFF", None),
        ("OUTP?", "OFF"),
        *[("MEAS:CURR?", "-57.00A")] * 5,
    )
    supply.off()
    with pytest.raises(InstrumentError, match="still reads on"):
        supply.off()
    with pytest.raises(InstrumentError, match="the output reads off, but -57 A still flow"):
        supply.off()


@pytest.mark.parametrize(
    ("bits", "limiting"), [("384", False), ("640", True), ("1152", True), ("128", False)]
)
def test_it_tells_what_it_regulates(connect: Any, bits: str, limiting: bool) -> None:
    # bit 7 remote, 8 CV, 9 CC, 10 CP
    assert connect(EA, ("STAT:OPER:COND?", bits)).limiting() is limiting


def test_reading_the_errors_acknowledges_the_alarms(connect: Any) -> None:
    supply = connect(
        EA,
        ("OUTP OFF", None),
        ("OUTP?", "OFF"),
        ("SYST:ERR?", '223,"OCP"'),
        ("STAT:QUES:COND?", "0"),
        ("OUTP OFF", None),
        ("OUTP?", "OFF"),
        ("SYST:ERR?", '223,"OCP"'),
        ("STAT:QUES:COND?", "8"),
    )
    supply.clear_trip()
    with pytest.raises(InstrumentError, match="over-temperature still holds"):
        supply.clear_trip()


@pytest.mark.parametrize("owner", ["LOCAL", "NONE", ""])
def test_without_the_lock_it_is_not_connected(script: Any, owner: str) -> None:
    held = script(("*IDN?", "EA"), ("SYST:LOCK ON", None), ("SYST:LOCK:OWN?", owner), greeted=False)
    with pytest.raises(InstrumentError, match=rf"not granted, '{owner}' holds it: leave the menu"):
        SUPPLIES[EA].connect("supply", held.resource)
