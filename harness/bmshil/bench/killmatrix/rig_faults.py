"""Rig blame: troubles of the rig, put into the run of a good and of a bad inverter, must decide neither."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bmshil.bench.assembly import open_bench
from bmshil.bench.killmatrix.running import run_tests
from bmshil.errors import BmsHilError, RigError
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.judge import Requirement


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of trouble with the rig.

    Attributes:
        name: for people.
        fault: what the twin is told, without its begin; ``{sign}`` is drawn.
        lasts: how long, s; None for what is over at once or stays.
        until: it begins before this share of the test is over.
    """

    name: str
    fault: str
    lasts: float | None = None
    until: float = 0.5


TROUBLES = (
    Trouble(name="late transmission", fault="computer.stall seconds=2.5"),
    Trouble(name="lost frames", fault="emulator.drop share=0.5", lasts=10.0),
    Trouble(name="adapter outage", fault="emulator.unplug", lasts=3.0),
    Trouble(name="instrument timeout", fault="meter.silent", lasts=5.0),
    Trouble(name="stuck meter", fault="meter.stuck"),
    # Later no current flows any more, and a supply that could not carry it disturbs nobody.
    Trouble(name="supply in limit", fault="supply.limit current=2", lasts=30.0, until=0.05),
    Trouble(name="clock step", fault="witness.clock step={sign}0.5"),
)
"""Every kind of trouble; each is put into the time that is judged."""

JUDGED = (("LIM-04", "ccl0_ignored"), ("HBT-02", "any_frame_alive"))
"""Requirements that are judged meanwhile, and the bad inverter that each of them catches."""

RIG, PROFILE = "twin", "pylon_parallel"

SEEDS = 5


class BlameJob(msgspec.Struct, frozen=True, kw_only=True):
    """One inverter, one requirement, one seed; all troubles are tried with it."""

    requirement: str
    mutation: str | None
    seed: int
    troubles: tuple[Trouble, ...] = TROUBLES

    @property
    def device(self) -> str:
        """For people."""
        return f"{PROFILE} + {self.mutation}" if self.mutation else PROFILE


class Blame(msgspec.Struct, frozen=True, kw_only=True):
    """What the verdict was with one trouble.

    Attributes:
        trouble: its name; empty for the run without any.
        verdict: of the requirement.
        reason: for it.
        right: whether the rig was blamed, and nobody else; without trouble, whether the inverter was judged.
    """

    job: BlameJob
    trouble: str
    verdict: str
    reason: str
    right: bool


def plan_blame(seeds: int = SEEDS) -> list[BlameJob]:
    """Plan all of them: good and bad inverter, each requirement, each seed."""
    return [
        BlameJob(requirement=requirement, mutation=mutation, seed=seed)
        for requirement, bad in JUDGED
        for mutation in (None, bad)
        for seed in range(1, seeds + 1)
    ]


def run_blame(job: BlameJob, tests: str, worker: int | None = None) -> list[Blame]:
    """Ask the requirement without any trouble, then with each, at a time drawn with the seed.

    Time is simulated, so that the run without trouble says when the test will begin and end in the others.
    """
    chance = random.Random(f"{job.requirement} {job.mutation} {job.seed}")  # noqa: S311 - repeatable, not secret
    control = _ask(job, (), tests, worker)
    wanted = Verdict.FAIL if job.mutation else Verdict.PASS
    found = [_blame(job, "", control, right=control.get("verdict") == wanted)]
    start, end = control.get("start", 0.0), control.get("end", 0.0)
    for trouble in job.troubles:
        at = start + 1.0 + chance.random() * trouble.until * (end - start - 1.0)
        text = trouble.fault.format(sign=chance.choice(["", "-"])) + f" @{at:.3f}s"
        text += "" if trouble.lasts is None else f" for {trouble.lasts:g}s"
        record = _ask(job, (text,), tests, worker)
        blamed = record.get("verdict") in (Verdict.INCONCLUSIVE, Verdict.BLOCKED)
        found.append(_blame(job, trouble.name, record, right=blamed))
    return found


def _blame(job: BlameJob, trouble: str, record: dict[str, Any], *, right: bool) -> Blame:
    verdict = str(record.get("verdict", "none"))
    return Blame(job=job, trouble=trouble, verdict=verdict, reason=str(record.get("reason", "")), right=right)


def _ask(job: BlameJob, faults: Sequence[str], tests: str, worker: int | None) -> dict[str, Any]:
    """Run the first test of the requirement, and give what its report carries."""
    one = _One(job.requirement)
    try:
        with open_bench(
            RIG, profile=PROFILE, mutation=job.mutation, seed=job.seed, worker=worker, faults=faults
        ) as bench:
            run_tests(tests, bench, [one])
    except RigError as error:
        # A rig that cannot be confirmed off takes nothing away from the verdict before.
        one.record.setdefault("reason", str(error))
    except BmsHilError as error:
        one.record = {"verdict": "error", "reason": str(error)}
    return one.record


class _One:
    """A plugin of pytest that leaves the first test of one requirement and takes what its report carries."""

    def __init__(self, requirement: str) -> None:
        self.record: dict[str, Any] = {}
        self._requirement = requirement

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave one test."""
        items[:] = [item for item in items if self._is(item)][:1]

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the first verdict: what goes wrong while tearing down changes nothing."""
        record: dict[str, Any] | None = getattr(report, "bmshil", None)
        if record is not None and not self.record:
            self.record = record

    def _is(self, item: pytest.Item) -> bool:
        marker = item.get_closest_marker("requirement")
        if marker is None:
            return False
        found: Requirement = marker.args[0]
        return found.id == self._requirement
