"""The summary of a run: what is in ``summary.json``."""

from collections import Counter
from datetime import datetime
from typing import Any

import msgspec

from bmshil.evidence.conclusion import exit_code, run_verdict
from bmshil.evidence.facts import PartRecord, RunFacts, worst_figures
from bmshil.evidence.records import DutRecord, RigRecord, TestResult
from bmshil.evidence.repeatability import Spread, differing, spreads
from bmshil.judge import Verdict, worst

SCHEMA = 2
"""Version of the file format. Version 1 had no facts of the run and no version of the rules."""

READABLE = (1, SCHEMA)
"""Versions that can be read; what the first one did not have stays empty."""


class RequirementResult(msgspec.Struct, kw_only=True):
    """One requirement and all attempts at all of its tests.

    Attributes:
        id: e.g. "AGG-01".
        title: the requirement in words.
        subject: whom it judges: "dut", "bank" or "rig".
        verdict: the worst of its tests.
        conformity: the worst answer to this question; None when no test asked it.
        safety: the worst answer to this question; None when no test asked it.
        reason: why the verdict is what it is, from the first test that has it.
        tests: in the order in which they ended.
        spreads: how far each measured value differs between the attempts at one test; empty where each had
            one.
    """

    id: str
    title: str
    subject: str
    verdict: Verdict = Verdict.SKIPPED
    conformity: Verdict | None = None
    safety: Verdict | None = None
    reason: str = ""
    tests: list[TestResult] = []
    spreads: list[Spread] = []

    def add(self, result: TestResult) -> None:
        """Take in one more attempt and conclude again.

        Attempts at one test that differ make it inconclusive, unless one of them has failed. One that was
        interrupted is kept; after another one it weighs nothing unless it has failed.
        """
        self.tests.append(result)
        weighing = self._weighing()
        self.spreads = spreads([test for test in self.tests if not test.interrupted])
        doubt = (Verdict.INCONCLUSIVE,) if differing(weighing) else ()
        self.verdict = worst([*(test.verdict for test in weighing), *doubt]) or Verdict.ERROR
        self.conformity = worst(test.conformity for test in weighing if test.conformity)
        self.safety = worst(test.safety for test in weighing if test.safety)
        self.reason = self._why(weighing)

    def _weighing(self) -> list[TestResult]:
        """All attempts but those that were interrupted, found nothing, and were made again."""
        ended = {test.test for test in self.tests if not test.interrupted}
        return [
            test
            for test in self.tests
            if not test.interrupted or test.verdict is Verdict.FAIL or test.test not in ended
        ]

    def _why(self, weighing: list[TestResult]) -> str:
        unsteady = differing(weighing)
        if unsteady and self.verdict is Verdict.INCONCLUSIVE:
            return f"not repeatable: {unsteady}"
        concerned = [test for test in weighing if test.verdict is self.verdict]
        reason = next((test.reason for test in concerned if test.reason), "")
        if len(weighing) == len(concerned):
            return reason
        return f"{len(concerned)} of {len(weighing)} tests {self.verdict}: {reason}".rstrip(": ")


