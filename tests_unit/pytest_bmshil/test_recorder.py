"""What goes into summary.json, as the results come in."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary
from pytest_bmshil.recorder import Recorder

Rehearse = Callable[..., pytest.RunResult]

STARTED = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)


def opened(folder: Path) -> RunStore:
    store = RunStore.create(folder, "pylon_parallel", started=STARTED)
    rig, dut = RigRecord(name="fake"), DutRecord(profile="pylon_parallel")
    store.write(Summary(run=store.name, started=STARTED, rig=rig, dut=dut))
    return store


def recorded(store: RunStore) -> dict[str, tuple[str, str | None, str | None]]:
    """Verdict, conformity and safety of each test."""
    return {
        test.test.rpartition("::")[2]: (test.verdict, test.conformity, test.safety)
        for requirement in store.read().requirements
        for test in requirement.tests
    }


SOURCE = """
from bmshil.judge import Question

@ONE
def test_passes(trial):
    trial.holds(True)
    trial.holds(True, Question.SAFETY)

@ONE
def test_is_unsafe(trial):
    trial.holds(True)
    trial.unsafe()

@TWO
def test_is_inconclusive(trial):
    trial.holds(True)
    trial.sick.append("an instrument failed")

@TWO
def test_is_blocked_in_setup(stuck_trial):
    pass

@TWO
def test_judges_nothing(trial):
    pass

@TWO
def test_is_skipped(trial):
    pytest.skip("not declared: one battery")

def test_without_requirement():
    pass
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_every_verdict_reaches_the_summary(rehearse: Rehearse, place: Path, workers: tuple[str, ...]) -> None:
    store = opened(place / "runs")
    rehearse(SOURCE, f"--run-dir={store.path}", *workers, apart=bool(workers))
    assert recorded(store) == {
        "test_passes": ("pass", "pass", "pass"),
        "test_is_unsafe": ("fail", "pass", "fail"),
        "test_is_inconclusive": ("inconclusive", "inconclusive", None),
        "test_is_blocked_in_setup": ("blocked", None, None),
        "test_judges_nothing": ("error", "error", None),
        "test_is_skipped": ("skipped", None, None),
    }
    summary = store.read()
    found = {one.id: (one.verdict.value, one.subject, len(one.tests)) for one in summary.requirements}
    assert found == {"AGG-01": ("fail", "dut", 2), "LIM-04": ("error", "bank", 4)}
    tests = {one.test.rpartition("::")[2]: one for each in summary.requirements for one in each.tests}
    assert tests["test_is_skipped"].reason == "not declared: one battery"
    assert tests["test_is_blocked_in_setup"].reason == "reset needed: no keep-alive"
    assert tests["test_is_inconclusive"].problems == ["an instrument failed"]
    passed = tests["test_passes"]
    assert (passed.start, passed.end, passed.attempt) == (1.0, 2.0, 1)
    assert passed.wall > 0.0
    assert {one.worker for one in tests.values()} <= ({"gw0", "gw1"} if workers else {"main"})
    (conformity, safety) = passed.judgements
    assert (conformity.question, conformity.statement, conformity.limit) == (
        "conformity",
        "The lamp is on",
        True,
    )
    assert safety.measurement is not None
    assert (safety.measurement.channel, safety.measurement.value) == ("lamp", True)


def test_the_tests_of_requirements_are_counted_before_the_first_one_runs(
    rehearse: Rehearse, place: Path
) -> None:
    store = opened(place / "runs")
    rehearse(SOURCE, f"--run-dir={store.path}", "-x", "-k", "not passes")
    summary = store.read()
    assert (summary.collected, summary.missing) == (5, 4)


def test_trouble_in_teardown_stands_beside_the_verdict_of_the_same_attempt(
    rehearse: Rehearse, place: Path
) -> None:
    store = opened(place / "runs")
    rehearse(
        """
@ONE
def test_one(trial):
    trial.holds(True)
    trial.on_teardown = InstrumentError("load: timeout")
""",
        f"--run-dir={store.path}",
    )
    (requirement,) = store.read().requirements
    assert requirement.verdict == "blocked"
    assert [(one.verdict.value, one.attempt, one.reason) for one in requirement.tests] == [
        ("pass", 1, "The lamp is on: lamp is true"),
        ("blocked", 1, "load: timeout"),
    ]


def phase(when: str, verdict: str | None = None) -> Any:
    """One phase of one test as pytest reports it."""
    told = {"id": "AGG-01", "title": "The bank is charged", "subject": "dut"}
    report = SimpleNamespace(nodeid="tests/test_agg.py::test_one", when=when, bmshil_requirement=told)
    if verdict is not None:
        report.bmshil = {
            "requirement": told,
            "verdict": verdict,
            "conformity": verdict,
            "safety": None,
            "reason": f"attempt that ended {verdict}",
            "wall": 0.5,
            "worker": "main",
        }
    return report


def test_a_rerun_never_replaces_an_attempt(tmp_path: Path) -> None:
    store = opened(tmp_path)
    recorder = Recorder(store.path)
    for verdict in ("fail", "inconclusive", "pass"):
        for one in (phase("setup"), phase("call", verdict), phase("teardown")):
            recorder.pytest_runtest_logreport(one)
    (requirement,) = store.read().requirements
    assert [(one.attempt, one.verdict.value) for one in requirement.tests] == [
        (1, "fail"),
        (2, "inconclusive"),
        (3, "pass"),
    ]
    assert requirement.verdict == "fail"
    assert requirement.reason == "1 of 3 tests fail: attempt that ended fail"


def test_a_rerun_in_pytest_is_counted_and_starts_anew(rehearse: Rehearse, place: Path) -> None:
    store = opened(place / "runs")
    (place / "rerun.py").write_text(
        """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for _ in range(3):
        item._initrequest()
        for report in runtestprotocol(item, nextitem=nextitem, log=False):
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
""",
        encoding="utf-8",
    )
    rehearse(
        """
ENDS = iter(["fail", "pass", "skip"])

@ONE
def test_one(trial):
    end = next(ENDS)
    if end == "skip":
        pytest.skip("enough")
    trial.holds(end == "pass")
""",
        f"--run-dir={store.path}",
        "--junitxml=junit.xml",
        "-p",
        "rerun",
        apart=True,
    )
    (requirement,) = store.read().requirements
    assert [(one.attempt, one.verdict.value) for one in requirement.tests] == [
        (1, "fail"),
        (2, "pass"),
        (3, "skipped"),
    ]


def test_a_run_that_is_killed_keeps_what_it_had(rehearse: Rehearse, place: Path) -> None:
    store = opened(place / "runs")
    rehearse(
        """
@ONE
def test_first(trial):
    trial.holds(True)

@ONE
def test_second(trial):
    os.kill(os.getpid(), 9)
""",
        f"--run-dir={store.path}",
        apart=True,
    )
    summary = store.read()
    assert recorded(store) == {"test_first": ("pass", "pass", None)}
    assert (summary.finished, summary.verdict.value, summary.exit_code) == (None, "inconclusive", 3)
