"""What the test runner itself has put down of each test, beside the summary: its JUnit files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from bmshil.errors import InputError
from bmshil.evidence.rejudge.difference import Counts, Difference, Kind
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from bmshil.evidence.records import TestResult
    from bmshil.evidence.run_store import RunStore
    from bmshil.evidence.summary import RequirementResult

TOLD = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.BLOCKED, Verdict.ERROR, Verdict.SKIPPED)
"""Verdicts of which the runner has the reason, too."""

SAYING = ("failure", "error", "skipped")
"""Elements of a test with a reason."""


class Told(NamedTuple):
    """What the runner says about one attempt at one test."""

    verdict: str
    text: str


class Runner:
    """The JUnit files of a run, those of its later parts after the first one; none where it was killed.

    Raises:
        InputError: one of them cannot be read.
    """

    def __init__(self, store: RunStore) -> None:
        self._told: dict[tuple[str, str], list[Told]] = {}
        for path in sorted(store.path.glob("junit*.xml"), key=lambda one: (len(one.name), one.name)):
            try:
                tree = ET.fromstring(path.read_bytes())  # noqa: S314 - expat bounds what entities become
            except (OSError, ET.ParseError) as error:
                raise InputError(f"{path}: damaged: no results of a test runner ({error})") from error
            for case in tree.iter("testcase"):
                name = (case.get("classname", ""), case.get("name", ""))
                self._told.setdefault(name, []).append(_told(case))

    def differs(self, requirement: RequirementResult, counts: Counts) -> list[Difference]:
        """What the runner says otherwise about the tests of a requirement.

        Args:
            requirement: as the summary has it.
            counts: counted on.
        """
        tests: dict[str, dict[int, TestResult]] = {}
        for one in requirement.tests:
            # Trouble while tearing down comes second; the runner keeps the word of the test itself.
            tests.setdefault(one.test, {}).setdefault(one.attempt, one)
        differences = []
        for test, attempts in tests.items():
            told = self._told.get(_name(test), [])
            if len(told) != len(attempts):
                continue
            where = f"{requirement.id} {test.rpartition('::')[2]}"
            for (_, result), other in zip(sorted(attempts.items()), told, strict=True):
                differences += _compared(where, result, other, counts)
        return differences


def _compared(where: str, result: TestResult, other: Told, counts: Counts) -> list[Difference]:
    if not other.verdict:
        return []
    if str(result.verdict) != other.verdict:
        return [Difference(where, Kind.RUNNER, str(result.verdict), other.verdict)]
    if result.verdict in TOLD and _plain(result.reason) not in other.text:
        return [Difference(where, Kind.RUNNER, result.reason, other.text, "the reason")]
    counts.confirmed += 1
    return []


def _told(case: ET.Element) -> Told:
    verdicts = (one.get("value", "") for one in case.iter("property") if one.get("name") == "verdict")
    texts = [f"{one.get('message', '')} {one.text or ''}" for tag in SAYING for one in case.iter(tag)]
    return Told(next(verdicts, ""), _plain(" ".join(texts)))


def _name(test: str) -> tuple[str, str]:
    """How JUnit names a test: by its file and classes with dots, and by its own name."""
    path, bracket, rest = test.partition("[")
    file, *inner = path.split("::")
    *classes, name = inner or [""]
    return ".".join([file.removesuffix(".py").replace("/", "."), *classes]), name + bracket + rest


def _plain(text: str) -> str:
    return " ".join(text.split())
