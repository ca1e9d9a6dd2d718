"""The passport: what is in it, and its JSON schema."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the type at run time
from typing import Any

import msgspec

from bmshil.evidence.passport.characteristics import Better
from bmshil.evidence.records import DutRecord  # noqa: TC001 - msgspec reads the type at run time
from bmshil.judge import Verdict  # noqa: TC001 - msgspec reads the type at run time

FORMAT = 1
"""Version of the file format; a reader refuses any other."""


class PassportRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run that the passport draws on.

    Attributes:
        run: name of its folder.
        started: on the wall clock.
        complete: whether it came to its own end.
        selection: expression that chose its tests; empty when all of them were to run.
        rig: name of its rig.
        placement: "inside" or "process" for the software twin, "real" for hardware.
        chain: head of the chain over its evidence; empty where it was not sealed.
        bmshil: version of the harness.
        conditions: what its verdicts depend on beside the device, by
            :func:`bmshil.evidence.passport.conditions.conditions_of`.
        changed: what is not as it was sealed; such a run was taken in by force.
    """

    run: str
    started: datetime
    complete: bool
    selection: str = ""
    rig: str = ""
    placement: str = ""
    chain: str = ""
    bmshil: str = ""
    conditions: dict[str, dict[str, str]] = {}
    changed: str = ""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value that nobody has specified.

    Attributes:
        key: under which it is found again, see :mod:`bmshil.evidence.passport.characteristics`.
        title: for people.
        group: heading.
        better: which side is the better one.
        value: the newest one; None where it could not be measured.
        unit: of value, uncertainty, lowest and highest; empty for words and ratios.
        uncertainty: expanded uncertainty (k = 2) of ``value``.
        requirement: that measured it.
        test: node id of the test.
        run: name of the run.
        chain: head of the chain over the evidence of that run.
        statement: what was measured, in a sentence.
        count: how often it was measured in all runs of this passport.
        lowest: of all of them; None for words.
        highest: of all of them; None for words.
    """

    key: str
    title: str
    group: str
    better: Better = Better.NEITHER
    value: float | str | bool | None
    unit: str = ""
    uncertainty: float = 0.0
    requirement: str
    test: str
    run: str
    chain: str = ""
    statement: str = ""
    count: int = 1
    lowest: float | None = None
    highest: float | None = None


class RequirementEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement as the runs of this passport answered it.

    Attributes:
        id: e.g. "AGG-01".
        title: in words.
        verdict: by the rule of :func:`bmshil.evidence.passport.collect.standing`.
        conformity: answer to this question; None when not asked.
        safety: answer to this question; None when not asked.
        reason: why.
        run: the run that the verdict is from.
        chain: head of the chain over its evidence.
        runs: how many runs tried it.
    """

    id: str
    title: str
    verdict: Verdict
    conformity: Verdict | None = None
    safety: Verdict | None = None
    reason: str = ""
    run: str
    chain: str = ""
    runs: int = 1


class Passport(msgspec.Struct, frozen=True, kw_only=True, tag_field="document", tag="bmshil passport"):
    """The measured behaviour of one device: model, firmware and serial number.

    Attributes:
        format: version of this format.
        dut: the device.
        runs: what it draws on, oldest first.
        values: what was measured, in the order of the characteristics.
        requirements: what was asked, by id.
        missing: keys of the known characteristics that no run has measured.
    """

    format: int = FORMAT
    dut: DutRecord
    runs: list[PassportRun]
    values: list[Value]
    requirements: list[RequirementEntry]
    missing: list[str] = []

    @property
    def name(self) -> str:
        """The device and its firmware in a few words."""
        device = f"{self.dut.title or self.dut.profile}, firmware {self.dut.firmware or 'not stated'}"
        return f"{device}, mutated: {self.dut.mutation}" if self.dut.mutation else device


def schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of a passport file."""
    made = msgspec.json.schema(Passport)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "bmshil passport", **made}
