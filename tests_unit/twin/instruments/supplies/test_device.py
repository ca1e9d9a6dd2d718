"""What every supply of the software bench has, without a language."""

from __future__ import annotations

import pytest

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.instruments import Faults, Ratings
from bmshil.twin.instruments.supplies.device import Family, SupplyDevice
from bmshil.twin.world import World


class Bench:
    """A device in a world, with its output joined to the capacitor of a DUT."""

    def __init__(self, rating: Ratings | None = None, **family: float) -> None:
        self.timeline = SimulatedTimeline()
        self.world = World(self.timeline)
        self.faults = Faults()
        usual = Family(**{"voltage": 80.0, "current": 100.0, "power": 5000.0} | family)
        self.device = SupplyDevice(self.world, self.faults, usual, rating)

    def energise(self, volts: float = 52.0) -> None:
        self.device.set_volts(volts)
        self.device.switch(True)
        self.world.switch_relay("dc_precharge", True)
        self.timeline.run(12.0)
        self.world.switch_relay("dc_main", True)
        self.timeline.run(0.1)

    def charge(self, amps: float, seconds: float = 5.0) -> None:
        self.world.switch_relay("ac_grid", True)
        self.world.command(running=True, cvl=54.0, dvl=45.0, charge=amps, discharge=0.0)
        self.timeline.run(seconds)


def test_it_is_what_its_family_is_unless_the_rig_says_otherwise() -> None:
    usual, small = Bench().device, Bench(Ratings(voltage=60.0, current=40.0)).device
    assert (usual.max_voltage, usual.max_current, usual.max_power) == (80.0, 100.0, 5000.0)
    assert (small.max_voltage, small.max_current, small.max_power) == (60.0, 40.0, 5000.0)
    assert (small.source, small.sink) == (40.0, 40.0)
    assert (small.trip_volts, small.trip_amps) == pytest.approx((66.0, 44.0))


def test_its_limits_and_protections_are_those_of_the_world() -> None:
    bench = Bench(Ratings(current=40.0))
    bench.energise()
    bench.charge(60.0)
    assert bench.device.limiting
    assert -42.0 < bench.device.current < -40.0
    bench.device.set_trip_volts(52.0)
    bench.charge(60.0, 0.1)
    assert bench.device.tripped == "over-voltage"
    assert not bench.device.on


def test_sinking_is_negative_power() -> None:
    bench = Bench()
    bench.energise()
    bench.charge(20.0)
    assert bench.device.current == pytest.approx(-20.0, abs=0.01)
    assert bench.device.power == pytest.approx(-1040.0, abs=1.0)  # 52 V x 20 A


def test_over_power_acts_when_somebody_speaks() -> None:
    bench = Bench(Ratings(power=1000.0))
    bench.energise()
    bench.charge(20.0)  # 1040 W, below 1100 W
    bench.device.notice()
    assert bench.device.on
    bench.charge(30.0)  # 1560 W
    bench.device.notice()
    assert bench.device.tripped == "over-power"
    assert not bench.world.output


def test_a_latch_holds_until_it_is_cleared() -> None:
    bench = Bench()
    bench.device.switch(True)
    bench.faults.trip = "over-temperature"
    assert not bench.world.output
    bench.device.switch(True)
    assert not bench.world.output
    assert bench.device.tripped == "over-temperature"
    bench.device.clear()
    assert bench.device.tripped == ""
    assert bench.faults.trip == ""
    assert not bench.world.output
    bench.device.switch(True)
    assert bench.world.output


def test_a_trip_of_the_world_is_not_told_again_after_clearing() -> None:
    bench = Bench()
    bench.energise()
    bench.device.set_trip_amps(10.0)
    bench.charge(30.0)
    assert bench.device.tripped == "over-current"
    bench.device.clear()
    assert bench.device.tripped == ""


def test_clearing_may_bring_the_output_back() -> None:
    bench = Bench()
    bench.device.switch(True)
    bench.faults.trip = "over-current"
    bench.device.clear(restores=True)
    assert bench.world.output
    bench.device.switch(False)
    bench.faults.trip = "over-current"
    bench.device.clear(restores=True)
    assert not bench.world.output


def test_where_nothing_latches_switching_on_forgets_a_trip() -> None:
    bench = Bench(latches=False)
    bench.device.switch(True)
    bench.faults.trip = "over-current"
    bench.device.switch(True)
    assert bench.world.output
    assert bench.device.tripped == ""


def test_outputs_that_do_not_obey() -> None:
    bench = Bench()
    bench.faults.refuses_output = True
    bench.device.switch(True)
    assert not bench.device.on
    bench.faults.refuses_output = False
    bench.device.switch(True)
    bench.faults.stays_on = True
    bench.device.switch(False)
    assert bench.device.on
    assert bench.device.wanted
    bench.faults.trip = "over-current"
    assert not bench.device.on, "a protection is stronger"


def test_reset_is_as_after_power_on() -> None:
    bench = Bench(sinks=False)
    bench.device.set_volts(52.0)
    bench.device.set_ohms(0.1)
    bench.device.set_source(10.0)
    bench.device.switch(True)
    bench.device.reset()
    device = bench.device
    assert not device.on
    assert (device.volts, device.ohms, device.source, device.sink) == (0.0, 0.0, 100.0, 0.0)
