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


NAMED = 3
"""So many tests are named in one line; the others are counted."""

Name = tuple[str, str]
"""Class name and name of a test, as JUnit has them."""


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
        self._store = store
        self._told: dict[Name, list[Told]] = {}
        self._asked: set[Name] = set()
        self._unknown: list[str] = []
        self._any = False
        for path in sorted(store.path.glob("junit*.xml"), key=lambda one: (len(one.name), one.name)):
            try:
                tree = ET.fromstring(path.read_bytes())  # noqa: S314 - expat bounds what entities become
            except (OSError, ET.ParseError) as error:
                raise InputError(f"{path}: damaged: no results of a test runner ({error})") from error
            self._any = True
            self._take(tree)

    def _take(self, tree: ET.Element) -> None:
        """Keep the cases with a verdict.

        A test that was broken off has a case without one. So has one that failed and could not be torn down:
        its verdict stands in a second case, and its reason in the first.
        """
        before: dict[Name, str] = {}
        for case in tree.iter("testcase"):
            name = (case.get("classname", ""), case.get("name", ""))
            told = _told(case)
            text = f"{before.pop(name, '')} {told.text}".strip()
            if told.verdict:
                self._told.setdefault(name, []).append(Told(told.verdict, text))
            else:
                before[name] = text

    def differs(self, requirement: RequirementResult, counts: Counts) -> list[Difference]:
        """What the runner says otherwise about the tests of a requirement.

        Args:
            requirement: as the summary has it.
            counts: counted on.
        """
        tests: dict[str, dict[int, TestResult]] = {}
        for one in (one for one in requirement.tests if not one.interrupted):
            # Trouble while tearing down comes second; the runner keeps the word of the test itself.
            tests.setdefault(one.test, {}).setdefault(one.attempt, one)
        differences = []
        for test, attempts in tests.items():
            self._asked.add(_name(test))
            told = self._told.get(_name(test), [])
            where = f"{requirement.id} {test.rpartition('::')[2]}"
            results = [result for _, result in sorted(attempts.items())]
            if len(told) < len(results):
                results = self._those_told(where, results, told)
            elif len(told) > len(results):
                then, now = f"{len(results)} attempts", f"{len(told)} in the runner's results"
                differences.append(Difference(where, Kind.RUNNER, then, now))
            for result, other in zip(results, told, strict=False):
                differences += _compared(where, result, other, counts)
        return differences

    def untold(self) -> list[Difference]:
        """Tests of which the runner has a verdict, and which :meth:`differs` was never asked about."""
        return [
            Difference(name[1], Kind.RUNNER, "no result", f"{one.verdict} in the runner's results")
            for name, told in self._told.items()
            if name not in self._asked
            for one in told
        ]

    def doubts(self, *, complete: bool) -> list[str]:
        """What the summary has, and the runner not: a line for the first part, one for all results.

        Args:
            complete: whether the run is said to have come to its own end.
        """
        lines = []
        if complete and not self._store.junit.is_file():
            lines.append(
                f"run: it is said to be complete, and its first part has no {self._store.junit.name}"
            )
        if self._unknown:
            more = f" and {len(self._unknown) - NAMED} more" if len(self._unknown) > NAMED else ""
            lines.append(f"{', '.join(self._unknown[:NAMED])}{more}: the runner's results do not have them")
        return lines

    def _those_told(self, where: str, results: list[TestResult], told: list[Told]) -> list[TestResult]:
        """Results in the order of what the runner has told of them; of the others only a line remains."""
        left, chosen = list(results), []
        for other in told:
            same = [one for one in left if str(one.verdict) == other.verdict]
            chosen.append((same or left)[0])
            left.remove(chosen[-1])
        self._unknown += [where for one in left if self._should_tell(one)]
        return chosen

    def _should_tell(self, result: TestResult) -> bool:
        """Whether the part of the run that a result is from has left a JUnit file."""
        part = result.worker
        return self._store.junit_of(part).is_file() if part.startswith("main") else self._any


def _compared(where: str, result: TestResult, other: Told, counts: Counts) -> list[Difference]:
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
