"""Sweep the control loop against voltage regulators of a device, on simulated time; prints one JSON document.

Each combination of supply, period, latency, R_bank/R_cable and bandwidth of the device runs for ten minutes
in constant voltage. For those that the stability rule accepts, the document says whether the ripple stays
below 2 % of the rating and the terminals at the bank's voltage, as well as a supply is specified; for those
that it refuses, what would have happened. The rule has a gain margin of two, so that each is also tried with
a cable of half the ohms that the loop was told. Cases on either side of where it begins to swing are computed
once more with a model of its own in steps of 0.2 ms, to show that the twin's 5 ms are fine enough.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from bmshil.battery import Bank, module
from bmshil.bench.terminals.control import ControlLoop
from bmshil.bench.terminals.pair import Pair
from bmshil.bench.terminals.stability import Loop, correction
from bmshil.instruments import Capability
from bmshil.journal import Journal
from bmshil.rig.equipment import Ratings
from bmshil.safety import Envelope
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.world import Rating, Wiring, World

if TYPE_CHECKING:
    from bmshil.instruments import Load, Meter, Supply

RATING = 120.0  # A
LIMIT = 0.02
SPECIFICATION = 0.08  # V: 0.1 % of a supply of 80 V
MINUTES = 10.0
SETTLING = 60.0  # s
AMPS = 60.0  # current to begin with
SOC = 0.93
SINK = 100.0  # A

KINDS = ("resistance", "plain", "pair")
PERIODS = (0.02, 0.05, 0.1, 0.2)
LATENCIES = (0.01, 0.05, 0.1, 0.15)
RATIOS = (0.5, 1.0, 2.0)
BANDWIDTHS = (1.0, 5.0, 15.0, 60.0, 200.0)
"""rad/s; 200 is a time constant of 5 ms."""


class Case(NamedTuple):
    """One combination: kind of supply, period and latency in s, R_bank/R_cable, bandwidth in rad/s."""

    kind: str
    period: float
    latency: float
    ratio: float
    bandwidth: float

    def loop(self) -> Loop:
        """What the stability rule is asked, which does not know the device's bandwidth."""
        return Loop(
            period=self.period,
            latency=self.latency,
            ratio=self.ratio,
            resistance=self.kind == "resistance",
        )


QUICK = (
    Case("resistance", 0.1, 0.15, 2.0, 60.0),
    Case("plain", 0.1, 0.15, 2.0, 60.0),
    Case("pair", 0.1, 0.15, 2.0, 15.0),
    Case("plain", 0.02, 0.3, 2.0, 60.0),
)


LADDER = [
    Case("plain", 0.02, latency, 2.0, bandwidth)
    for bandwidth in (5.0, 15.0, 60.0, 200.0)
    for latency in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35)
]


class DirectSupply:
    """A supply of the twin's world without a wire between: what a driver would do, without the exchanges."""

    def __init__(self, world: World, *, resistance: bool, sinks: bool) -> None:
        self._world = world
        self.capabilities = Capability.CONFIRMS | Capability.LIMITING
        self.capabilities |= Capability.RESISTANCE if resistance else Capability.NONE
        world.set_supply(source=250.0, sink=150.0 if sinks else 0.0, trip_current=300.0)

    def set_voltage(self, voltage: float) -> None:
        """Set the voltage, V."""
        self._world.set_supply(voltage=voltage)

    def set_voltage_and_read_current(self, voltage: float) -> float:
        """Set the voltage, V, and measure the current into it, A."""
        self._world.set_supply(voltage=voltage)
        return self._world.supply_current

    def set_resistance(self, resistance: float) -> None:
        """Set the internal resistance, ohm."""
        self._world.set_supply(resistance=resistance)

    def set_limits(self, **_limits: float) -> None:
        """Leave them as they are."""

    def output(self, on: bool) -> None:
        """Switch the output."""
        self._world.switch_supply(on)

    def read(self) -> tuple[float, float]:
        """Measure volts, and amperes into it."""
        return self._world.supply_voltage, self._world.supply_current

    def limiting(self) -> bool:
        """Whether it is in its limit."""
        return self._world.limiting


