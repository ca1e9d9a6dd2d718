"""Limits that go down in steps, as a BMS takes them back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bmshil.bench.stimuli.states import in_steps
from bmshil.bms import Override

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench
    from bmshil.bms import FaultHandle

COLD = ((10.0, 1.0), (5.0, 0.5), (2.0, 0.25), (-1.0, 0.0))
"""Temperature, degC, and share of the CCL that is left."""

CELL = ((3.45, 0.0, 1.0), (3.50, 0.1, 0.75), (3.55, 0.2, 0.5), (3.60, 0.3, 0.25), (3.62, 0.4, 0.0))
"""Highest cell, V, less CVL by so much, V, and share of the CCL that is left."""

LOW_SOC = tuple(percent / 100 for percent in range(24, 13, -1))
"""From 24 down to 14 %."""


class Said:
    """Fields that every pack overrides, each new set in the place of the last one."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._on: list[FaultHandle] = []

    def __call__(self, **values: float) -> None:
        """Say these now."""
        for handle in self._on:
            handle.off()
        self._on = [node.faults.on(Override(**values)) for node in self._bench.bank]


def cold_ramp(bench: Bench, every: float) -> None:
    """Take the CCL back as the bank gets cold, one step each ``every`` s."""
    said, unit = Said(bench), bench.levels.reference

    def step(degrees: float, share: float) -> None:
        said(temperature=degrees)
        bench.bank.limit(ccl=share * unit)

    bench.stimulus("the bank gets cold")
    in_steps(bench, every, [partial(step, *one) for one in COLD])


def cell_ramp(bench: Bench, every: float) -> None:
    """Take CVL and CCL back as a cell runs high, one step each ``every`` s."""
    said, unit, cvl = Said(bench), bench.levels.reference, bench.levels.high_cvl

    def step(volts: float, less: float, share: float) -> None:
        said(cell_max=volts)
        bench.bank.limit(cvl=cvl - less, ccl=share * unit)

    bench.stimulus("a cell runs high")
    in_steps(bench, every, [partial(step, *one) for one in CELL])


def emptying(bench: Bench, every: float) -> None:
    """Let the SOC fall with no charge allowed and a source there, 1 % each ``every`` s."""
    said = Said(bench)
    bench.bank.limit(ccl=0.0)
    bench.power.start_charge()
    bench.stimulus("the SOC falls, and charging is not allowed")
    in_steps(bench, every, [partial(said, soc=one) for one in LOW_SOC])
