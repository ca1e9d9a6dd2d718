"""What a qualification runs, in which order, and what it leaves out."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import msgspec
import pytest

from bmshil.cli import main
from bmshil.cli.qualifying.plan import LANES, Task, make_plan, span
from bmshil.cli.qualifying.planning import hands
from bmshil.errors import InputError
from bmshil.rig import load

ZERO = Task("zero", "LIM-04", "Stops", 0, 120.0, safety=True, catches=6)
AGAIN = Task("again", "LIM-04", "Stops", 1, 120.0, safety=True, catches=6)
LONG = Task("long", "AGG-01", "Lowest", 0, 600.0, safety=True, catches=10)
SILENT = Task("silent", "HBT-01", "Silence", 0, 200.0, safety=True, catches=20, latches=True)
MENU = Task("menu", "CFG-01", "Menu", 0, 30.0, catches=30)
HANDS = Task("hands", "LIM-05", "Hands", 0, 60.0, safety=True, hands=("switch ac_load by hand",))
MISSING = Task("missing", "GAT-01", "Gate", 0, 60.0, skipped="not observable: no gate")
EVERY = [AGAIN, MENU, SILENT, ZERO, LONG, HANDS, MISSING]


def names(tasks: tuple[Task, ...]) -> list[str]:
    return [task.test for task in tasks]


def test_without_a_budget_the_listed_order_stays() -> None:
    plan = make_plan(EVERY)
    assert names(plan.tasks) == ["again", "menu", "silent", "zero", "long", "hands"]
    assert plan.left_out == {"missing": "not observable: no gate"}
    assert plan.seconds == 1130.0


def test_a_budget_is_filled_by_value_and_latching_tests_come_last() -> None:
    # Safety first, by catches per minute: silent 6, zero 3, long 1, hands 0. Then menu, then repetitions.
    plan = make_plan(EVERY, budget=1010.0)
    assert names(plan.tasks) == ["zero", "long", "hands", "menu", "silent"]
    assert plan.left_out == {
        "missing": "not observable: no gate",
        "again": "budget: no time is left for it",
    }


def test_what_does_not_fit_makes_room_for_what_does() -> None:
    plan = make_plan(EVERY, budget=400.0)
    assert names(plan.tasks) == ["zero", "hands", "silent"]
    assert plan.left_out["long"] == plan.left_out["menu"] == "budget: no time is left for it"


def test_unattended_nobody_is_asked() -> None:
    plan = make_plan(EVERY, unattended=True)
    assert names(plan.tasks) == ["again", "menu", "zero", "long", "silent"]
    assert plan.left_out["hands"] == "unattended: switch ac_load by hand"


@pytest.mark.parametrize(
    ("text", "seconds"), [("8h", 28800.0), ("30min", 1800.0), ("1.5m", 90.0), ("90s", 90.0)]
)
def test_times_are_read(text: str, seconds: float) -> None:
    assert span(text) == seconds


@pytest.mark.parametrize("text", ["", "8x", "-1h", "h", "0", "1e999h", "nan", "8 days"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="write a time such as 8h, 30min or 90s"):
        span(text)


def test_a_budget_needs_a_unit() -> None:
    with pytest.raises(InputError, match="--budget 50: of what"):
        span("50")


def test_the_lanes_hold_what_they_promise() -> None:
    assert {name: lane.budget for name, lane in LANES.items()} == {
        "smoke": 1800.0,
        "release": 28800.0,
        "full": None,
        "soak": None,
    }
    assert [name for name, lane in LANES.items() if lane.own] == ["soak"]


def test_an_operator_is_needed_for_what_nothing_switches() -> None:
    rig = load("twin")
    by_hand = msgspec.structs.replace(rig.power["ac_load"], by="manual")
    rig = dataclasses.replace(rig, power={**rig.power, "ac_load": by_hand})
    assert hands(rig, ["dc", "discharge"], latches=False) == ("switch ac_load by hand",)
    assert hands(rig, ["dc", "charge"], latches=True) == ()


TESTS = """
from pytest_bmshil import requirement

@requirement("AGG-01", "The lowest CVL", needs=["dc", "charge"], duration="300")
def test_lowest(bench):
    raise AssertionError

