"""Which tests are run in which order, and what is left out: a plan.

The order of value: each requirement once before any of them a second time, for another question says more
than another position of the same one; among these, safety before conformity; then what catches more known
bad devices per minute. Tests that may leave the device or the bank latched come last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Lane(msgspec.Struct, frozen=True):
    """A kind of run.

    Attributes:
        title: what it is for.
        budget: time on the bench, s; None without an end.
        own: whether it holds the tests of its own alone.
    """

    title: str
    budget: float | None = None
    own: bool = False


LANES = {
    "smoke": Lane("30 minutes on hardware: the most valuable tests", 1800.0),
    "release": Lane("8 hours on hardware: a night, for each firmware", 8 * 3600.0),
    "full": Lane("every test but that of soak, however long it takes"),
    "soak": Lane("24 hours with every frame on the bus", own=True),
}
"""The lanes of ``bmshil qualify --lane``."""


class Task(msgspec.Struct, frozen=True):
    """One test that could be run.

    Attributes:
        test: node id.
        requirement: id of what it tests.
        title: of the requirement.
        nth: which test of its requirement it is, from 0 on.
        seconds: planned time on the bench, its baseline included, above 0.
        safety: whether the requirement finds unsafe devices.
        catches: how many known bad devices it finds.
        latches: whether the device or the bank may need a reset after it.
        hands: what an operator has to do for it, a sentence each.
        skipped: why rig or device cannot have it; empty when they can.
    """

    test: str
    requirement: str
    title: str
    nth: int
    seconds: float
    safety: bool = False
    catches: int = 0
    latches: bool = False
    hands: tuple[str, ...] = ()
    skipped: str = ""


class Plan(msgspec.Struct, frozen=True):
    """What is run in which order, and what is not.

    Attributes:
        tasks: to be run, in order.
        left_out: node id and why it is not run: skipped by rig or device, budget or unattended.
    """

    tasks: tuple[Task, ...]
    left_out: dict[str, str]

    @property
    def seconds(self) -> float:
        """Planned time on the bench."""
        return sum(task.seconds for task in self.tasks)


def make_plan(tasks: Sequence[Task], *, budget: float | None = None, unattended: bool = False) -> Plan:
    """Choose and order tests.

    Args:
        tasks: all tests, in their listed order.
        budget: time on the bench, s; None for all. What does not fit is left out, and shorter tests of less
            value may still fit.
        unattended: leave out what needs an operator.
    """
    left_out: dict[str, str] = {}
    chosen: list[Task] = []
    room = float("inf") if budget is None else budget
    for task in sorted(tasks, key=value) if budget is not None else tasks:
        if task.skipped:
            left_out[task.test] = task.skipped
        elif unattended and task.hands:
            left_out[task.test] = f"unattended: {'; '.join(task.hands)}"
        elif task.seconds > room:
            left_out[task.test] = "budget: no time is left for it"
        else:
            room -= task.seconds
            chosen.append(task)
    if budget is not None or unattended:
        chosen.sort(key=lambda task: task.latches)
    return Plan(tuple(chosen), left_out)


def value(task: Task) -> tuple[bool, bool, float, float]:
    """Sorts tests by their value, the most valuable first."""
    return task.nth > 0, not task.safety, -task.catches / task.seconds, task.seconds


def span(text: str) -> float:
    """Read a budget such as 8h, 30min or 90s, in s. Nobody means 5 s with 5, so that a unit is needed.

    Raises:
        InputError: it is none.
    """
    units = {"h": 3600.0, "min": 60.0, "m": 60.0, "s": 1.0}
    if text.strip().strip("0").isdecimal():
        raise InputError(f"--budget {text}: of what? Write {text}min, {text}h or {text}s")
    figure = text.strip().rstrip("abcdefghijklmnopqrstuvwxyz")
    factor = units.get(text.strip()[len(figure) :])
    try:
        seconds = float(figure) * factor if factor is not None else 0.0
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < float("inf"):
        raise InputError(f"--budget {text!r}: write a time such as 8h, 30min or 90s")
    return seconds
