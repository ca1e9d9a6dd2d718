"""The parts of ``summary.json``, as types. Their field names are the file format."""

from collections.abc import Sequence
from typing import Any, Self

import msgspec

from bmshil.judge import Conclusion, Health, Judgement, Question, Verdict


class RigRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The rig of a run.

    Attributes:
        name: the rig's own name.
        file: the rig file as the user named it.
        placement: "inside" for the software twin, "real" for hardware.
        bank: the packs in words, e.g. "3 packs: 2x generic-16s 100 Ah, 1x generic-16s 50 Ah".
        power: what feeds and loads the device, as in the rig file; ratings in W.
        instruments: which instruments were there, by role: driver, what it answered when asked who it is, and
            when its calibration ends.
        waivers: what somebody has allowed on this rig, a sentence each with who, when and why.
    """

    name: str
    file: str = ""
    placement: str = ""
    bank: str = ""
    power: dict[str, Any] = {}
    instruments: dict[str, str] = {}
    waivers: list[str] = []


class DutRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The device under test of a run.

    Attributes:
        profile: name of its profile.
        title: its name for people.
        firmware: as the rig file states it.
        serial: as the rig file states it.
        mutation: the deliberate deviation of a twin; None for a device as it is.
    """

    profile: str
    title: str = ""
    firmware: str = ""
    serial: str = ""
    mutation: str | None = None


class MeasurementRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured, and how.

    Attributes:
        channel: where, e.g. "dc.voltage".
        start: begin of the window, s of timeline time.
        end: end of the window, s of timeline time.
        reduction: how the window became one value, e.g. "mean".
        value: the value in ``unit``; None when the window held none.
        unit: e.g. "V"; empty for words.
        uncertainty: expanded uncertainty of ``value``, same unit.
        parameter: of the reduction, e.g. a threshold.
    """

    channel: str
    start: float
    end: float
    reduction: str
    value: float | str | bool | None
    unit: str
    uncertainty: float | None = 0.0
    parameter: float | None = None


class JudgementRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One judgement: its recipe and its outcome.

    Attributes:
        question: conformity or safety.
        statement: what has to hold, in words.
        rule: name of the comparison, e.g. "equals".
        verdict: the outcome.
        reason: why, in one sentence.
        citation: the document or the requirement that asks for it.
        limit: what the measured value is compared with, in the unit of the measurement.
        tolerance: allowed distance, same unit.
        unit: unit of limit and tolerance.
        wrong: answers of a wrong device that the measurement must be able to tell apart.
        measurement: what was measured; None when it did not come to that.
        key: under which a passport keeps a noted value; empty for all others.
        decision: the decision rule for values near a limit, in a line.
    """

    question: Question
    statement: str
    rule: str
    verdict: Verdict
    reason: str = ""
    citation: str = ""
    limit: float | str | bool | list[float | str | None] | None = None
    tolerance: float | None = None
    unit: str = ""
    wrong: list[float | str | bool | None] = []
    measurement: MeasurementRecord | None = None
    key: str = ""
    decision: str = ""

    @classmethod
    def of(cls, judgement: Judgement) -> Self:
        """Put down a judgement of the judge."""
        record = msgspec.convert(judgement, cls, from_attributes=True)
        return msgspec.structs.replace(record, unit=judgement.measurement.unit)


class TestResult(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at one test.

    Attributes:
        test: node id of the test.
        verdict: its conclusion.
        conformity: answer to "does it do what its profile declares?"; None when not asked.
        safety: answer to "does it stay above the safety floor?"; None when not asked.
        reason: why the verdict is not pass; may be empty.
        start: begin, s of timeline time.
        end: end, s of timeline time.
        wall: duration on the wall clock, s.
        worker: who ran it, "main" or "gw0", "gw1", ...; names the journal.
        attempt: 1 for the first; a rerun never replaces an attempt.
        judgements: in the order in which they were made.
        health: "problems" of the rig in words, and its figures.
        interrupted: whether it never came to its end, because somebody stopped the run or its process was
            killed. What it has judged counts; it is no answer to the whole test.
    """

    __test__ = False  # pytest would collect a class of this name

    test: str
    verdict: Verdict
    conformity: Verdict | None = None
    safety: Verdict | None = None
    reason: str = ""
    start: float = 0.0
    end: float = 0.0
    wall: float = 0.0
    worker: str = "main"
    attempt: int = 1
    judgements: list[JudgementRecord] = []
    health: dict[str, Any] = {}
    interrupted: bool = False

    @classmethod
    def of(
        cls,
        test: str,
        conclusion: Conclusion,
        judgements: Sequence[Judgement] = (),
        health: Health | None = None,
        *,
        start: float = 0.0,
        end: float = 0.0,
        wall: float = 0.0,
        worker: str = "main",
        attempt: int = 1,
    ) -> Self:
        """Put down what the judge has concluded about one attempt.

        Args:
            test: node id of the test.
            conclusion: the judge's.
            judgements: all judgements of this attempt.
            health: the rig's health over the attempt; None where the test never touched the rig.
            start: begin, s of timeline time.
            end: end, s of timeline time.
            wall: duration on the wall clock, s.
            worker: who ran it.
            attempt: 1 for the first.
        """
        return cls(
            test=test,
            verdict=conclusion.verdict,
            conformity=conclusion.conformity,
            safety=conclusion.safety,
            reason=conclusion.reason,
            start=start,
            end=end,
            wall=wall,
            worker=worker,
            attempt=attempt,
            judgements=[JudgementRecord.of(judgement) for judgement in judgements],
            health={} if health is None else msgspec.to_builtins(health),
        )

    @property
    def problems(self) -> list[str]:
        """What was wrong with the rig meanwhile, in words."""
        return [str(problem) for problem in self.health.get("problems") or []]
