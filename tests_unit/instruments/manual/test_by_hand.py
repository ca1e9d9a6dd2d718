"""Supply, load, meter and relays without remote control: word for word what the operator is asked."""

from __future__ import annotations

import math
from typing import Any

import pytest

from bmshil.errors import InputError, InstrumentError
from bmshil.instruments import Capability, Operator, driver
from bmshil.instruments.manual import MANUAL
from bmshil.instruments.manual.load import ManualLoad
from bmshil.instruments.manual.meter import ManualMeter
from bmshil.instruments.manual.relays import ManualRelays
from bmshil.instruments.manual.source import ManualSource
from bmshil.instruments.manual.supply import ManualSupply

DONE = "[Enter when it is done, anything else to refuse]"
NOBODY = Operator(name="it", terminal="/no/such/terminal")


def test_a_supply_is_set_read_and_switched(operator: Any) -> None:
    current = "supply: please read its current, with a minus while it gives current [in A, such as 52.1]"
    supply = ManualSupply(
        "supply",
        operator(
            (
                (
                    "supply: please set its limits to 20.0 A out and 10.0 A in, and its protections to "
                    f"58.0 V and 22.0 A {DONE}"
                ),
                "",
            ),
            (f"supply: please set its voltage to 52.10 V {DONE}", ""),
            (f"supply: please switch its output on {DONE}", ""),
            (current, "-3.5"),
            ("supply: please read the voltage at its terminals [in V, such as 52.1]", "52.08 V"),
            (current, "1200 mA"),
            ("supply: please look whether it limits the current (CC) [y or n]", "n"),
            (f"supply: please switch its output off {DONE}", "y"),
        ),
    )
    supply.set_limits(source_current=20, sink_current=10, over_voltage=58, over_current=22)
    supply.set_voltage(52.1)
    supply.output(True)
    assert supply.set_voltage_and_read_current(52.13) == -3.5
    assert supply.read() == (52.08, pytest.approx(1.2))
    assert supply.limiting() is False
    supply.off()
    with pytest.raises(InstrumentError, match="no internal resistance that could be set"):
        supply.set_resistance(0.01)


def test_a_load_is_set_read_and_switched(operator: Any) -> None:
    load = ManualLoad(
        "load",
        operator(
            (f"load: please set its power to 1500 W {DONE}", ""),
            (f"load: please switch its input on {DONE}", ""),
            ("load: please read its power [in W, such as 52.1]", "1.48 kW"),
            (f"load: please switch its input off {DONE}", ""),
            name="load",
        ),
    )
    load.set_power(1500.0)
    load.set_power(1500.4)
    load.input(True)
    assert load.power() == pytest.approx(1480.0)
    load.off()


def test_a_setting_that_was_refused_is_asked_for_again(operator: Any) -> None:
    prompt = f"load: please set its power to 1500 W {DONE}"
    load = ManualLoad("load", operator((prompt, "too hot"), (prompt, ""), name="load"))
    with pytest.raises(InstrumentError, match="too hot"):
        load.set_power(1500.0)
    load.set_power(1500.0)


def test_a_meter_is_read(operator: Any, journal: Any) -> None:
    ohms = "meter: please read the resistance between CAN-H and CAN-L, or type open [in ohm, such as 52.1]"
    volts = "meter: please read the voltage at the terminals of the device [in V, such as 52.1]"
    meter = ManualMeter(
        "meter",
        operator(
            (volts, "52.1"),
            (
                (
                    "meter: please read the current of the bank, with a minus while it discharges "
                    "[in A, such as 52.1]"
                ),
                "-4",
            ),
            (ohms, "60.2"),
            (ohms, "open"),
            (volts, "open"),
            name="meter",
        ),
        journal=journal,
    )
    assert meter.voltage() == 52.1
    assert meter.current() == -4.0
    assert meter.resistance() == 60.2
    assert meter.resistance() == math.inf
    with pytest.raises(InstrumentError, match="has no reading"):
        meter.voltage()


