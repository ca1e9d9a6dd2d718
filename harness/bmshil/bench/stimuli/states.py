"""States of the bench in which a stimulus says something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.fitness.levels import NEAR_FULL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bmshil.bench.bench import Bench
    from bmshil.bms import Fault


def charging(bench: Bench) -> None:
    """Charge with one I_ref for each pack."""
    unit = bench.levels.reference
    bench.bank.limit(ccl=unit, dcl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()


def discharging(bench: Bench) -> None:
    """Discharge with one I_ref for each pack."""
    unit = bench.levels.reference
    bench.bank.limit(ccl=unit, dcl=unit)
    bench.discharge(limit=len(bench.bank) * unit)
    bench.settle_generously()


def resting(bench: Bench) -> None:
    """Let device and bank rest, with limits that would allow a current."""
    unit = bench.levels.reference
    bench.bank.limit(ccl=unit, dcl=unit)
    bench.settle()


def nearly_full(bench: Bench) -> None:
    """Charge a bank that reaches its CVL within minutes, with half an I_ref."""
    bench.prepare(soc=NEAR_FULL)
    bench.bank.limit(cvl=bench.levels.high_cvl)
    bench.settle_generously()
    bench.charge(limit=bench.levels.reference / 2)


def everywhere(bench: Bench, fault: Fault) -> None:
    """Switch a fault on in whoever speaks: every node, or who speaks in their place."""
    for faults in [*(node.faults for node in bench.bank), *bench.bank.architecture.faults]:
        faults.on(fault)


def in_steps(bench: Bench, every: float, steps: Iterable[Callable[[], object]]) -> None:
    """Take one step now and the next each ``every`` s; the last one stays."""
    left = iter(steps)

    def step() -> None:
        following = next(left, None)
        if following is not None:
            following()

    repeat(bench, every, step)


def repeat(bench: Bench, period: float, step: Callable[[], object]) -> None:
    """Do something now and again every ``period`` s, until the stimulus is taken away."""
    step()
    bench.standing.callback(bench.timeline.every(period, step, phase=period).cancel)
