import math

import pytest

from bmshil.battery import Bank, module
from bmshil.bench.terminals.plant import Plant
from bmshil.timeline import SimulatedTimeline


class World:
    """A device that takes 30 A as soon as the main contactor is closed."""

    def __init__(self) -> None:
        self.voltage = 0.0
        self.current = 0.0
        self.supply: dict[str, float] = {}
        self.output = False
        self.battery = False
        self.closed: dict[str, bool] = {}

    def set_supply(self, *, voltage: float, resistance: float) -> None:
        self.supply = {"voltage": voltage, "resistance": resistance}

    def play_battery(self) -> None:
        self.battery = True

    def switch_supply(self, output: bool) -> None:
        self.output = output

    def switch_relay(self, role: str, closed: bool) -> None:
        self.closed[role] = closed
        if role == "dc_main":
            self.current = 30.0


def bank() -> Bank:
    return Bank([module("generic-16s", capacity=100.0), module("generic-16s", capacity=50.0)], soc=0.5)


def test_a_fixed_current_charges_the_bank() -> None:
    timeline, packs = SimulatedTimeline(), bank()
    plant = Plant(timeline, packs, None, 15.0)
    timeline.run(3600.0)
    charge = sum(pack.soc * pack.capacity for pack in packs)
    assert charge == pytest.approx(75.0 + 15.0, abs=0.01)
    assert plant.steps == 36_000
    plant.cancel()
    timeline.run(10.0)
    assert plant.steps == 36_000


def test_a_bank_whose_contactors_are_open_carries_nothing() -> None:
    timeline, packs = SimulatedTimeline(), bank()
    Plant(timeline, packs, None, 15.0)
    timeline.run(1.0)
    for pack in packs:
        pack.connected = False
    before = [pack.soc for pack in packs]
    timeline.run(60.0)
    assert [pack.soc for pack in packs] == before
    assert packs.current == 0.0


def test_on_a_twin_the_inverter_makes_the_current() -> None:
    timeline, packs, world = SimulatedTimeline(), bank(), World()
    plant = Plant(timeline, packs, world, 15.0)
    timeline.run(1.0)
    assert world.closed == {"dc_precharge": True, "ac_grid": True}
    assert world.battery
    assert packs.current == 0.0
    world.voltage = 41.8
    timeline.run(1.0)
    assert math.isnan(plant.voltage)
    world.voltage = 52.0
    timeline.run(1.0)
    assert world.closed == {"dc_precharge": False, "ac_grid": True, "dc_main": True}
    assert (packs.current, plant.voltage, world.output) == (30.0, 52.0, True)
    assert world.supply == {"voltage": packs.emf, "resistance": packs.resistance}


def test_a_bank_that_left_the_busbar_leaves_the_inverter_without_a_battery() -> None:
    timeline, packs, world = SimulatedTimeline(), bank(), World()
    world.voltage = 52.0
    Plant(timeline, packs, world)
    timeline.run(1.0)
    for pack in packs:
        pack.connected = False
    timeline.run(0.1)
    assert not world.output
    assert packs.current == 0.0
