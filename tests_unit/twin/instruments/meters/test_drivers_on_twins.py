"""Each multimeter driver speaks with its twin through a real TCP door."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import DRIVERS
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus.wiring import Wiring
from bmshil.twin.doors import TcpDoor
from bmshil.twin.instruments import Contacts, Place, Ratings
from bmshil.twin.instruments.meters import METERS
from bmshil.twin.server import Server
from bmshil.twin.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODELS = ["keithley-dmm6500", "keysight-34461a"]


@pytest.fixture
def pair() -> Iterator[Callable[..., tuple[Any, Any]]]:
    """A twin in a role, at 52 V or between the CAN lines, and the driver connected to it."""
    servers: list[Server] = []
    drivers: list[Any] = []

    def make(model: str, role: str, *, terminators: int = 2, **options: Any) -> tuple[Any, Any]:
        timeline = SimulatedTimeline()
        world = World(timeline)
        world.set_supply(voltage=52.0)
        world.switch_supply(True)
        world.switch_relay("dc_main", True)
        timeline.run(1.0)
        wiring = Wiring(None, length=1.0, terminators=terminators, coupling=0.0, seed=1, current=lambda: 0.0)
        twin: Any = METERS[model](
            Place(
                timeline=timeline,
                world=world,
                role=role,
                rating=Ratings(),
                contacts=Contacts(timeline, {}, lambda *_: None),
                wiring=wiring,
                live=lambda: False,
                seed=1,
            )
        )
        servers.append(Server())
        door = TcpDoor(servers[-1], twin.converse, twin.faults)
        servers[-1].start()
        drivers.append(DRIVERS[model].connect(role, door.resource, **options))
        return drivers[-1], twin

    yield make
    for one in drivers:
        one.disconnect()
    for server in servers:
        server.stop()


@pytest.mark.parametrize("model", MODELS)
def test_volts_are_read_and_no_ohms_where_there_is_a_voltage(pair: Any, model: str) -> None:
    meter, _ = pair(model, "meter", nplc=10)
    assert meter.voltage() == pytest.approx(52.0, abs=0.003)
    assert meter.resistance() == math.inf
    assert meter.voltage() == pytest.approx(52.0, abs=0.003)


@pytest.mark.parametrize("model", MODELS)
def test_two_wires_read_the_leads_and_four_do_not(pair: Any, model: str) -> None:
    meter, _ = pair(model, "ohmmeter")
    assert meter.resistance() == pytest.approx(60.15)
    assert meter.four_wire() == pytest.approx(60.0)
    meter, _ = pair(model, "ohmmeter", terminators=0)
    assert meter.resistance() == math.inf


@pytest.mark.parametrize("model", MODELS)
def test_a_meter_that_was_switched_off_meanwhile_is_set_up_again(pair: Any, model: str) -> None:
    meter, twin = pair(model, "ohmmeter")
    assert meter.resistance() == pytest.approx(60.15)
    twin.reset()
    with pytest.raises(InstrumentError, match="measures VOLT instead of RES: was it switched off"):
        meter.resistance()
    assert meter.resistance() == pytest.approx(60.15)


def test_a_dmm6500_whose_switch_stands_at_the_rear_is_refused(pair: Any) -> None:
    meter, twin = pair("keithley-dmm6500", "ohmmeter")
    twin.connected = False
    with pytest.raises(InstrumentError, match="press the switch between front and rear"):
        meter.resistance()


def test_another_meter_is_refused(pair: Any) -> None:
    with pytest.raises(InstrumentError, match="expected '34465A', but 'Keysight Technologies,34461A"):
        pair("keysight-34461a", "meter", expect="34465A")
