"""Single runs of the kill matrix, and a trouble of the rig in them: samples of what it does in full."""

from pathlib import Path

from bmshil.bench.killmatrix import BlameJob, Cell, Job, Scope, plan_blame, run_blame, run_job, tabulate
from bmshil.bench.killmatrix.blame_plan import Asked, Put
from bmshil.bench.killmatrix.troubles import TROUBLES, Moment
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


ZERO = Asked(kind="zero limit", requirement="LIM-04", mutation="ccl0_ignored")


def puts(*names: str, moment: Moment, long: bool) -> tuple[Put, ...]:
    return tuple(Put(trouble=one, moment=moment, long=long) for one in TROUBLES if one.name in names)


def test_a_trouble_of_the_rig_is_blamed_on_no_inverter() -> None:
    for bad, alone, chosen in (
        (False, "pass", puts("stuck supply", moment=Moment.BEFORE, long=True)),
        (True, "fail", puts("late transmission", moment=Moment.LAST, long=False)),
    ):
        found = run_blame(BlameJob(asked=ZERO, bad=bad, seed=3, puts=chosen), TESTS)
        assert found[0].verdict == alone
        assert all(one.verdict in {"inconclusive", "blocked"} and not one.stands for one in found[1:])
        assert len(found) == 2
        assert all(one.right for one in found)


def test_a_verdict_stands_where_a_trouble_could_not_have_mattered() -> None:
    # A supply that could carry 2 A at most disturbs nobody while none flows.
    chosen = puts("supply in limit", moment=Moment.TENTH, long=False)
    (_, one) = run_blame(BlameJob(asked=ZERO, bad=False, seed=2, puts=chosen), TESTS)
    assert (one.verdict, one.stands, one.right) == ("pass", True, True)


def test_every_trouble_meets_every_kind_of_requirement_with_a_good_and_a_bad_inverter() -> None:
    planned = [(job, put) for job in plan_blame() for put in job.puts]
    assert len({(put.trouble.name, job.asked.kind, job.bad) for job, put in planned}) == 11 * 8 * 2
    assert len({(put.trouble.name, put.moment, put.long) for _, put in planned}) == 11 * 5 * 2
    assert len({(put.trouble.name, job.seed) for job, put in planned}) == 11 * 5