class DirectLoad:
    """The load beside it."""

    capabilities = Capability.CONFIRMS | Capability.MODES

    def __init__(self, world: World) -> None:
        self._world = world
        self._amps = 0.0

    def set_current(self, current: float) -> None:
        """Set the current, A."""
        self._amps = current

    def input(self, on: bool) -> None:
        """Switch the input."""
        self._world.set_sink(self._amps if on else 0.0)

    def read(self) -> tuple[float, float]:
        """Measure volts and amperes."""
        return self._world.sink_voltage, self._world.sink_current


class DirectMeter:
    """The meter at the device."""

    def __init__(self, world: World) -> None:
        self._world = world

    def voltage(self) -> float:
        """Measure the voltage, V."""
        return self._world.voltage


def terminals(world: World, kind: str) -> Supply:
    """What plays the bank in this combination, switched on."""
    supply = DirectSupply(world, resistance=kind == "resistance", sinks=kind != "pair")
    if kind != "pair":
        supply.output(True)
        return cast("Supply", supply)
    pair = Pair(
        cast("Supply", supply),
        cast("Load", DirectLoad(world)),
        diode=0.7,
        supply_rating=Ratings(),
        load_rating=Ratings(),
    )
    pair.set_limits(source_current=120.0, sink_current=SINK, over_voltage=63.0, over_current=126.0)
    pair.output(True)
    return cast("Supply", pair)


def simulate(case: Case, minutes: float = MINUTES, *, cable_share: float = 1.0) -> dict[str, Any]:
    """Charge a bank at constant voltage; returns ripple and error of the terminals.

    Args:
        case: the combination.
        minutes: of simulated time.
        cable_share: how much of the ohms that the loop is told the cable really has.
    """
    timeline = SimulatedTimeline()
    journal = Journal(timeline)
    bank = Bank([module("generic-16s")] * 3, soc=SOC)
    cable = bank.resistance / case.ratio
    wiring = Wiring(cable=cable * cable_share, diode=0.6 if case.kind == "pair" else 0.0)
    world = World(timeline, wiring, Rating(power=9000.0))
    world.bandwidth, world.latency = case.bandwidth, case.latency
    world.offer(grid=9000.0)
    world.switch_relay("ac_grid", True)
    supply = terminals(world, case.kind)
    supply.set_voltage(bank.emf)
    timeline.run(1.0)
    world.switch_relay("dc_main", True)
    timeline.run(1.0)
    control = ControlLoop(
        timeline,
        journal,
        bank,
        supply=supply,
        meter=cast("Meter", DirectMeter(world)),
        envelope=Envelope(65.0, 400.0, 30_000.0),
        period=case.period,
        cable=cable,
    )
    control.start(bank.emf)
    limit = bank.emf + AMPS * (bank.resistance + cable * cable_share)
    world.command(running=True, cvl=limit, dvl=45.0, charge=RATING, discharge=RATING)
    currents: list[float] = []
    errors: list[float] = []

    def look() -> None:
        currents.append(world.current)
        errors.append(world.sink_voltage - bank.voltage)

    timeline.run(SETTLING)
    timeline.every(0.05, look)
    timeline.run(60.0 * minutes)
    journal.close()
    return {
        "ripple": round(ripple(currents), 3),
        "error": round(float(np.mean(errors)), 4),
        "amps": round(currents[-1], 1),
        "events": sorted({one.kind for one in journal.events(0.0, timeline.seconds)}),
    }


def ripple(currents: list[float], window: int = 200) -> float:
    """Half of the largest swing about a straight line, over windows of 10 s, A."""
    worst = 0.0
    x = np.arange(window)
    for begin in range(0, len(currents) - window + 1, window):
        part = np.asarray(currents[begin : begin + window])
        rest = part - np.polyval(np.polyfit(x, part, 1), x)
        worst = max(worst, float(rest.max() - rest.min()) / 2.0)
    return worst


