"""allure results: failed for findings about the device, broken for what could not find, and the labels."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Rehearse = Callable[..., pytest.RunResult]

SOURCE = """
@ONE
@pytest.mark.parametrize("low", [1])
def test_passes(trial, low):
    trial.holds(True)

@ONE
def test_fails(trial):
    trial.holds(False)

@ONE
def test_is_inconclusive(trial):
    trial.holds(False)
    trial.sick.append("an instrument failed")

@TWO
def test_is_blocked_in_setup(stuck_trial):
    pass

@TWO
def test_is_an_error(trial):
    assert 1 == 2

@TWO
def test_is_skipped(trial):
    pytest.skip("not declared")

@pytest.fixture
def unmet():
    pytest.skip("not observable")

@TWO
def test_is_skipped_in_setup(unmet):
    pass

def test_without_requirement():
    pass
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_statuses_titles_and_labels(rehearse: Rehearse, place: Path, workers: tuple[str, ...]) -> None:
    # allure keeps its plugins for the whole process.
    rehearse(SOURCE, "--alluredir=allure", *workers, apart=True)
    results: dict[str, dict[str, Any]] = {}
    for path in (place / "allure").glob("*-result.json"):
        result = json.loads(path.read_bytes())
        results[result["fullName"].rpartition("#")[2]] = result
    assert {name: result["status"] for name, result in results.items()} == {
        "test_passes": "passed",
        "test_fails": "failed",
        "test_is_inconclusive": "broken",
        "test_is_blocked_in_setup": "broken",
        "test_is_an_error": "broken",
        "test_is_skipped": "skipped",
        "test_is_skipped_in_setup": "skipped",
        "test_without_requirement": "passed",
    }
    assert results["test_passes"]["name"] == "AGG-01 The bank is charged to the lowest CVL [1]"
    assert results["test_fails"]["name"] == "AGG-01 The bank is charged to the lowest CVL"
    assert results["test_is_blocked_in_setup"]["name"] == "LIM-04 A CCL of 0 A stops the charge"
    assert results["test_is_skipped_in_setup"]["name"] == "LIM-04 A CCL of 0 A stops the charge"
    assert results["test_without_requirement"]["name"] == "test_without_requirement"
    ours = ("feature", "story", "requirement", "subject", "scenario")
    labels = {
        name: sorted((one["name"], one["value"]) for one in result["labels"] if one["name"] in ours)
        for name, result in results.items()
    }
    assert labels["test_fails"] == [
        ("feature", "AGG"),
        ("requirement", "AGG-01"),
        ("scenario", "S65"),
        ("scenario", "S74"),
        ("story", "AGG-01"),
        ("subject", "dut"),
    ]
    assert labels["test_is_blocked_in_setup"] == [
        ("feature", "LIM"),
        ("requirement", "LIM-04"),
        ("story", "LIM-04"),
        ("subject", "bank"),
    ]
    assert labels["test_without_requirement"] == []
    assert "an instrument failed" in results["test_is_inconclusive"]["statusDetails"]["message"]