@requirement("HBT-01", "Silence", duration="timeouts.all + 30")
def test_silence(bench):
    raise AssertionError

@requirement("SER-01", "The line", needs=["rs485"])
def test_line(bench):
    raise AssertionError
"""


def planned(tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    tests = tmp_path / "tests"
    tests.mkdir()
    # Both runs share one process, which knows each module by its name.
    (tests / f"test_planned_rig_{len(options)}.py").write_text(TESTS)
    assert main(["plan", "twin", "--tests", str(tests), *options]) == 0
    return capsys.readouterr().out


def test_plan_prints_order_times_and_what_is_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = json.loads(planned(tmp_path, capsys, "--json", "--budget", "6min"))
    assert [(task["requirement"], task["seconds"]) for task in said["tasks"]] == [("HBT-01", 110.0)]
    reasons = {test.rpartition("::")[2]: reason for test, reason in said["left_out"].items()}
    assert reasons == {
        "test_lowest": "budget: no time is left for it",
        "test_line": "not observable: the device does not ask over RS485",
    }


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--budget", "90s"], "no test fits in 90s: write --budget 110s or more"),
        (["--lane", "smoke", "--budget", "5min", "-k", "lowest"],
         "no test fits in 5min: write --budget 6min or more"),
        (["-k", "zzz"], "-k 'zzz': no test matches; names look like test_lowest or AGG-01: see"),
        (["-k", "a b"], "-k 'a b': write names with and, or, not between them"),
        (["--lane", "soak", "-k", "AGG-01"], "no test that matches -k 'AGG-01' in lane soak"),
    ],
)  # fmt: skip
def test_a_plan_without_tests_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    # All cases share one process, which knows each module by its name.
    (tests / f"{tmp_path.name}.py").write_text(TESTS)
    assert main(["plan", "twin", "--tests", str(tests), *options]) == 2
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)
    assert errors.startswith(f"bmshil plan: {told}")


def test_a_plan_that_needs_nobody_but_has_only_tests_that_do_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twin = (Path(__file__).parents[2] / "rigs" / "twin.yaml").read_text(encoding="utf-8")
    rig = tmp_path / "hands.yaml"
    rig.write_text(twin.replace("rating: 6000, by: relays", "rating: 6000, by: manual"), encoding="utf-8")
    (tmp_path / "test_planned_by_hand.py").write_text(TESTS)
    assert main(["plan", str(rig), "--tests", str(tmp_path), "--unattended", "-k", "lowest"]) == 2
    assert capsys.readouterr().err == (
        "bmshil plan: --unattended: every test that this rig can run needs an operator: leave it out\n"
    )


def test_plan_is_told_to_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = planned(tmp_path, capsys)
    assert "0:05  HBT-01" in said
    assert "operator steps: 0, of them manual resets: 0\n" in said
    assert "not run, 1 tests: not observable: the device does not ask over RS485\n" in said


LAMPS = """
from pytest_bmshil import requirement

@requirement("CFG-01", "A lamp is on", duration="3600")
def test_slow(bench):
    raise AssertionError

@requirement("CFG-02", "Another lamp is on")
def test_lamp(bench):
    bench.judge.fact(bench.observe("lamp", True), statement="The lamp is on")
"""


def test_a_qualification_runs_its_plan_and_says_what_was_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_planned_lamps.py").write_text(LAMPS)
    arguments = ["--tests", str(tests), "--runs", str(tmp_path / "runs"), "--budget", "10min", "--unattended"]
    assert main(["qualify", "twin", *arguments]) == 0
    said = capsys.readouterr().out
    assert "planned: a budget of 10min, unattended; what was left out is skipped\n" in said
    assert "PASS: 1 pass, 1 skipped\n" in said
    (run,) = (tmp_path / "runs").iterdir()
    summary = json.loads((run / "summary.json").read_bytes())
    assert [(one["id"], one["verdict"], one["reason"]) for one in summary["requirements"]] == [
        ("CFG-02", "pass", "The lamp is on: lamp is true"),
        ("CFG-01", "skipped", "budget: no time is left for it"),
    ]
    page = " ".join((run / "report.html").read_text(encoding="utf-8").split())
    assert "The tests were chosen: a budget of 10min, unattended." in page
