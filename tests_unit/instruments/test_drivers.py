"""Drivers: each role byte for byte, and settings that an instrument ignores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.errors import InputError, InstrumentError
from bmshil.instruments import Capability, ScpiLoad, ScpiMeter, ScpiOhmmeter, ScpiRelays, ScpiSupply

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANNELS = {"dc_main": 1, "dc_precharge": 2, "ac_grid": 4}
OK = '0,"No error"'
DRIVERS = [ScpiSupply, ScpiLoad, ScpiMeter, ScpiRelays, ScpiOhmmeter]


@pytest.fixture
def connect(script: Any, journal: Any) -> Iterator[Any]:
    """Connect a driver to a script."""
    connected: list[Any] = []

    def make(driver: Any, *dialogue: Any, **options: Any) -> Any:
        options = {"channels": CHANNELS, **options} if driver is ScpiRelays else options
        name = driver.__name__.removeprefix("Scpi").lower()
        connected.append(driver.connect(name, script(*dialogue).resource, journal=journal, **options))
        return connected[-1]

    yield make
    for one in connected:
        one.disconnect()


# Supply


def test_supply_sets_and_reads_back_in_one_message(connect: Any) -> None:
    supply = connect(
        ScpiSupply,
        ("VOLT 52.1000;:VOLT?;*OPC?;:SYST:ERR?", f"52.10;1;{OK}"),
        ("RES 0.008330;:RES?;*OPC?;:SYST:ERR?", f"0.0083;1;{OK}"),
        ("OUTP ON;:OUTP?;*OPC?;:SYST:ERR?", f"1;1;{OK}"),
    )
    supply.set_voltage(52.1)
    supply.set_resistance(0.00833)
    supply.output(True)
    assert supply.identity == "BMSHIL,SCRIPT,1,1.0"


def test_supply_sets_its_four_limits_in_one_message(connect: Any) -> None:
    supply = connect(
        ScpiSupply,
        (
            (
                "CURR 120.0000;:CURR:NEG 100.0000;:VOLT:PROT 63.0000;:CURR:PROT 150.0000"
                ";:CURR?;:CURR:NEG?;:VOLT:PROT?;:CURR:PROT?;*OPC?;:SYST:ERR?"
            ),
            f"120.0A;100.0A;63.00V;150.0A;1;{OK}",
        ),
    )
    supply.set_limits(source_current=120, sink_current=100, over_voltage=63, over_current=150)


def test_the_control_step_is_one_exchange_and_sinking_is_positive(connect: Any) -> None:
    supply = connect(
        ScpiSupply,
        ("VOLT 52.1234;:MEAS:CURR?", "-98.5"),
        ("VOLT 52.1000;:MEAS:CURR?", "12.50A"),
    )
    assert supply.set_voltage_and_read_current(52.12341) == 98.5
    assert supply.set_voltage_and_read_current(52.1) == -12.5


@pytest.mark.parametrize("reply", ["9.9E37", "nan", "", "VOLT", "1;2"])
def test_the_control_step_refuses_what_is_no_current(connect: Any, reply: str) -> None:
    supply = connect(ScpiSupply, ("VOLT 52.0000;:MEAS:CURR?", reply))
    with pytest.raises(InstrumentError, match=r"VOLT 52.0000;:MEAS:CURR\?"):
        supply.set_voltage_and_read_current(52)


def test_supply_measures_and_tells_its_limit(connect: Any) -> None:
    supply = connect(
        ScpiSupply,
        ("MEAS:VOLT?;:MEAS:CURR?", "52.05;-98.5"),
        ("STAT:LIM?", "1"),
        ("STAT:LIM?", "0"),
        ("MEAS:VOLT?;:MEAS:CURR?", "52.05"),
    )
    assert supply.read() == (52.05, 98.5)
    assert supply.limiting() is True
    assert supply.limiting() is False
    with pytest.raises(InstrumentError, match="answered ''"):
        supply.read()


def test_a_set_value_that_is_ignored_is_an_error(connect: Any) -> None:
    supply = connect(ScpiSupply, ("VOLT 58.0000;:VOLT?;*OPC?;:SYST:ERR?", f"52.1;1;{OK}"))
    with pytest.raises(InstrumentError, match=r"voltage: set 58, but VOLT reads back 52.1"):
        supply.set_voltage(58)


def test_an_output_that_does_not_switch_is_an_error(connect: Any) -> None:
    supply = connect(ScpiSupply, ("OUTP ON;:OUTP?;*OPC?;:SYST:ERR?", f"OFF;1;{OK}"))
    with pytest.raises(InstrumentError, match="still reads off"):
        supply.output(True)


# Load


def test_load_takes_power_in_one_message(connect: Any) -> None:
    load = connect(
        ScpiLoad,
        ("FUNC POW;:POW 1500.0000;:FUNC?;:POW?;*OPC?;:SYST:ERR?", f"POW;1500.0;1;{OK}"),
        ("INP ON;:INP?;*OPC?;:SYST:ERR?", f"ON;1;{OK}"),
        ("MEAS:POW?", "1.4983kW"),
    )
    load.set_power(1500)
    load.input(True)
    assert load.power() == pytest.approx(1498.3)


def test_a_load_in_another_mode_is_an_error(connect: Any) -> None:
    load = connect(ScpiLoad, ("FUNC POW;:POW 1500.0000;:FUNC?;:POW?;*OPC?;:SYST:ERR?", f"CURR;1500.0;1;{OK}"))
    with pytest.raises(InstrumentError, match="'CURR' instead of POW"):
        load.set_power(1500)


def test_a_clipped_power_is_an_error(connect: Any) -> None:
    load = connect(ScpiLoad, ("FUNC POW;:POW 9000.0000;:FUNC?;:POW?;*OPC?;:SYST:ERR?", f"POW;6000;1;{OK}"))
    with pytest.raises(InstrumentError, match="set 9000, but POW reads back 6000"):
        load.set_power(9000)


# Off, for whatever has an output


@pytest.mark.parametrize(("driver", "header"), [(ScpiSupply, "OUTP")])
def test_off_is_judged_by_the_state_alone(connect: Any, driver: Any, header: str) -> None:
    command = f"{header} OFF;*OPC?;:{header}?"
    instrument = connect(driver, (command, "1;0"), (command, "1;OFF"), (command, "1;1"), (command, "1"))
    instrument.off()
    instrument.off()
    with pytest.raises(InstrumentError, match="still reads on"):
        instrument.off()
    with pytest.raises(InstrumentError, match="instead of done and state"):
        instrument.off()


# Meter


def test_meter_measures(connect: Any) -> None:
    meter = connect(
        ScpiMeter, ("MEAS:VOLT:DC?", "+5.204500E+01"), ("MEAS:CURR:DC?", "98.5"), ("MEAS:VOLT:DC?", "9.9E37")
    )
    assert meter.voltage() == 52.045
    assert meter.current() == 98.5
    assert Capability.CURRENT in meter.capabilities
    with pytest.raises(InstrumentError, match="no reading"):
        meter.voltage()


# Ohmmeter


def test_ohmmeter_measures_and_tells_what_is_open(connect: Any) -> None:
    meter = connect(
        ScpiOhmmeter,
        ("MEAS:RES?", "+6.012000E+01"),
        ("MEAS:RES?", "0.1200kOHM"),
        ("MEAS:RES?", "+9.90000000E+37"),
    )
    assert meter.resistance() == 60.12
    assert meter.resistance() == 120.0
    assert meter.resistance() == math.inf
    assert meter.capabilities == Capability.CONFIRMS


@pytest.mark.parametrize(
    ("answer", "words"),
    [("9.91E37", "no reading"), ("-9.9E37", "no reading"), ("OVLD", "not a number"), ("", "not a number")],
)
def test_an_ohmmeter_that_reads_nothing_is_an_error(connect: Any, answer: str, words: str) -> None:
    with pytest.raises(InstrumentError, match=rf"MEAS:RES\?.*{words}"):
        connect(ScpiOhmmeter, ("MEAS:RES?", answer)).resistance()


# Relays


def test_relays_move_by_role_and_are_read_back(connect: Any, journal: Any) -> None:
    relays = connect(
        ScpiRelays,
        ("ROUT:CLOS (@2);:ROUT:CLOS? (@2);*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("ROUT:CLOS? (@2)", "1"),
        ("ROUT:OPEN (@2);:ROUT:CLOS? (@2);*OPC?;:SYST:ERR?", f"0;1;{OK}"),
        ("ROUT:CLOS? (@2)", "0"),
    )
    relays.close("dc_precharge")
    assert relays.closed("dc_precharge") is True
    relays.open("dc_precharge")
    assert relays.closed("dc_precharge") is False
    assert [event.data for event in journal.events(0, 1, "relay")] == [
        {"role": "dc_precharge", "closed": True},
        {"role": "dc_precharge", "closed": False},
    ]


def test_a_relay_that_does_not_move_is_an_error(connect: Any, journal: Any) -> None:
    relays = connect(ScpiRelays, ("ROUT:CLOS (@1);:ROUT:CLOS? (@1);*OPC?;:SYST:ERR?", f"0;1;{OK}"))
    with pytest.raises(InstrumentError, match="still reads open"):
        relays.close("dc_main")
    assert journal.events(0, 1, "relay") == []


def test_all_relays_open_at_once_and_a_stuck_one_is_named(connect: Any, journal: Any) -> None:
    command = "ROUT:OPEN (@1,2,4);*OPC?;:ROUT:CLOS? (@1,2,4)"
    relays = connect(
        ScpiRelays,
        ("ROUT:CLOS (@4);:ROUT:CLOS? (@4);*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        (command, "1;1,0,0"),
        (command, "1;0,0,0"),
        (command, "1;0"),
    )
    relays.close("ac_grid")
    with pytest.raises(InstrumentError, match="still closed: dc_main"):
        relays.open_all()
    relays.open_all()
    with pytest.raises(InstrumentError, match="told 1 states of 3 relays"):
        relays.open_all()
    assert [(event.data["role"], event.data["closed"]) for event in journal.events(0, 1, "relay")] == [
        ("ac_grid", True),
        ("dc_main", True),
        ("ac_grid", False),
        ("dc_main", False),
    ]


def test_roles_are_a_closed_list(connect: Any) -> None:
    relays = connect(ScpiRelays)
    assert relays.roles == {"dc_main", "dc_precharge", "ac_grid"}
    with pytest.raises(InputError, match="unknown relay role 'main'; known: dc_main, dc_precharge"):
        relays.close("main")
    with pytest.raises(InputError, match="'pv' is not wired on this rig; wired: ac_grid, dc_main"):
        relays.closed("pv")


@pytest.mark.parametrize(
    ("channels", "words"),
    [
        ({"dc_main": 1, "main": 2}, "unknown relay role 'main'"),
        ({"dc_main": 1, "pv": 1}, "share one channel"),
    ],
)
def test_a_wiring_that_cannot_be_is_refused_before_connecting(channels: dict[str, int], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ScpiRelays.connect("relays", "TCPIP::127.0.0.1::1::SOCKET", channels=channels)


def test_a_board_without_wired_relays_has_nothing_to_open(connect: Any) -> None:
    connect(ScpiRelays, channels={}).open_all()


# All


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_unknown_option_is_refused_before_connecting(driver: Any) -> None:
    with pytest.raises(InputError, match=r"unknown option 'baudrate' .*known: .*settings"):
        driver.connect("it", "TCPIP::127.0.0.1::1::SOCKET", baudrate=9600)


@pytest.mark.parametrize("driver", DRIVERS)
def test_another_identity_is_refused_and_nothing_stays_open(script: Any, driver: Any) -> None:
    options = {"channels": CHANNELS} if driver is ScpiRelays else {}
    other = script(("*IDN?", "OTHER,1"), greeted=False)
    with pytest.raises(InstrumentError, match="expected 'TWIN'"):
        driver.connect("it", other.resource, expect="TWIN", **options)


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_driver_disconnects_twice(connect: Any, driver: Any) -> None:
    instrument = connect(driver)
    instrument.disconnect()
    instrument.disconnect()