def test_relays_are_moved_and_looked_at_once(operator: Any, journal: Any) -> None:
    relays = ManualRelays(
        "relays",
        operator(
            ("relays: please look whether ac_grid (no. 2) is closed [y or n]", "y"),
            (f"relays: please open ac_grid (no. 2) {DONE}", ""),
            (f"relays: please close dc_main (no. 1) {DONE}", ""),
            (f"relays: please open dc_main (no. 1) {DONE}", "it is stuck"),
            ("relays: please look whether dc_main (no. 1) is closed [y or n]", "yes"),
            name="relays",
        ),
        channels={"dc_main": 1, "ac_grid": 2},
        journal=journal,
    )
    assert relays.closed("ac_grid") is True
    relays.open("ac_grid")
    assert relays.closed("ac_grid") is False
    relays.close("dc_main")
    with pytest.raises(InstrumentError, match=r"refused to open dc_main \(no. 1\): 'it is stuck'"):
        relays.open("dc_main")
    assert relays.closed("dc_main") is True
    assert [event.data for event in journal.events(0, 1, "relay")] == [{"role": "dc_main", "closed": True}]


@pytest.mark.parametrize("kind", [ManualSupply, ManualLoad])
def test_where_nobody_is_there_off_is_not_confirmed(kind: Any) -> None:
    with pytest.raises(InstrumentError, match=r"nobody is there to switch its (output|input) off"):
        kind("it", NOBODY).off()


def test_where_nobody_is_there_no_relay_counts_as_open() -> None:
    relays = ManualRelays("it", NOBODY, channels={"dc_main": 1, "pv": 2})
    with pytest.raises(InstrumentError, match=r"may still be closed: dc_main: .*; pv: .*nobody is there"):
        relays.open_all()


def test_nobody_can_hold_a_permit_by_hand() -> None:
    with pytest.raises(InputError, match="nobody can hold a permit by hand"):
        ManualRelays("permit", NOBODY, channels={"permit": 1})


@pytest.mark.parametrize(
    ("name", "role"),
    [(name, "pv" if name == "manual-source" else name.removeprefix("manual-")) for name in MANUAL],
)
def test_each_has_its_role_and_confirms_nothing_by_itself(name: str, role: str) -> None:
    found = driver(name, role)
    assert Capability.CONFIRMS not in found.capabilities
    assert found.models == "without remote control"


def test_connecting_needs_somebody_and_no_resource(monkeypatch: pytest.MonkeyPatch, person: Any) -> None:
    options = {"channels": {"pv": 3}, "patience": 5}
    monkeypatch.setattr("bmshil.instruments.operator.TERMINAL", "/no/such/terminal")
    with pytest.raises(InstrumentError, match="nobody is there to operate relays"):
        ManualRelays.connect("relays", "manual", **options)
    monkeypatch.setattr("bmshil.instruments.operator.TERMINAL", person().terminal)
    relays = ManualRelays.connect("relays", "manual", **options)
    assert (relays.identity, relays.roles) == ("relays, set and read by hand", {"pv"})
    relays.disconnect()
    with pytest.raises(InputError, match="unknown option 'baudrate'"):
        ManualLoad.connect("load", "manual", baudrate=9600)


def test_a_source_is_switched_and_looked_at(operator: Any) -> None:
    source = ManualSource(
        "pv",
        operator(
            ("pv: please look whether it is on [y or n]", "n"),
            (f"pv: please switch it on {DONE}", ""),
            (f"pv: please switch it off {DONE}", "where?"),
            ("pv: please look whether it is on [y or n]", "y"),
            name="pv",
        ),
    )
    assert source.is_on() is False
    assert source.is_on() is False
    source.output(True)
    assert source.is_on() is True
    with pytest.raises(InstrumentError, match=r"refused to switch it off: 'where\?'"):
        source.off()
    assert source.is_on() is True
