"""Several attempts at one test: do they say the same, and how far do their values lie apart."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bmshil.judge import Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bmshil.evidence.records import TestResult


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value over all attempts at a test.

    Attributes:
        test: node id of the test.
        statement: what was judged.
        channel: where it was measured.
        unit: of the figures.
        count: number of attempts that measured it, at least 2.
        low, high: smallest and largest value.
        deviation: standard deviation of the sample.
    """

    test: str
    statement: str
    channel: str
    unit: str
    count: int
    low: float
    high: float
    deviation: float


def spreads(tests: Sequence[TestResult]) -> list[Spread]:
    """The spread of each number that was measured in at least two attempts at one test, in their order."""
    values: dict[tuple[str, str, str, str, int], list[float]] = {}
    for test in tests:
        for key, value in _numbers(test):
            values.setdefault((test.test, *key), []).append(value)
    return [
        Spread(
            test=test,
            statement=statement,
            channel=channel,
            unit=unit,
            count=len(found),
            low=min(found),
            high=max(found),
            deviation=statistics.stdev(found),
        )
        for (test, statement, channel, unit, _), found in values.items()
        if len(found) > 1
    ]


def differing(tests: Sequence[TestResult]) -> str:
    """Which tests have attempts with different verdicts, in words; empty when none has."""
    # Trouble while tearing down stands beside the verdict of the same attempt.
    attempts: dict[tuple[str, int], list[Verdict]] = {}
    for test in tests:
        attempts.setdefault((test.test, test.attempt), []).append(test.verdict)
    verdicts: dict[str, Counter[str]] = {}
    for (name, _), found in attempts.items():
        verdicts.setdefault(name, Counter())[str(worst(found))] += 1
    return "; ".join(
        f"{name.rpartition('::')[2]}: " + ", ".join(f"{number} {word}" for word, number in counts.items())
        for name, counts in verdicts.items()
        if len(counts) > 1
    )


def _numbers(test: TestResult) -> Iterator[tuple[tuple[str, str, str, int], float]]:
    """Each number that was judged, under a name that is the same in another attempt."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for judgement in test.judgements:
        measured = judgement.measurement
        if (
            measured is None
            or isinstance(measured.value, bool)
            or not isinstance(measured.value, int | float)
        ):
            continue
        name = (judgement.statement, measured.channel, measured.unit)
        seen[name] += 1
        yield (*name, seen[name]), float(measured.value)
