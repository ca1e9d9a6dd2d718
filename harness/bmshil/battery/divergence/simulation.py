"""The simulation: days of a bank, in steps as long as its packs allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bmshil.battery.divergence.bank_state import BankState
from bmshil.battery.divergence.course import Course, Day
from bmshil.battery.divergence.cycle import DAY, HOUR
from bmshil.battery.divergence.scenario import MOST_DAYS, Scenario
from bmshil.battery.divergence.stepper import Stepper
from bmshil.battery.divergence.watching import Watching
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

EMPTY: Final = 0.05
"""True SOC of the emptiest pack at which the load is switched off."""


def simulate(scenario: Scenario, days: int) -> Course:
    """Simulate a bank day by day.

    The same scenario gives the same figures, always; there is no randomness.

    Args:
        scenario: packs, wiring, rule.
        days: 1 to 3650.

    Raises:
        InputError: a number of days that is not possible.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InputError(f"{days} days: give 1 to {MOST_DAYS}")
    state = BankState(scenario)
    watching = Watching(scenario, state)
    stepper = Stepper(state, watching)
    cycle = scenario.cycle
    capacity = state.capacity.sum()
    sun, load, tail = cycle.charge * capacity, cycle.load * capacity, cycle.tail * capacity
    figures: list[Day] = []
    delivered = 0.0
    for day in range(days):
        start = day * DAY
        watching.begin_day()

        def until(hour: float, amps: float, stop: Callable[[], bool] | None = None) -> float:
            return stepper.run(start + hour * HOUR, amps, stop)  # noqa: B023 - called within this round

        until(cycle.sunrise, 0.0)
        until(cycle.sunset, sun, lambda: state.total < tail or state.stopped)
        until(cycle.evening, 0.0)
        figures.append(watching.figures(day + 1, delivered))
        delivered = -until(cycle.night, -load, lambda: state.emptiest <= EMPTY) / HOUR
        until(24.0, 0.0)
    return Course(scenario, tuple(figures), tuple(watching.events), stepper.steps)
