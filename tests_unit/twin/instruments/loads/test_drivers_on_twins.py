"""Each driver speaks with its twin through a real TCP door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import DRIVERS, Capability, driver
from bmshil.twin.doors import TcpDoor
from bmshil.twin.instruments.loads import LOADS
from bmshil.twin.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS = sorted(LOADS)
BY_POWER = [model for model in MODELS if model != "keysight-n3300"]


def capable(capability: Capability) -> list[str]:
    return [model for model in MODELS if capability in DRIVERS[model].capabilities]


@pytest.fixture
def pair(make: Any) -> Iterator[Any]:
    """A twin and the driver connected to it."""
    server = Server()
    drivers: list[Any] = []

    def connected(model: str, **rating: float) -> tuple[Any, Any]:
        twin = make(model, **rating)
        door = TcpDoor(server, twin.converse, twin.faults)
        server.start()
        drivers.append(DRIVERS[model].connect("load", door.resource, expect="TWIN", timeout=2.0))
        return drivers[-1], twin

    yield connected
    for one in drivers:
        one.disconnect()
    server.stop()


@pytest.mark.parametrize("model", BY_POWER)
def test_power_goes_on_is_measured_and_goes_off(pair: Any, world: Any, model: str) -> None:
    load, _ = pair(model)
    load.set_power(150)
    assert world.served_load == 0.0
    load.input(True)
    assert world.served_load == pytest.approx(150.0)
    assert load.power() == pytest.approx(150.0, abs=1.0)
    load.off()
    load.off()
    assert world.served_load == 0.0


@pytest.mark.parametrize("model", MODELS)
def test_current_and_resistance(pair: Any, world: Any, model: str) -> None:
    load, _ = pair(model)
    load.set_current(0.5)
    load.input(True)
    assert load.read() == pytest.approx((230.0, 0.5))
    load.set_resistance(460)
    assert world.served_load == pytest.approx(115.0)
    load.input(False)
    assert world.served_load == 0.0
    load.set_voltage(40)


@pytest.mark.parametrize("model", MODELS)
def test_a_value_beyond_the_rating_is_an_error(pair: Any, model: str) -> None:
    load, _ = pair(model, current=12.0)
    with pytest.raises(InstrumentError, match="load"):
        load.set_current(13)
    load.set_current(11)


@pytest.mark.parametrize("model", MODELS)
def test_an_input_that_does_not_move_is_never_taken_for_moved(pair: Any, model: str) -> None:
    load, twin = pair(model)
    load.set_current(0.5)
    twin.faults.refuses_output = True
    with pytest.raises(InstrumentError, match="still reads off"):
        load.input(True)
    twin.faults.refuses_output = False
    load.input(True)
    twin.faults.stays_on = True
    with pytest.raises(InstrumentError, match="still reads on"):
        load.off()
    twin.faults.stays_on = False
    load.off()


@pytest.mark.parametrize("model", capable(Capability.TRIPS))
def test_a_trip_is_told_and_cleared_and_the_input_stays_off(pair: Any, world: Any, model: str) -> None:
    load, twin = pair(model)
    load.set_current(0.5)
    load.input(True)
    assert load.tripped() == ""
    twin.faults.trip = "over-current"
    assert world.served_load == 0.0
    assert ("register 1" if model == "aimtti-ld400p" else "over-current") in load.tripped()
    load.clear_trip()
    assert load.tripped() == ""
    assert world.served_load == 0.0
    load.input(True)
    assert world.served_load == pytest.approx(115.0)


@pytest.mark.parametrize("model", sorted(set(capable(Capability.TRIPS)) - {"rigol-dl3000", "aimtti-ld400p"}))
def test_a_load_that_reads_on_after_a_trip_is_not_taken_for_on(pair: Any, model: str) -> None:
    load, twin = pair(model)
    twin.faults.trip = "over-power"
    with pytest.raises(InstrumentError, match="a protection keeps the input off: over-power"):
        load.input(True)


@pytest.mark.parametrize("model", sorted(set(MODELS) - set(capable(Capability.TRIPS))))
def test_a_trip_that_a_load_cannot_tell_still_keeps_its_input_off(pair: Any, model: str) -> None:
    load, twin = pair(model)
    twin.faults.trip = "over-power"
    with pytest.raises(InstrumentError, match="still reads off"):
        load.input(True)


@pytest.mark.parametrize("model", capable(Capability.SLEW))
def test_slew_rates_arrive_in_amperes_per_second(pair: Any, model: str) -> None:
    load, twin = pair(model)
    load.set_slew(2500)
    assert twin.device.slew == pytest.approx([2500.0, 2500.0])


@pytest.mark.parametrize("model", capable(Capability.SHORT))
def test_a_short(pair: Any, timeline: Any, model: str) -> None:
    load, twin = pair(model, current=0.5)
    load.short(True)
    load.input(True)
    assert load.read()[1] == pytest.approx(0.5)
    load.short(False)
    timeline.run(0.1)
    assert load.read()[1] == 0.0
    assert twin.device.on


@pytest.mark.parametrize("model", capable(Capability.SENSE))
def test_remote_sense(pair: Any, model: str) -> None:
    load, _ = pair(model)
    load.sense(True)
    load.sense(False)


@pytest.mark.parametrize("model", capable(Capability.PROTECTIONS))
def test_protections(pair: Any, world: Any, model: str) -> None:
    load, twin = pair(model)
    load.set_protections(over_current=0.6, over_power=150)
    load.set_current(0.5)
    load.input(True)
    assert world.served_load == pytest.approx(115.0)
    load.set_current(0.7)
    assert world.served_load == 0.0
    assert twin.device.tripped == "over-current"
    load.off()


@pytest.mark.parametrize("model", capable(Capability.TIMER))
def test_a_limit_on_the_time_on(pair: Any, timeline: Any, world: Any, model: str) -> None:
    load, _ = pair(model)
    assert load.limit_on_time(5) == 5.0
    load.set_current(0.5)
    load.input(True)
    timeline.run(4.9)
    assert world.served_load == pytest.approx(115.0)
    timeline.run(0.2)
    assert world.served_load == 0.0
    with pytest.raises(InstrumentError, match="refused"):
        load.limit_on_time(0.2)


def test_current_that_flows_although_the_input_reads_off_is_an_error(pair: Any) -> None:
    load, twin = pair("siglent-sdl1000x")
    load.set_current(1)
    load.input(True)
    assert load.read()[1] == 1.0
    twin.faults.stuck = True
    twin.execute("MEAS:CURR?")
    with pytest.raises(InstrumentError, match="the input reads off, but 1 A still flow"):
        load.off()


def test_every_family_may_be_a_sink_and_all_with_constant_power_a_load() -> None:
    assert [driver(model, "sink") for model in MODELS] == [DRIVERS[model] for model in MODELS]
    assert [driver(model, "load") for model in BY_POWER] == [DRIVERS[model] for model in BY_POWER]
    assert [model for model in MODELS if not DRIVERS[model].models] == []
