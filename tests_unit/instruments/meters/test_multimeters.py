"""Keysight 34461A and Keithley DMM6500, byte for byte."""

from __future__ import annotations

import math
from typing import Any

import pytest

from bmshil.errors import InputError, InstrumentError
from bmshil.instruments import Capability, driver
from bmshil.instruments.meters.keithley import KeithleyDmm6500
from bmshil.instruments.meters.keysight import Keysight34461A

NOWHERE = "TCPIP::127.0.0.1::1::SOCKET"
KEYSIGHT_OK = '+0,"No error"'
KEITHLEY_OK = '0,"No error;0;0 0"'
VOLTS = (
    "CONF:VOLT:DC 100;:VOLT:DC:NPLC 1;:FUNC?;:VOLT:DC:NPLC?;:VOLT:DC:RANG?;*OPC?;:SYST:ERR?",
    f'"VOLT";+1.00000000E+00;+1.00000000E+02;1;{KEYSIGHT_OK}',
)


def test_keysight_is_set_up_once_and_tells_with_each_reading_what_it_measures(connect: Any) -> None:
    meter = connect(
        Keysight34461A,
        VOLTS,
        ("FUNC?;:READ?", '"VOLT";+5.20950000E+01'),
        ("FUNC?;:READ?", '"VOLT";+5.21130000E+01'),
    )
    assert meter.voltage() == 52.095
    assert meter.voltage() == 52.113


def test_keysight_measures_resistance_with_two_and_four_wires(connect: Any) -> None:
    meter = connect(
        Keysight34461A,
        (
            "CONF:RES;:RES:NPLC 10;:FUNC?;:RES:NPLC?;:RES:RANG:AUTO?;*OPC?;:SYST:ERR?",
            f'"RES";+1.00000000E+01;1;1;{KEYSIGHT_OK}',
        ),
        ("FUNC?;:READ?", '"RES";+6.01500000E+01'),
        ("FUNC?;:READ?", '"RES";+9.90000000E+37'),
        (
            "CONF:FRES;:FRES:NPLC 10;:FUNC?;:FRES:NPLC?;:FRES:RANG:AUTO?;*OPC?;:SYST:ERR?",
            f'"FRES";+1.00000000E+01;1;1;{KEYSIGHT_OK}',
        ),
        ("FUNC?;:READ?", '"FRES";+6.00000000E+01'),
        nplc=10,
    )
    assert meter.resistance() == 60.15
    assert meter.resistance() == math.inf
    assert meter.four_wire() == 60.0


def test_over_range_is_no_voltage(connect: Any) -> None:
    meter = connect(Keysight34461A, VOLTS, ("FUNC?;:READ?", '"VOLT";+9.90000000E+37'))
    with pytest.raises(InstrumentError, match="has no reading"):
        meter.voltage()


def test_a_meter_that_measures_something_else_by_now_never_gives_ohms_for_volts(connect: Any) -> None:
    meter = connect(
        Keysight34461A,
        VOLTS,
        ("FUNC?;:READ?", '"RES";+5.20000000E+01'),
        VOLTS,
        ("FUNC?;:READ?", '"VOLT";+5.20950000E+01'),
    )
    with pytest.raises(InstrumentError, match="measures RES instead of VOLT: was it switched off"):
        meter.voltage()
    assert meter.voltage() == 52.095


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (f'"RES";+1.00000000E+00;+1.00000000E+02;1;{KEYSIGHT_OK}', "measures RES instead of VOLT"),
        (f'"VOLT";+1.00000000E+01;+1.00000000E+02;1;{KEYSIGHT_OK}', "set 1, but reads back 10"),
        (f'"VOLT";+1.00000000E+00;+1.00000000E+01;1;{KEYSIGHT_OK}', "set 100, but reads back 10"),
    ],
)
def test_a_configuration_that_is_not_taken_is_an_error(connect: Any, answer: str, words: str) -> None:
    meter = connect(Keysight34461A, (VOLTS[0], answer))
    with pytest.raises(InstrumentError, match=words):
        meter.voltage()


def test_keithley_measures_volts_after_a_look_at_its_inputs(connect: Any) -> None:
    meter = connect(
        KeithleyDmm6500,
        (
            (
                'SENS:FUNC "VOLT:DC";:SENS:VOLT:RANG 100;:SENS:VOLT:NPLC 1'
                ";:SENS:FUNC?;:SENS:VOLT:NPLC?;:SENS:VOLT:RANG?;:ROUT:TERM?;*OPC?;:SYST:ERR?"
            ),
            f'"VOLT:DC";1;100;FRON;1;{KEITHLEY_OK}',
        ),
        ("SENS:FUNC?;:READ?", '"VOLT:DC";5.2095000E+01'),
    )
    assert meter.voltage() == 52.095


def test_keithley_measures_with_four_wires_and_knows_over_range(connect: Any) -> None:
    meter = connect(
        KeithleyDmm6500,
        (
            (
                'SENS:FUNC "FRES";:SENS:FRES:RANG:AUTO ON;:SENS:FRES:NPLC 5'
                ";:SENS:FUNC?;:SENS:FRES:NPLC?;:SENS:FRES:RANG:AUTO?;:ROUT:TERM?;*OPC?;:SYST:ERR?"
            ),
            f'"FRES";5;1;REAR;1;{KEITHLEY_OK}',
        ),
        ("SENS:FUNC?;:READ?", '"FRES";6.0000000E+01'),
        ("SENS:FUNC?;:READ?", '"FRES";9.9E37'),
        nplc=5,
        terminals="rear",
    )
    assert meter.four_wire() == 60.0
    assert meter.four_wire() == math.inf


def test_keithley_with_its_switch_at_the_other_inputs_is_an_error(connect: Any) -> None:
    meter = connect(
        KeithleyDmm6500,
        (
            (
                'SENS:FUNC "RES";:SENS:RES:RANG:AUTO ON;:SENS:RES:NPLC 1'
                ";:SENS:FUNC?;:SENS:RES:NPLC?;:SENS:RES:RANG:AUTO?;:ROUT:TERM?;*OPC?;:SYST:ERR?"
            ),
            f'"RES";1;1;REAR;1;{KEITHLEY_OK}',
        ),
    )
    with pytest.raises(InstrumentError, match="measures at 'REAR', but the leads are at its front"):
        meter.resistance()


@pytest.mark.parametrize("kind", [Keysight34461A, KeithleyDmm6500])
def test_they_measure_no_current_of_a_bank(connect: Any, kind: Any) -> None:
    assert Capability.CURRENT not in kind.capabilities
    with pytest.raises(InstrumentError, match="too small for the bank: ask the supply"):
        connect(kind).current()


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        (Keysight34461A, {"nplc": 0.2}, "nplc 0.2: a reading is a mean over 1, 10 line cycles"),
        (Keysight34461A, {"nplc": 100}, "nplc 100: "),
        (KeithleyDmm6500, {"nplc": 1.5}, "nplc 1.5: "),
        (KeithleyDmm6500, {"terminals": "back"}, "terminals 'back': take front or rear"),
        (Keysight34461A, {"terminals": "rear"}, "unknown option 'terminals'"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_connecting(
    kind: Any, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        kind.connect("meter", NOWHERE, **options)


@pytest.mark.parametrize("name", ["keysight-34461a", "keithley-dmm6500"])
@pytest.mark.parametrize("role", ["meter", "ohmmeter"])
def test_they_serve_both_roles(name: str, role: str) -> None:
    found = driver(name, role)
    assert Capability.FOUR_WIRE in found.capabilities
