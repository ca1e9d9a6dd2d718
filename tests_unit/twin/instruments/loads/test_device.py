"""What a load does, whatever language it speaks: laws, protections, timer, faults."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.instruments import Faults
from bmshil.twin.instruments.loads.device import LoadDevice, Rated

RATED = Rated(voltage=80, current=200, power=8000)


class Source:
    """A source behind a resistance, which writes down what is taken."""

    stiff = False

    def __init__(self, emf: float, ohms: float) -> None:
        self.emf, self.ohms = emf, ohms
        self.taken = [0.0]

    @property
    def voltage(self) -> float:
        return self.emf - self.ohms * self.taken[-1]

    @property
    def current(self) -> float:
        return self.taken[-1]

    def take(self, amps: float) -> None:
        self.taken.append(amps)


def on(source: Source, mode: str, level: float) -> tuple[SimulatedTimeline, LoadDevice]:
    timeline = SimulatedTimeline()
    load = LoadDevice(timeline, source, RATED, Faults())
    load.mode = mode
    load.levels[mode] = level
    load.switch(True)
    return timeline, load


@settings(max_examples=25, deadline=None)
@given(st.floats(40, 60), st.floats(0.001, 0.02), st.floats(10, 3000))
def test_constant_power_is_voltage_times_current(emf: float, ohms: float, power: float) -> None:
    source = Source(emf, ohms)
    timeline, load = on(source, "POW", power)
    timeline.run(0.5)
    assert source.voltage * source.current == pytest.approx(power, rel=1e-6)
    assert load.power == pytest.approx(power, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.floats(40, 60), st.floats(0.001, 0.02), st.floats(0.5, 50))
def test_constant_resistance_obeys_ohm(emf: float, ohms: float, resistance: float) -> None:
    source = Source(emf, ohms)
    timeline, load = on(source, "RES", resistance)
    timeline.run(0.5)
    assert load.voltage / load.current == pytest.approx(resistance, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 150), st.floats(0, 150), st.floats(20, 2000))
def test_the_current_moves_at_its_slew_rate_and_never_turns_back(
    before: float, after: float, rate: float
) -> None:
    source = Source(52.0, 0.0001)
    timeline, load = on(source, "CURR", before)
    timeline.run(0.05)
    load.slew = [rate, rate]
    load.levels["CURR"] = after
    start = len(source.taken)
    load.settle()
    seen = [load.current]
    for _ in range(20):
        timeline.run(0.01)
        seen.append(load.current)
    up = after >= before
    assert all((late >= early) == up or late == early for early, late in pairwise(source.taken[start:]))
    far = abs(after - before)
    gone = far if far <= rate * 0.005 else min(far, rate * 0.2)
    assert abs(seen[-1] - before) == pytest.approx(gone, abs=1e-6)
    assert all(abs(late - early) <= rate * 0.01 + 1e-6 for early, late in pairwise(seen))


def test_constant_voltage_takes_what_brings_the_source_down(timeline: Any, device: Any, battery: Any) -> None:
    device.mode = "VOLT"
    device.levels["VOLT"] = 51.0
    device.switch(True)
    timeline.run(10.0)
    assert battery.voltage == pytest.approx(51.0, abs=0.001)
    assert device.current == pytest.approx(100.0, abs=0.1)


def test_on_and_off_are_at_once_whatever_the_slew(timeline: Any, device: Any, battery: Any) -> None:
    device.slew = [10.0, 10.0]
    device.levels["CURR"] = 50.0
    device.switch(True)
    assert battery.amps == 50.0
    timeline.run(1.0)
    device.switch(False)
    assert battery.amps == 0.0
    timeline.run(1.0)
    assert battery.amps == 0.0


def test_a_short_takes_all_that_it_can_while_the_input_is_on(
    timeline: Any, device: Any, battery: Any
) -> None:
    battery.emf = 20.0  # 200 A at 18 V stay below its power
    device.shorted = True
    device.settle()
    assert battery.amps == 0.0
    device.switch(True)
    assert battery.amps == 200.0
    device.shorted = False
    device.settle()
    timeline.run(0.1)
    assert battery.amps == 0.0


@pytest.mark.parametrize(
    "case",
    [
        ("over-current", 90.0, 100.0, 52.0),
        ("over-power", 4000.0, 100.0, 52.0),
        ("over-voltage", None, 1.0, 89.0),
    ],
)
def test_protections_latch(
    timeline: Any, device: Any, battery: Any, case: tuple[str, float | None, float, float]
) -> None:
    name, level, amps, emf = case
    battery.emf = emf
    if level is not None:
        device.limits[name] = level
        device.armed.add(name)
    device.levels["CURR"] = amps
    device.switch(True)
    timeline.run(0.2)
    assert (device.tripped, battery.amps, device.on) == (name, 0.0, False)
    device.switch(True)
    assert (battery.amps, device.on) == (0.0, False)
    device.levels["CURR"], battery.emf = 1.0, 52.0
    device.clear()
    assert battery.amps == 0.0
    device.switch(True)
    assert battery.amps == 1.0


def test_its_own_power_rating_protects_it_without_being_set(timeline: Any, device: Any, battery: Any) -> None:
    device.levels["CURR"] = 190.0
    device.switch(True)
    timeline.run(0.2)
    assert device.tripped == "over-power"  # 190 A at 50.1 V are 9.5 kW, 1.1 x 8 kW are 8.8 kW
    assert battery.amps == 0.0


def test_a_protection_acts_although_nobody_looks(timeline: Any, device: Any, battery: Any) -> None:
    device.limits["over-power"] = 520.0
    device.armed.add("over-power")
    device.levels["CURR"] = 9.9
    device.switch(True)
    timeline.run(1.0)
    assert battery.amps == 9.9
    battery.emf = 54.0
    timeline.run(0.15)
    assert battery.amps == 0.0


def test_the_timer_switches_off_by_itself_and_starts_again_each_time(
    timeline: Any, device: Any, battery: Any
) -> None:
    device.time_on = 5.0
    device.levels["CURR"] = 10.0
    device.switch(True)
    timeline.run(3.0)
    device.switch(False)
    device.switch(True)
    timeline.run(4.9)
    assert battery.amps == 10.0
    timeline.run(0.2)
    assert (battery.amps, device.on) == (0.0, False)


def test_a_load_that_refuses_and_one_that_stays_on(timeline: Any, device: Any, battery: Any) -> None:
    device.levels["CURR"] = 10.0
    device.faults.refuses_output = True
    device.switch(True)
    assert (battery.amps, device.on) == (0.0, False)
    device.faults.refuses_output = False
    device.switch(True)
    device.faults.stays_on = True
    device.switch(False)
    timeline.run(1.0)
    assert (battery.amps, device.on) == (10.0, True)


def test_a_trip_is_an_event_that_acts_at_once(device: Any, battery: Any) -> None:
    device.levels["CURR"] = 10.0
    device.switch(True)
    device.faults.trip = "over-temperature"
    assert (battery.amps, device.tripped) == (0.0, "over-temperature")
    device.faults.stuck = True
    device.clear()
    device.switch(True)
    assert (battery.amps, device.tripped) == (10.0, "")


def test_a_load_that_keeps_its_input_comes_back_when_it_is_cleared(timeline: Any, battery: Any) -> None:
    load = LoadDevice(timeline, battery, RATED, Faults(), keeps_input=True)
    load.levels["CURR"] = 10.0
    load.switch(True)
    load.trip("over-current")
    assert (battery.amps, load.on) == (0.0, True)
    load.clear()
    assert (battery.amps, load.on) == (10.0, True)


def test_a_load_without_voltage_regulates_nothing(timeline: Any, device: Any, battery: Any) -> None:
    battery.emf = 0.0
    device.mode = "POW"
    device.levels["POW"] = 100.0
    device.switch(True)
    timeline.run(0.1)
    assert battery.amps == 0.0
