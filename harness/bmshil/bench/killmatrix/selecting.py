"""Which tests a run of the kill matrix asks, and what they have found: a plugin of pytest."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bmshil.bench.killmatrix.job import Job, Outcome, Scope
from bmshil.evidence import RequirementResult, TestResult
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from bmshil.judge import Requirement

MARK = "requirement"

GOOD_SHARE, BAD_SHARE = 1 / 4, 1 / 2
"""Of the tests, with one parameter set each: what a good inverter is asked with each further seed, and what a
bad one is asked beside all that it must fail."""

IN_VAIN = 3
"""So many tests in a row that could not begin end the run of a bad inverter: it blocks all the others too."""


class Selecting:
    """Leaves only the tests of a job, and takes their verdicts.

    Attributes:
        tests: how many were run and not skipped.

    Args:
        job: what is asked.
    """

    def __init__(self, job: Job) -> None:
        self.tests = 0
        self._in_vain = 0
        self._left_out = False
        self._job = job
        self._found: dict[str, RequirementResult] = {}

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """What was found, by requirement."""
        return {
            name: Outcome(
                verdict=one.verdict, conformity=one.conformity, safety=one.safety, reason=one.reason
            )
            for name, one in sorted(self._found.items())
        }

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the tests that the job asks, in an order drawn with its seed."""
        job = self._job
        share = GOOD_SHARE if job.good else BAD_SHARE
        chance = random.Random(f"{job.device} {job.seed}")  # noqa: S311 - repeatable, not secret
        tests: dict[str, list[pytest.Item]] = {}
        for item in items:
            requirement = _requirement(item)
            if requirement is None or requirement.subject != "dut" or requirement.id.startswith(job.without):
                continue
            if job.scope is Scope.LISTED and requirement.id not in job.violates.requirements:
                continue
            tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
        must: list[pytest.Item] = []
        others: list[pytest.Item] = []
        for sets in tests.values():
            requirement = _requirement(sets[0])
            if requirement is not None and requirement.id in job.violates.requirements:
                must += sets
            elif job.scope is Scope.EVERY:
                others += sets
            elif chance.random() < share:
                others.append(chance.choice(sets))
        if job.seed is not None:
            chance.shuffle(others)
        # What must fail comes first: a bad inverter may block everything else.
        items[:] = must + others

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Leave out what has been caught by all questions that it is listed for, and what is in vain."""
        requirement = _requirement(item)
        self._left_out = requirement is not None and (
            self._caught(requirement.id)
            or (self._in_vain >= IN_VAIN and requirement.id not in self._job.violates.requirements)
        )
        if self._left_out:
            item.add_marker(pytest.mark.skip(reason="left out"))

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in one phase of one test, if it brought a verdict."""
        record: dict[str, Any] | None = getattr(report, "bmshil", None)
        if record is None or self._left_out:
            return
        told = record["requirement"]
        result = TestResult(
            test=report.nodeid,
            verdict=Verdict(record["verdict"]),
            conformity=record["conformity"] and Verdict(record["conformity"]),
            safety=record["safety"] and Verdict(record["safety"]),
            reason=record["reason"],
        )
        if result.verdict is Verdict.BLOCKED and report.when == "setup" and not self._job.good:
            self._in_vain += 1
        elif result.verdict is not Verdict.SKIPPED:
            self._in_vain = 0
        self.tests += result.verdict is not Verdict.SKIPPED
        found = self._found.setdefault(told["id"], RequirementResult(**told))
        found.add(msgspec.convert(msgspec.to_builtins(result), TestResult))

    def _caught(self, requirement: str) -> bool:
        found = self._found.get(requirement)
        violates = self._job.violates
        if found is None or requirement not in violates.requirements:
            return False
        return (found.conformity is Verdict.FAIL or requirement not in violates.conformity) and (
            found.safety is Verdict.FAIL or requirement not in violates.safety
        )


def _requirement(item: pytest.Item) -> Requirement | None:
    marker = item.get_closest_marker(MARK)
    return None if marker is None else marker.args[0]
