"""A plan over the collected tests: order, what is left out, and lanes of their own."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Rehearse = Callable[..., pytest.RunResult]

SOURCE = """
SOAK = requirement("SOK-01", "A day on the bus", lane="soak")

@ONE
def test_one(trial):
    trial.holds(True)

@TWO
def test_two(trial):
    trial.holds(True)

@TWO
def test_three(trial):
    trial.holds(True)

@SOAK
def test_day(trial):
    trial.holds(True)
"""


def test_a_plan_says_what_runs_in_which_order_and_why_the_rest_does_not(
    rehearse: Rehearse, place: Path
) -> None:
    plan = place / "plan.json"
    order = ["test_rehearsed.py::test_two", "test_rehearsed.py::test_one"]
    left_out = {"test_rehearsed.py::test_three": "budget: no time is left for it"}
    plan.write_text(json.dumps({"order": order, "left_out": left_out}))
    result = rehearse(SOURCE, f"--plan={plan}", "-v", "-rs")
    result.assert_outcomes(passed=2, skipped=1, deselected=1)
    lines = [line for line in result.stdout.lines if "::test_" in line and "%" in line]
    assert ["test_two PASSED" in lines[0], "test_one PASSED" in lines[1]] == [True, True]
    result.stdout.fnmatch_lines(["*SKIPPED*budget: no time is left for it*"])


@pytest.mark.parametrize(("options", "passed"), [((), 3), (("--lane=soak",), 4), (("--lane=smoke",), 3)])
def test_a_test_of_a_lane_of_its_own_runs_only_there(
    rehearse: Rehearse, options: tuple[str, ...], passed: int
) -> None:
    rehearse(SOURCE, *options).assert_outcomes(passed=passed, deselected=4 - passed)
