"""A small run that was never on a bench, written by a journal and a judge, and closed as any other."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from bmshil.errors import Inconclusive
from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary, TestResult
from bmshil.evidence.bundle import seal, seal_page
from bmshil.evidence.facts import RunFacts
from bmshil.inverter import profile
from bmshil.journal import Direction, Frame, Journal
from bmshil.judge import (
    Conclusion,
    Judge,
    Measurement,
    Question,
    Verdict,
    conclude,
    ended_by,
    expanded,
    measure,
    rig_health,
)
from bmshil.judge.rules import VERSION
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STARTED = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)
FINISHED = datetime(2026, 11, 20, 18, 43, tzinfo=UTC)


TOLERANCES = {"V": 0.02, "A": 0.2, "s": 0.1}


class SmallRun:
    """Four tests: one passes, one fails on safety, one is spoilt by the rig, one is skipped.

    Attributes:
        store: its folder.
        summary: its verdicts.
    """

    def __init__(self, folder: Path) -> None:
        self.store = RunStore.create(folder, "pylon_parallel", started=STARTED)
        (self.store.path / "inputs").mkdir()
        (self.store.path / "inputs" / "rig.yaml").write_text("tolerances: {voltage: 0.02, current: 0.2}\n")
        shutil.copy(profile("pylon_parallel").path, self.store.path / "inputs" / "profile.yaml")
        self.summary = Summary(
            run=self.store.name,
            started=STARTED,
            rig=RigRecord(name="bench-1"),
            dut=DutRecord(profile="pylon_parallel", firmware="V9.1", serial="SN77"),
            rules=VERSION,
            collected=4,
            facts=RunFacts(
                inputs={"profile": "inputs/profile.yaml", "rig": "inputs/rig.yaml"}, tolerances=TOLERANCES
            ),
        )
        self.timeline = SimulatedTimeline()
        self.journal = Journal(self.timeline, self.store.journal())
        self.judge = Judge(self.journal, {"V": 0.2})
        self._port = self.journal.port("witness")
        self._volts = self.journal.channel("dc.voltage", "V")
        self._amps = self.journal.channel("dc.current", "A")
        names = ("voltage", "current", "late", "gone")
        self.journal.event("to_be_run", "pytest", tests=[f"t.py::test_{name}" for name in names])
        self._test("AGG-01", "test_voltage", self._voltage)
        self._test("LIM-01", "test_current", self._current)
        self._test("HBT-01", "test_late", self._late)
        skipped = Conclusion(Verdict.SKIPPED, None, None, "not declared")
        self.summary.add("STA-01", "A rule", "dut", TestResult.of("t.py::test_gone", skipped))
        self.journal.close()
        self.store.write(self.summary)

    def close(self) -> RunStore:
        """End the run and seal it."""
        self.summary.close(FINISHED)
        self.store.write(self.summary)
        seal(self.store)
        self.store.report.write_text("<p>a page</p>", encoding="utf-8")
        seal_page(self.store.path)
        return self.store

    def _test(self, requirement: str, name: str, body: Callable[[], None]) -> None:
        journal = self.journal
        self.judge.begin(requirement)
        journal.event("test", name, phase="begin", requirement=requirement)
        start = self.timeline.seconds
        error: Exception | None = None
        try:
            body()
        except Inconclusive as caught:
            error = caught
        end = self.timeline.seconds
        health = rig_health(journal, start, end)
        self.judge.fact(Measurement("bus", start, end, "observed", "healthy"), "healthy")
        journal.event(
            "conclusion", name, start=start, end=end, disturbed=False, alone=False, ended_by=ended_by(error)
        )
        judgements = self.judge.judgements
        result = TestResult.of(
            f"t.py::{name}", conclude(judgements, health, error), judgements, health, start=start, end=end
        )
        # As the recorder does: through JSON.
        result = msgspec.json.decode(msgspec.json.encode(result), type=TestResult)
        self.summary.add(requirement, "A rule", "dut", result)
        self.timeline.run(1.0)

    def _play(
        self, seconds: int, *, volts: float, amps: float, falls: float = 1.0, alive: bool = True
    ) -> float:
        start = self.timeline.seconds
        for step in range(10 * seconds):
            self.journal.sample(self._volts, round(volts + 0.001 * (step % 3), 3))
            self.journal.sample(self._amps, amps * falls**step)
            if alive and step % 10 == 0:
                frame = Frame(0x305, bytes(8))
                self.journal.frame(self._port, self.timeline.now, Direction.RECEIVED, frame)
            self.timeline.run(0.1)
        self._end = self.timeline.seconds - 0.05  # before the next sample
        return start

    def _measured(
        self, channel: str, start: float, reduction: str, parameter: float | None = None
    ) -> Measurement:
        instrument = TOLERANCES[self.journal.unit(channel)]
        known = expanded(self.journal, channel, start, self._end, reduction, instrument=instrument)
        return measure(
            self.journal, channel, start, self._end, reduction, uncertainty=known, parameter=parameter
        )

    def _voltage(self) -> None:
        start = self._play(5, volts=55.2, amps=20.0)
        self.judge.equals(self._measured("dc.voltage", start, "mean"), 55.2, wrong=[55.73, 56.0])
        begin = self.timeline.seconds
        self._play(1, volts=55.2, amps=20.0)
        self._play(3, volts=55.2, amps=20.0, alive=False)
        silence = Measurement("keep-alive", begin, self.timeline.seconds, "longest silence", 4.0, "s", 0.01)
        self.judge.at_most(silence, 5.0)
        self.journal.exchange("readback", "input registers 100+1", "600")
        now = self.timeline.seconds
        self.judge.characterise(
            Measurement("readback.soc", now, now, "read", 0.6, "", 0.0005),
            statement="The SOC that the device shows",
        )
        begin = self._play(7, volts=55.2, amps=20.0, falls=0.99)
        charged = {"start": begin + 0.5, "end": self._end, "idle_current": 2.0, "resistance": 0.01}
        self.journal.event("charged", "bench", **charged, in_cv=True)
        now = self.timeline.seconds
        self.judge.fact(Measurement("constant voltage", begin, now, "observed", True))
        self.judge.fact(Measurement("lamp", now, now, "observed", True))

    def _current(self) -> None:
        start = self._play(5, volts=55.2, amps=30.0)
        question = Question.SAFETY
        self.judge.at_most(self._measured("dc.current", start, "peak"), 25.0, question=question)

    def _late(self) -> None:
        start = self._play(2, volts=55.2, amps=20.0)
        self.journal.event("late_slot", "pack1", cause="0.7 s late")
        self.judge.at_most(self._measured("dc.voltage", start, "max"), 56.0)
        raise Inconclusive("then the meter was lost")


@pytest.fixture
def small_run(tmp_path: Path) -> SmallRun:
    """The run, still open."""
    return SmallRun(tmp_path / "runs")


@pytest.fixture
def sealed(small_run: SmallRun) -> RunStore:
    """The run, closed and sealed."""
    return small_run.close()
