"""The JUnit file: a failure is a finding about the device, an error is a test that could not find."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

Rehearse = Callable[..., pytest.RunResult]

EVERY_VERDICT = """
@ONE
def test_passes(trial):
    trial.holds(True)

@ONE
def test_fails(trial):
    trial.holds(False)

@ONE
def test_is_inconclusive(trial):
    raise Inconclusive("too near")

@ONE
def test_is_blocked(trial):
    raise Blocked("not binding")

@ONE
def test_is_blocked_in_setup(stuck_trial):
    pass

@ONE
def test_is_an_error(trial):
    assert 1 == 2

@ONE
def test_judges_nothing(trial):
    pass

@ONE
def test_is_skipped(trial):
    pytest.skip("not declared")
"""

EXPECTED = {
    "test_passes": ([], "pass"),
    "test_fails": (["failure"], "fail"),
    "test_is_inconclusive": (["error"], "inconclusive"),
    "test_is_blocked": (["error"], "blocked"),
    "test_is_blocked_in_setup": (["error"], "blocked"),
    "test_is_an_error": (["error"], "error"),
    "test_judges_nothing": (["error"], "error"),
    "test_is_skipped": (["skipped"], "skipped"),
}


def cases(path: Path) -> dict[str, tuple[list[str], str]]:
    """Elements and verdict of each test case."""
    found = {}
    for case in ET.parse(path).iter("testcase"):  # noqa: S314 - written by the line above
        elements = [one.tag for one in case if one.tag in ("failure", "error", "skipped")]
        (verdict,) = [one.get("value") for one in case.iter("property") if one.get("name") == "verdict"]
        found[str(case.get("name"))] = (elements, str(verdict))
    return found


def totals(path: Path) -> tuple[int, ...]:
    """tests, failures, errors, skipped as the suite has them."""
    suite = next(ET.parse(path).iter("testsuite"))  # noqa: S314 - written by the line above
    return tuple(int(str(suite.get(name))) for name in ("tests", "failures", "errors", "skipped"))


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["alone", "xdist"])
def test_only_findings_about_the_device_are_failures(
    rehearse: Rehearse, place: Path, workers: tuple[str, ...]
) -> None:
    rehearse(EVERY_VERDICT, "--junitxml=junit.xml", *workers, apart=bool(workers))
    assert cases(place / "junit.xml") == EXPECTED
    assert totals(place / "junit.xml") == (8, 1, 5, 1)


def test_an_error_says_which_word_it_was(rehearse: Rehearse, place: Path) -> None:
    rehearse("@ONE\ndef test_one(trial):\n    raise Blocked('not binding')\n", "--junitxml=junit.xml")
    (error,) = ET.parse(place / "junit.xml").iter("error")  # noqa: S314 - written by the line above
    assert error.get("type") == "blocked"
    assert "not binding" in str(error.get("message"))


def test_trouble_in_teardown_does_not_turn_a_finding_into_an_error(rehearse: Rehearse, place: Path) -> None:
    rehearse(
        """
@ONE
def test_one(trial):
    trial.holds(False)
    trial.on_teardown = InstrumentError("load: timeout")
""",
        "--junitxml=junit.xml",
    )
    document = ET.parse(place / "junit.xml")  # noqa: S314 - written by the line above
    assert len(list(document.iter("failure"))) == 1
    assert len(list(document.iter("error"))) == 1
    assert totals(place / "junit.xml")[1:] == (1, 1, 0)


def test_other_tests_stay_as_pytest_has_them(rehearse: Rehearse, place: Path) -> None:
    rehearse("def test_one():\n    assert 1 == 2\n", "--junitxml=junit.xml")
    assert totals(place / "junit.xml") == (1, 1, 0, 0)
