"""Energising and the off order through real pyvisa, on the twin's world."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.errors import InstrumentError, RigError
from bmshil.instruments import ScpiLoad, ScpiMeter, ScpiRelays, ScpiSupply
from bmshil.journal import Journal
from bmshil.safety import Envelope, energise, switch_off
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus
from bmshil.twin.software_bench import SoftwareBench

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = Envelope(voltage=60, current=120, power=7200)
CHANNELS = {"dc_main": 1, "dc_precharge": 2, "dc_discharge": 3, "ac_grid": 4, "pv": 5}
names = (f"safety{number}" for number in itertools.count())


class Lab:
    """The twin, and drivers connected to it as to a real bench."""

    def __init__(self) -> None:
        self.timeline = SimulatedTimeline()
        self.journal = Journal(self.timeline)
        medium = next(names)
        can_medium.create(medium, self.timeline)
        self.bus = TwinBus(medium)
        self.twin = SoftwareBench(self.timeline, {}, self.bus, packs=1)
        self.twin.start()
        self.world = self.twin.world
        at, options = self.twin.resources, {"journal": self.journal, "expect": "TWIN", "timeout": 0.3}
        self.supply = ScpiSupply.connect("supply", at["supply"], **options)
        self.meter = ScpiMeter.connect("meter", at["meter"], **options)
        self.load = ScpiLoad.connect("load", at["load"], **options)
        self.relays = ScpiRelays.connect("relays", at["relays"], channels=CHANNELS, **options)
        self.equipment = SimpleNamespace(
            supply=self.supply, meter=self.meter, load=self.load, relays=self.relays
        )

    def energise(self, target: float = 52.0) -> float:
        return energise(self.equipment, target, envelope=LIMITS, wait=self.timeline.until)

    def switch_off(self) -> Any:
        return switch_off(self.equipment, wait=self.timeline.until)

    def charge(self, amps: float) -> None:
        self.relays.close("ac_grid")
        self.world.command(running=True, cvl=58.0, dvl=42.0, charge=amps, discharge=0.0)
        self.timeline.run(10.0)

    def close(self) -> None:
        for one in (self.supply, self.meter, self.load, self.relays):
            one.disconnect()
        self.twin.stop()
        self.bus.shutdown()
        self.timeline.close()


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.close()


def test_every_driver_speaks_to_its_twin(lab: Lab) -> None:
    lab.supply.set_voltage(52.1)
    lab.supply.set_resistance(0.00833)
    lab.supply.set_limits(source_current=120, sink_current=100, over_voltage=63, over_current=126)
    lab.supply.output(True)
    lab.timeline.run(1.0)
    assert lab.supply.read() == (pytest.approx(52.1, abs=0.01), pytest.approx(0.0, abs=0.01))
    assert lab.supply.set_voltage_and_read_current(51.9) == pytest.approx(0.0, abs=0.01)
    assert lab.supply.limiting() is False
    lab.load.set_power(1500)
    lab.load.input(True)
    assert lab.load.power() == 0.0  # the device feeds nothing yet
    assert lab.meter.current() == pytest.approx(0.0, abs=0.5)
    with pytest.raises(InstrumentError, match="refused: -222"):
        lab.supply.set_voltage(500)
    lab.supply.set_voltage(52.0)


def test_energising_causes_no_inrush(lab: Lab) -> None:
    assert lab.energise() == 52.0
    assert lab.world.inrush_peak == 0.0
    lab.timeline.run(0.1)
    assert lab.world.voltage == pytest.approx(52.0, abs=0.1)
    moved = [(event.data["role"], event.data["closed"]) for event in lab.journal.events(0, 60, "relay")]
    assert moved == [("dc_precharge", True), ("dc_main", True), ("dc_precharge", False)]


def test_the_twin_shows_why_precharging_is_needed(lab: Lab) -> None:
    lab.supply.set_voltage(52.0)
    lab.supply.output(True)
    lab.timeline.run(1.0)
    lab.relays.close("dc_main")
    lab.timeline.run(0.1)
    assert lab.world.inrush_peak > 10_000


def test_off_under_100_a_lifts_nothing_and_is_verified(lab: Lab) -> None:
    lab.energise()
    lab.charge(100.0)
    assert lab.world.current == pytest.approx(100.0, abs=1.0)
    report = lab.switch_off()
    assert report.clean, str(report)
    assert lab.world.voltage_peak < 53.0
    assert not lab.world.output
    assert lab.world.voltage < 5.0
    assert not any(lab.relays.closed(role) for role in CHANNELS)


def test_off_and_on_again(lab: Lab) -> None:
    lab.energise()
    assert lab.switch_off().clean
    assert lab.switch_off().clean
    lab.energise()
    assert lab.world.inrush_peak == 0.0
    assert lab.world.output


@pytest.mark.parametrize("device", ["supply", "meter", "load", "relays"])
@pytest.mark.parametrize("fault", ["silent", "hang_up"])
def test_a_dead_instrument_is_named_and_the_others_go_off(lab: Lab, device: str, fault: str) -> None:
    lab.energise()
    lab.load.set_power(500)
    lab.load.input(True)
    setattr(lab.twin.instruments[device].faults, fault, True)
    report = lab.switch_off()
    assert not report.clean
    # Without relays nothing discharges the DUT's side, and the meter says so.
    failed = {"relays", "meter"} if device == "relays" else {device}
    assert {step.device for step in report.failures} == failed
    # A silent one has been told to go off, and only cannot say that it has.
    assert lab.world.output == ((device, fault) == ("supply", "hang_up"))
    setattr(lab.twin.instruments[device].faults, fault, False)
    assert lab.switch_off().clean
    assert not lab.world.output


def test_energising_a_device_that_cannot_be_measured_leaves_it_off(lab: Lab) -> None:
    lab.twin.instruments["meter"].faults.stuck = True
    with pytest.raises(RigError, match="dc_main stays open"):
        lab.energise()
    assert not lab.world.output
    assert not lab.relays.closed("dc_main")


def test_nothing_about_it_takes_long(lab: Lab) -> None:
    began = lab.timeline.seconds
    lab.energise()
    assert 5.0 < lab.timeline.seconds - began < 10.0
