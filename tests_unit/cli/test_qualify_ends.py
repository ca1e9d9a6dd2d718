"""However the tests of a qualification end, it never looks better than what was tested."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.cli import main
from bmshil.rig.sheet import Sheet, Step
from bmshil.twin.software_bench import SoftwareBench

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.timeline import Timeline

TESTS = """
import os
from bmshil.judge import Question
from pytest_bmshil import requirement

@requirement("CFG-01", "A lamp is on")
def test_lamp(bench):
    bench.judge.fact(bench.observe("lamp", LAMP), question=Question.SAFETY, statement="The lamp is on")

@requirement("CFG-02", "Another lamp is on")
def test_other(bench):
    bench.judge.fact(bench.observe("other", True), question=Question.SAFETY, statement="The other is on")
"""


NUMBERS = count()


class Lamps:
    """A qualification of the twin by two small tests.

    Attributes:
        folder: where tests and runs are.
    """

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def qualify(self, *options: str, hooks: str = "", lamp: bool = True) -> tuple[int, str, str]:
        """Run it, with hooks of the tests' own; returns exit code, output and errors."""
        tests = self.folder / "tests"
        tests.mkdir()
        # All of these runs share one process, which knows each module by its name.
        (tests / f"test_lamps_{next(NUMBERS)}.py").write_text(TESTS.replace("LAMP", str(lamp)))
        (tests / "conftest.py").write_text(hooks)
        code = main(["qualify", "--tests", str(tests), "--runs", str(self.folder / "runs"), *options])
        return code, *self._capsys.readouterr()

    @property
    def summary(self) -> dict[str, Any]:
        (path,) = (self.folder / "runs").glob("*/summary.json")
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found

    @property
    def page(self) -> str:
        (path,) = (self.folder / "runs").glob("*/report.html")
        return " ".join(path.read_text(encoding="utf-8").split())


@pytest.fixture
def lamps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lamps:
    return Lamps(tmp_path, capsys)


def test_all_tests_are_counted(lamps: Lamps) -> None:
    code, output, errors = lamps.qualify()
    assert (code, errors) == (0, "")
    assert "PASS: 2 pass\n" in output
    found = lamps.summary
    assert (found["collected"], found["selection"], found["defect"], found["left_on"]) == (2, "", "", "")
    assert (found["simulated"], found["lateness"]) == (True, None)
    assert "time was simulated: nothing could be late" in lamps.page


def test_the_instruments_are_evidence(lamps: Lamps) -> None:
    lamps.qualify()
    assert lamps.summary["rig"]["instruments"] == {
        "supply": "scpi-supply: BMSHIL,PSB-TWIN,0,1.0",
        "meter": "scpi-meter: BMSHIL,METER-TWIN,0,1.0",
        "load": "scpi-load: BMSHIL,LOAD-TWIN,TWIN,1.0",
        "relays": "scpi-relays: BMSHIL,RELAY-TWIN,0,1.0",
        "ohmmeter": "scpi-ohmmeter: BMSHIL,OHM-TWIN,0,1.0",
    }
    assert "meter <em>scpi-meter: BMSHIL,METER-TWIN,0,1.0</em>" in lamps.page


