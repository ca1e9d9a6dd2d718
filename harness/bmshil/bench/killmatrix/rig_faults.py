"""Rig blame: troubles of the rig, put into the run of a good and of a bad inverter, must decide neither."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bmshil.bench.assembly import open_bench
from bmshil.bench.killmatrix.blame_plan import ON_LINE, BlameJob
from bmshil.bench.killmatrix.influence import Recorded, could_have_mattered, nothing_recorded, recorded
from bmshil.bench.killmatrix.running import run_tests
from bmshil.bench.killmatrix.troubles import begin
from bmshil.errors import BmsHilError, RigError
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.judge import Requirement


ALIKE = ("emulator.unplug @86400s", "witness.unplug @86400s")
"""What never comes to pass: so every run has the same plugs at its adapters, and all can be compared."""


class Blame(msgspec.Struct, frozen=True, kw_only=True):
    """What the verdict was with one trouble.

    Attributes:
        trouble: its name; empty for the run without any.
        fault: as the twin was told, with its begin; empty likewise.
        verdict: of the requirement.
        reason: for it.
        stands: the trouble could not have mattered, so that the verdict may stand; see ``influence``.
        right: whether the rig was blamed, and nobody else, or the verdict may stand; without trouble, whether
            the inverter was judged.
    """

    job: BlameJob
    trouble: str
    verdict: str
    reason: str
    right: bool
    fault: str = ""
    stands: bool = False


def run_blame(job: BlameJob, tests: str, worker: int | None = None) -> list[Blame]:
    """Ask the requirement without any trouble, then with each, at a time drawn with the seed.

    Time is simulated, so that the run without trouble says when the test will begin and what it will measure
    when in the others, until a trouble touches it.
    """
    without = _ask(job, (), tests, worker)
    wanted = Verdict.FAIL if job.bad else Verdict.PASS
    found = [_blame(job, without, right=without.report.get("verdict") == wanted)]
    for put in job.puts if without.windows else ():
        chance = random.Random(f"{job.device} {job.asked.requirement} {job.seed} {put.trouble.name}")  # noqa: S311 - repeatable, not secret
        at = begin(put.moment, without.report["start"], without.windows, chance)
        fault = put.trouble.text(at, long=put.long, sign=chance.choice(["", "-"]))
        run = _ask(job, (fault,), tests, worker)
        verdict = run.report.get("verdict")
        blamed = verdict in (Verdict.INCONCLUSIVE, Verdict.BLOCKED)
        stands = verdict == wanted and not could_have_mattered(without, run)
        found.append(
            _blame(job, run, right=blamed or stands, trouble=put.trouble.name, fault=fault, stands=stands)
        )
    return found


def _blame(
    job: BlameJob, run: Recorded, *, right: bool, trouble: str = "", fault: str = "", stands: bool = False
) -> Blame:
    return Blame(
        job=job,
        trouble=trouble,
        verdict=str(run.report.get("verdict", "none")),
        reason=str(run.report.get("reason", "")),
        right=right,
        fault=fault,
        stands=stands,
    )


def _ask(job: BlameJob, faults: Sequence[str], tests: str, worker: int | None) -> Recorded:
    """Run the first test of the requirement, and keep what its report carries and what was recorded."""
    one = _One(job.asked.requirement)
    alike = () if job.asked.profile in ON_LINE else ALIKE
    run: Recorded | None = None
    try:
        with open_bench(
            job.asked.rig,
            profile=job.asked.profile,
            mutation=job.mutation,
            seed=job.seed,
            worker=worker,
            faults=[*alike, *faults],
        ) as bench:
            run_tests(tests, bench, [one])
            run = recorded(one.record, bench)
    except RigError as error:
        # A rig that cannot be confirmed off takes nothing away from the verdict before.
        one.record.setdefault("reason", str(error))
    except BmsHilError as error:
        one.record.update(verdict="error", reason=str(error))
    return run or nothing_recorded(one.record)


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
            self.record.update(record)

    def _is(self, item: pytest.Item) -> bool:
        marker = item.get_closest_marker("requirement")
        if marker is None:
            return False
        found: Requirement = marker.args[0]
        return found.id == self._requirement
