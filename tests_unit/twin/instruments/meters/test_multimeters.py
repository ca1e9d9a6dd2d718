"""The multimeters of the software bench: functions, ranges, over-range, leads, front and rear."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus.wiring import Wiring
from bmshil.twin.instruments import Contacts, Place, Ratings
from bmshil.twin.instruments.meters.keithley import KeithleyDmm6500
from bmshil.twin.instruments.meters.keysight import Keysight34461A
from bmshil.twin.world import World


def place(role: str, *, volts: float = 0.0, terminators: int = 2) -> Place:
    timeline = SimulatedTimeline()
    world = World(timeline)
    wiring = Wiring(None, length=5.0, terminators=terminators, coupling=0.1, seed=1, current=lambda: 0.0)
    if volts:
        world.set_supply(voltage=volts)
        world.switch_supply(True)
        world.switch_relay("dc_main", True)
        timeline.run(1.0)
    return Place(
        timeline=timeline,
        world=world,
        role=role,
        rating=Ratings(),
        contacts=Contacts(timeline, {}, lambda *_: None),
        wiring=wiring,
        live=lambda: False,
        seed=1,
    )


def test_a_34461a_measures_volts_as_configured() -> None:
    meter = Keysight34461A(place("meter", volts=52.0))
    assert meter.execute("*IDN?") == "Keysight Technologies,34461A,MY00000000,A.03.03-02.40-03.03-00.52-02-01"
    assert (
        meter.execute("CONF:VOLT:DC 60;:VOLT:NPLC 1;:VOLT:RANG?;NPLC?") == "+1.00000000E+02;+1.00000000E+00"
    )
    reply = str(meter.execute("FUNC?;:READ?"))
    assert reply.startswith('"VOLT";+5.')
    assert float(reply.partition(";")[2]) == pytest.approx(52.0, abs=0.006)


def test_a_34461a_configures_anew_what_was_set_before() -> None:
    meter = Keysight34461A(place("meter"))
    meter.execute("FRES:NPLC 1;:CONF:FRES")
    assert meter.execute("FUNC?;:FRES:NPLC?;:FRES:RANG:AUTO?") == '"FRES";+1.00000000E+01;1'


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("VOLT:NPLC 3", '-222,"Data out of range"'),
        ("VOLT:NPLC much", '-104,"Data type error"'),
        ("CONF:VOLT 2000", '-222,"Data out of range"'),
        ('FUNC "TEMPERATURE"', '-224,"Illegal parameter value"'),
        ("FUNC:VOLT", '-113,"Undefined header"'),
    ],
)
def test_a_34461a_refuses(message: str, error: str) -> None:
    meter = Keysight34461A(place("meter"))
    assert meter.execute(f"{message};:SYST:ERR?;:SYST:ERR?") == f'{error};+0,"No error"'


def test_above_its_range_it_reads_infinity_and_no_error() -> None:
    meter = Keysight34461A(place("meter", volts=52.0))
    assert meter.execute("CONF:VOLT:DC 10;:READ?;:SYST:ERR?") == '+9.90000000E+37;+0,"No error"'
    assert meter.execute("MEAS:RES?") == "+9.90000000E+37"  # where there is a voltage, and no resistor


def test_two_wires_read_the_leads_too() -> None:
    meter = Keysight34461A(place("ohmmeter"))
    assert meter.execute("CONF:RES;:READ?;:CONF:FRES;:READ?") == "+6.01500000E+01;+6.00000000E+01"
    meter = Keysight34461A(place("ohmmeter", terminators=0))
    assert meter.execute("MEAS:RES?") == "+9.90000000E+37"


def test_a_dmm6500_measures_with_its_own_words() -> None:
    meter = KeithleyDmm6500(place("ohmmeter"))
    assert meter.execute("*IDN?") == "KEITHLEY INSTRUMENTS,MODEL DMM6500,04000000,1.7.12b"
    assert meter.execute(':SENS:FUNC "FRES";:SENS:FRES:NPLC 2;:SENS:FUNC?;:SENS:FRES:NPLC?') == '"FRES";2'
    assert meter.execute(":SENS:FRES:RANG 50;:SENS:FRES:RANG?;RANG:AUTO?;:READ?") == "100;0;6.0000000E+01"
    assert meter.execute(':SENS:FUNC "VOLT:DC";:SENS:FUNC?') == '"VOLT:DC"'
    assert meter.execute("SYST:ERR?") == '0,"No error;0;0 0"'


def test_with_its_switch_at_the_rear_a_dmm6500_sees_nothing() -> None:
    meter = KeithleyDmm6500(place("ohmmeter"))
    assert meter.execute('SENS:FUNC "RES";:ROUT:TERM?;:READ?') == "FRON;6.0150000E+01"
    meter.connected = False
    assert meter.execute("ROUT:TERM?;:READ?") == "REAR;9.9E37"


@pytest.mark.parametrize("kind", [Keysight34461A, KeithleyDmm6500])
def test_a_stuck_meter_repeats_itself(kind: Any) -> None:
    here = place("meter", volts=52.0)
    meter = kind(here)
    first = meter.execute("READ?")
    meter.faults.stuck = True
    here.world.set_supply(voltage=40.0)
    here.timeline.run(1.0)
    assert meter.execute("READ?") == first
    meter.faults.stuck = False
    assert meter.execute("READ?") != first