def test_how_punctual_wall_time_was_is_kept(lamps: Lamps, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = {"count": 70, "p50_ms": 0.1, "p99_ms": 0.4, "p99.9_ms": 2.0, "max_ms": 3.0}
    asked: list[tuple[bool, int]] = []

    def told(timeline: Timeline, skipped: int) -> dict[str, Any]:
        asked.append((timeline.simulated, skipped))
        return {**figures, "skipped": 1, "realtime": True}

    monkeypatch.setattr("bmshil.cli.punctuality.lateness_figures", told)
    assert lamps.qualify()[0] == 0
    assert asked == [(True, 0)], "the timeline of the bench, and what its bank has skipped"
    found = lamps.summary
    assert (found["simulated"], found["lateness"]) == (False, {**figures, "skipped": 1, "realtime": True})
    assert "lateness of 70 events: p50 0.100 ms, p99 0.400 ms, p99.9 2.000 ms, max 3.000 ms; " in lamps.page


CRASH = "def pytest_runtest_logfinish(nodeid):\n    raise RuntimeError('hook')\n"
REFUSAL = "import pytest\ndef pytest_sessionfinish():\n    raise pytest.exit('odd', returncode=4)\n"


@pytest.mark.parametrize(
    ("hooks", "told"),
    [
        (CRASH, "pytest broke off with an internal error"),
        (REFUSAL, "pytest refused what it was given"),
        (REFUSAL.replace("4", "77"), "pytest ended with exit code 77"),
    ],
)
def test_a_pytest_that_broke_is_no_pass(lamps: Lamps, hooks: str, told: str) -> None:
    code, output, errors = lamps.qualify(hooks=hooks)
    assert code == 4
    assert f"bmshil qualify: error of the harness: {told}: do not rely on this run\n" in errors
    assert "ERROR: " in output
    assert "the run did not come to its end" in output
    found = lamps.summary
    assert (found["exit_code"], found["verdict"], found["defect"]) == (4, "error", told)
    assert found["requirements"][0]["verdict"] == "pass"
    assert f"The harness failed: {told}." in lamps.page


def test_a_pytest_that_broke_hides_no_failure_of_the_device(lamps: Lamps) -> None:
    code, _, errors = lamps.qualify(hooks=CRASH, lamp=False)
    assert code == 1
    assert "pytest broke off with an internal error" in errors


def test_nothing_to_test_is_bad_input_and_leaves_no_run(lamps: Lamps) -> None:
    code, _, errors = lamps.qualify("-k", "nonsense")
    assert code == 2
    assert errors == (
        "bmshil qualify: -k 'nonsense': no test matches; names look like test_lamp or CFG-01: "
        "see `bmshil requirements`; no run is kept\n"
    )
    assert list((lamps.folder / "runs").iterdir()) == []


def test_a_selection_is_named(lamps: Lamps) -> None:
    code, output, _ = lamps.qualify("-k", "other")
    assert code == 0
    assert "only tests that match other\n" in output
    found = lamps.summary
    assert (found["collected"], found["selection"]) == (1, "other")
    assert "Only tests that match <code>other</code> were to run" in lamps.page


def test_a_test_without_a_result_makes_the_run_incomplete(lamps: Lamps) -> None:
    leave_out = "def pytest_runtest_protocol(item):\n    return True if 'other' in item.name else None\n"
    code, output, _ = lamps.qualify(hooks=leave_out)
    assert code == 3
    assert "INCONCLUSIVE: 1 pass; the run did not come to its end: 1 of 2 tests have no result\n" in output
    assert lamps.summary["verdict"] == "inconclusive"
    assert "1 of 2 tests have no result." in lamps.page


def test_options_of_the_environment_choose_no_tests(lamps: Lamps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k other")
    code, _, _ = lamps.qualify()
    assert code == 0
    assert lamps.summary["collected"] == 2
    assert os.environ["PYTEST_ADDOPTS"] == "-k other"


class Stubborn(SoftwareBench):
    """A twin whose supply hears nobody from the end of the tests on."""

    latest: SoftwareBench

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        Stubborn.latest = self


STUBBORN = """
def pytest_sessionfinish():
    from bmshil.bench.assembly import software
    software.SoftwareBench.latest.instruments["supply"].faults.hang_up = True
"""


@pytest.mark.parametrize(("lamp", "expected", "word"), [(True, 2, "pass"), (False, 1, "fail")])
def test_a_rig_that_is_not_confirmed_off_keeps_its_verdicts_and_is_told_last(
    lamps: Lamps, monkeypatch: pytest.MonkeyPatch, lamp: bool, expected: int, word: str
) -> None:
    monkeypatch.setattr("bmshil.bench.assembly.software.SoftwareBench", Stubborn)
    code, output, errors = lamps.qualify(hooks=STUBBORN, lamp=lamp)
    assert code == expected
    assert f"{word.upper()}: " in output
    assert "bmshil qualify: DANGER: rig twin: NOT CONFIRMED OFF: supply: off: failed" in errors
    found = lamps.summary
    assert (found["verdict"], found["exit_code"]) == (word, expected)
    assert found["finished"] is not None
    assert "NOT CONFIRMED OFF" in found["left_on"]
    assert "Not confirmed off at the end." in lamps.page


DEAF = """
from bmshil.bench.assembly import software

def load():
    return software.SoftwareBench.latest.instruments["load"]

def pytest_runtest_teardown(item):
    load().faults.hang_up = "lamp" in item.name

def pytest_runtest_logfinish(nodeid, location):
    load().faults.hang_up = False
"""


def test_a_rig_that_broke_blocks_what_follows_with_one_cause(
    lamps: Lamps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bmshil.bench.assembly.software.SoftwareBench", Stubborn)
    code, output, errors = lamps.qualify(hooks=DEAF)
    assert (code, errors) == (3, "")
    found = lamps.summary
    assert found["broken"].startswith("load (TCPIP::127.0.0.1::")
    assert "closed the connection; NOT CONFIRMED OFF: load: off: failed" in found["broken"]
    first, other = found["requirements"]
    assert (first["id"], first["tests"][0]["verdict"]) == ("CFG-01", "pass"), "found before it broke"
    assert (other["id"], other["verdict"]) == ("CFG-02", "blocked")
    assert other["reason"] == f"rig twin is broken: {found['broken']}"
    assert "the rig is broken: load (TCPIP::127.0.0.1::" in " ".join(output.split())
    assert "The rig broke; what came later is blocked." in lamps.page


def test_the_set_up_sheet_of_the_device_is_evidence(lamps: Lamps, monkeypatch: pytest.MonkeyPatch) -> None:
    done = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    steps = (Step("Largest charge current", "110 A"), Step("Battery type"))
    sheet = Sheet(rig="twin", profile="pylon_parallel", operator="Ana", when=done, steps=steps)
    monkeypatch.setattr("bmshil.rig.sheet.read_sheet", lambda _rig: sheet)
    assert lamps.qualify()[0] == 0
    found = lamps.summary["sheet"]
    assert (found["operator"], found["when"]) == ("Ana", "2026-11-20T09:30:00Z")
    assert found["steps"][0] == {"text": "Largest charge current", "value": "110 A"}
    assert (
        "Ana, 2026-11-20: Largest charge current (<em>110 A</em>); Battery type (<em>as written</em>)"
        in lamps.page
    )