def finely(case: Case, seconds: float = 120.0, step: float = 0.0002) -> float:
    """Ripple of the same loop by a model of its own, over the last half of the time, A.

    The supply follows within 6 ms, the device integrates its error of voltage, 48 mF stand between.
    """
    bank, farads = 0.02 / 3, 0.048
    cable = bank / case.ratio
    ohms = cable + (bank if case.kind == "resistance" else 0.0)
    share = 0.0 if case.kind == "resistance" else correction(case.ratio)
    every, late = round(case.period / step), round(case.latency / step)
    target = limit = AMPS * (bank + cable)
    queue = [0.0] * (late + 1)
    emf = ohmic = sample = current = setpoint = 0.0
    volts, amps = target, 0.0
    seen: list[float] = []
    half = round(seconds / step) // 2
    for tick in range(2 * half):
        if tick % every == 0:
            setpoint = ohmic
            sample = current
            ohmic += share * (bank * sample - ohmic)
        queue.append(setpoint)
        emf += (queue[-1 - late] - emf) * step / 0.006
        del queue[0]
        amps = min(max(amps + case.bandwidth / ohms * (limit - volts) * step, 0.0), RATING)
        current = (volts - emf) / ohms
        volts += (amps - current) * step / farads
        if tick >= half and tick % 250 == 0:
            seen.append(current)
    return ripple(seen)


def sweep(cases: list[Case], minutes: float) -> dict[str, Any]:
    """Simulate every case; returns what the rule promised and what came of it."""
    accepted: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for number, case in enumerate(cases, start=1):
        loop = case.loop()
        row = {**case._asdict(), "margin": round(min(loop.margin, 1e3), 3), "delay": round(loop.delay, 3)}
        row |= simulate(case, minutes)
        if not loop.resistance:
            row["ripple_half_cable"] = simulate(case, minutes, cable_share=0.5)["ripple"]
        (accepted if loop.accepted else refused).append(row)
        if number % 50 == 0:
            print(f"{number} of {len(cases)}", file=sys.stderr, flush=True)
    broken = [row for row in accepted if _swings(row) or abs(row["error"]) > SPECIFICATION]
    return {
        "accepted": len(accepted),
        "worst_ripple_accepted_A": max((row["ripple"] for row in accepted), default=None),
        "worst_ripple_accepted_half_cable_A": max(
            (row.get("ripple_half_cable", 0.0) for row in accepted), default=None
        ),
        "worst_error_accepted_V": max((abs(row["error"]) for row in accepted), default=None),
        "limit_A": LIMIT * RATING,
        "accepted_but_bad": broken,
        "refused": len(refused),
        "refused_that_swing": sum(row["ripple"] > LIMIT * RATING for row in refused),
        "refused_that_swing_with_half_the_cable": sum(_swings(row) for row in refused),
        "refused_cases": refused,
    }


def _swings(row: dict[str, Any]) -> bool:
    return bool(max(row["ripple"], row.get("ripple_half_cable", 0.0)) > LIMIT * RATING)


def steps(cases: list[Case]) -> list[dict[str, Any]]:
    """The twin's 5 ms against 0.2 ms: ripple of both, A."""
    return [
        {**case._asdict(), "5ms": simulate(case, 2.0)["ripple"], "0.2ms": round(finely(case), 3)}
        for case in cases
    ]


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few corners instead of the whole grid")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="simulated time of each (%(default)s)")
    options = parser.parse_args()
    began = time.perf_counter()
    grid = [Case(*one) for one in product(KINDS, PERIODS, LATENCIES, RATIOS, BANDWIDTHS)]
    cases = list(QUICK) if options.quick else grid
    document = sweep(cases, options.minutes)
    document["steps"] = steps(list(QUICK[1:]) if options.quick else LADDER)
    document["took_s"] = round(time.perf_counter() - began, 1)
    print(json.dumps(document, indent=2))
    return int(bool(document["accepted_but_bad"]))


if __name__ == "__main__":
    sys.exit(_main())
