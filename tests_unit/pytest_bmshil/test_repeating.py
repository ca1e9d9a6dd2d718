"""Each test several times: all attempts are kept, and what differs is not repeatable."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary

Rehearse = Callable[..., pytest.RunResult]

STARTED = datetime(2026, 11, 21, 7, 42, tzinfo=UTC)

SOURCE = """
from bmshil.judge import Measurement

VOLTS = iter([55.0, 55.5, 56.0])
LAMPS = iter([True, False, True])

@pytest.fixture(scope="module")
def kept():
    print("module begins")
    yield
    print("module ends")

@ONE
def test_measures(trial, kept):
    volts = Measurement("dc.voltage", 0.0, 1.0, "mean", next(VOLTS), "V", 0.02)
    trial.judge.at_most(volts, 57.0, statement="Final voltage")

@TWO
def test_now_and_then_unsteady(trial, kept):
    trial.holds(True)
    if not next(LAMPS):
        raise Inconclusive("the rig sneezed")

@ONE
def test_now_and_then_wrong(trial):
    FAILS
"""


def attempts(place: Path, rehearse: Rehearse, source: str, *options: str) -> tuple[Summary, pytest.RunResult]:
    store = RunStore.create(place / "runs", "pylon_parallel", started=STARTED)
    rig, dut = RigRecord(name="fake"), DutRecord(profile="pylon_parallel")
    store.write(Summary(run=store.name, started=STARTED, rig=rig, dut=dut))
    result = rehearse(source, f"--run-dir={store.path}", "--attempts=3", "-s", *options)
    return store.read(), result


def test_all_attempts_are_kept_and_the_spread_of_each_value(rehearse: Rehearse, place: Path) -> None:
    source = SOURCE.replace("FAILS", "trial.holds(True)")
    summary, result = attempts(place, rehearse, source)
    one, two = summary.requirements
    assert [(test.attempt, test.verdict.value) for test in one.tests[:3]] == [
        (1, "pass"),
        (2, "pass"),
        (3, "pass"),
    ]
    (spread,) = one.spreads
    assert (spread.statement, spread.channel, spread.unit, spread.count) == (
        "Final voltage",
        "dc.voltage",
        "V",
        3,
    )
    assert (spread.low, spread.high, spread.deviation) == (55.0, 56.0, 0.5)
    assert [test.verdict.value for test in two.tests] == ["pass", "inconclusive", "pass"]
    assert two.verdict == "inconclusive"
    assert two.reason == "not repeatable: test_now_and_then_unsteady: 2 pass, 1 inconclusive"
    assert (summary.collected, summary.missing) == (3, 0)
    text = result.stdout.str()
    assert text.count("module begins") == text.count("module ends") == 1


def test_a_failed_attempt_stays_a_failure(rehearse: Rehearse, place: Path) -> None:
    source = SOURCE.replace("FAILS", "trial.holds(next(LAMPS))")
    summary, _ = attempts(place, rehearse, source, "-k", "wrong")
    (one,) = summary.requirements
    assert [test.verdict.value for test in one.tests] == ["pass", "fail", "pass"]
    assert one.verdict == "fail"
    assert one.reason == "1 of 3 tests fail: The lamp is on: lamp is false, not true"