class Summary(msgspec.Struct, kw_only=True):
    """A run and all of its results. Until it is closed it counts as one that did not finish.

    Attributes:
        schema: version of this format.
        run: name of the run folder.
        started: begin on the wall clock.
        finished: end on the wall clock; None while it runs and after a kill.
        interrupted: True when somebody stopped it.
        defect: what went wrong with the harness itself, in a sentence; empty when nothing did.
        left_on: which output was not confirmed off at the end, in a sentence; empty when all were.
        sheet: the set-up sheet of the device, with operator, time and values; None on a twin, or where nobody
            has walked through it.
        broken: why the rig broke, so that the tests from then on are blocked; empty when it did not.
        seed: that decided all chance on a twin and the order of the tests; None where none was given.
        selection: expression that chose the tests; empty when all of them were to run.
        planned: how somebody has chosen by value, time or hands, in words; empty when all tests were to run.
        collected: number of tests of requirements that were to run; None where nobody counted.
        command: the command line.
        versions: of the harness and of what it stands on.
        rig: the rig.
        dut: the device under test.
        acceptance: name and values of the safety floor.
        rules: version of the rules that the verdicts were drawn by; empty where nobody has said.
        resumed: when somebody went on with it after an interruption.
        parts: what each process did of it, the first one first; empty where nobody has kept that.
        facts: class of the report, operator, ambient, host, DBC files, calibrations.
        requirements: in the order in which they first had a result.
        totals: number of requirements per verdict.
        verdict: of the whole run.
        exit_code: of the whole run.
        simulated: whether time was simulated, so that nothing could be late; None where nobody has said.
        lateness: how late events were on wall time, ms, and how many slots were skipped; None on simulated
            time.
        loop: worst period, latency and ripple of the control loop, s and A; None when it did not run.
    """

    schema: int = SCHEMA
    run: str
    started: datetime
    finished: datetime | None = None
    interrupted: bool = False
    defect: str = ""
    left_on: str = ""
    sheet: dict[str, Any] | None = None
    broken: str = ""
    seed: int | None = None
    selection: str = ""
    planned: str = ""
    collected: int | None = None
    command: str = ""
    versions: dict[str, str] = {}
    rig: RigRecord
    dut: DutRecord
    acceptance: dict[str, Any] = {}
    rules: str = ""
    facts: RunFacts = RunFacts()
    resumed: list[datetime] = []
    parts: list[PartRecord] = []
    requirements: list[RequirementResult] = []
    totals: dict[str, int] = {}
    verdict: Verdict = Verdict.ERROR
    exit_code: int = 4
    simulated: bool | None = None
    lateness: dict[str, Any] | None = None
    loop: dict[str, float] | None = None

    def add(self, requirement: str, title: str, subject: str, result: TestResult) -> None:
        """Take in one attempt at one test of a requirement.

        Args:
            requirement: its id; all results with one id belong together.
            title: the requirement in words.
            subject: "dut", "bank" or "rig".
            result: the attempt.
        """
        for known in self.requirements:
            if known.id == requirement:
                break
        else:
            known = RequirementResult(id=requirement, title=title, subject=subject)
            self.requirements.append(known)
        known.add(result)
        self.conclude()

    def close(
        self,
        finished: datetime,
        *,
        interrupted: bool = False,
        defect: str = "",
        left_on: str = "",
        broken: str = "",
        simulated: bool | None = None,
        lateness: dict[str, Any] | None = None,
        loop: dict[str, float] | None = None,
    ) -> None:
        """State that the run is over; of one that was gone on with, what was wrong before stays.

        Args:
            finished: end on the wall clock.
            interrupted: True when tests were left out because somebody stopped the run. What it has stays
                true, but it is at best inconclusive.
            defect: what went wrong with the harness itself; such a run is at best an error.
            left_on: which output was not confirmed off. The verdicts stay, the exit code does not: somebody
                has to look.
            broken: why the rig broke.
            simulated: whether time was simulated.
            lateness: figures of the timeline on wall time, ms, and the number of skipped slots.
            loop: worst ``period_s``, ``latency_s`` and ``ripple_a`` of the control loop.
        """
        part = msgspec.structs.replace(
            self.parts.pop() if self.parts else PartRecord(started=self.started),
            finished=finished,
            interrupted=interrupted,
            defect=defect,
            left_on=left_on,
            broken=broken,
            lateness=lateness,
            loop=loop,
        )
        self.parts.append(part)
        self.finished = finished
        self.interrupted = interrupted
        self.simulated = simulated
        self.defect = _ever([one.defect for one in self.parts])
        self.left_on = _ever([one.left_on for one in self.parts])
        self.broken = _ever([one.broken for one in self.parts])
        self.lateness = worst_figures([one.lateness for one in self.parts])
        self.loop = worst_figures([one.loop for one in self.parts])
        self.conclude()

    @property
    def gone_on(self) -> list[str]:
        """When and by whom it was gone on with, in words."""
        return [part.gone_on for part in self.parts[1:]]

    @property
    def complete(self) -> bool:
        """Whether the run came to its own end, with a result for every test."""
        return self.finished is not None and not self.interrupted and not self.defect and not self.missing

    @property
    def missing(self) -> int:
        """How many of the collected tests have no result."""
        return max(0, (self.collected or 0) - len(self.tried))

    @property
    def tried(self) -> set[str]:
        """Tests with an attempt that came to its end, whatever that was."""
        return set(self.ended)

    @property
    def ended(self) -> dict[str, int]:
        """How many attempts at each test came to their end; trouble while tearing down is none of its own."""
        ended = {
            (test.test, test.attempt)
            for one in self.requirements
            for test in one.tests
            if not test.interrupted
        }
        return dict(Counter(test for test, _ in ended))

    @property
    def attempts(self) -> dict[str, int]:
        """How many attempts at each test have a result."""
        return dict(Counter(test.test for requirement in self.requirements for test in requirement.tests))

    def conclude(self) -> None:
        """Draw counts, verdict and exit code from what is here."""
        counts = Counter(requirement.verdict for requirement in self.requirements)
        self.totals = {str(word): counts[word] for word in Verdict}
        self.verdict = run_verdict(
            counts, complete=self.complete, interrupted=self.interrupted, defect=bool(self.defect)
        )
        self.exit_code = exit_code(self.verdict, left_on=bool(self.left_on))


def _ever(told: list[str]) -> str:
    """What was wrong in any part, with the number of each but the last one."""
    *earlier, last = told
    named = [f"part {number}: {text}" for number, text in enumerate(earlier, 1) if text]
    return "; ".join([*named, *([last] if last else [])])
