"""Single runs of the kill matrix, and a trouble of the rig in them: samples of what it does in full."""

from pathlib import Path

from bmshil.bench.killmatrix import BlameJob, Cell, Job, Scope, run_blame, run_job, tabulate
from bmshil.bench.killmatrix.rig_faults import TROUBLES
from bmshil.inverter import Violates

TESTS = str(Path(__file__).parents[2] / "tests_hil")


def test_a_bad_inverter_is_asked_until_it_is_caught_and_the_rest_is_left_out() -> None:
    violates = Violates(conformity=("LIM-04",), safety=("LIM-04",))
    job = Job(
        profile="pylon_parallel", rig="twin", scope=Scope.LISTED, mutation="ccl0_ignored", violates=violates
    )
    done = run_job(job, TESTS)
    assert (done.trouble, done.tests, list(done.outcomes)) == ("", 1, ["LIM-04"])
    (row,) = tabulate([done]).rows
    assert (row.entries["LIM-04"].cell, row.inexact) == (Cell.BY_BOTH, ())


def test_a_rig_that_cannot_be_opened_is_told() -> None:
    done = run_job(Job(profile="pylon_rs485", rig="twin", scope=Scope.DRAWN), TESTS)
    assert "serial" in done.trouble
    assert done.outcomes == {}


def test_a_trouble_of_the_rig_is_blamed_on_no_inverter() -> None:
    chosen = tuple(one for one in TROUBLES if one.name == "clock step")
    for mutation, alone in ((None, "pass"), ("ccl0_ignored", "fail")):
        found = run_blame(BlameJob(requirement="LIM-04", mutation=mutation, seed=3, troubles=chosen), TESTS)
        assert [one.verdict for one in found] == [alone, "inconclusive"]
        assert all(one.right for one in found)
