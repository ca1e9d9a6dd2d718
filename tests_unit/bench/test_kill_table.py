"""The kill matrix: what is asked of whom, and in which word each answer ends."""

import re

import msgspec
import pytest

from bmshil.bench.killmatrix import Cell, Done, Job, Outcome, Scope, plan, tabulate
from bmshil.errors import InputError
from bmshil.inverter import Violates
from bmshil.judge import Verdict
from bmshil.report.kill_page import SIGNS, kill_csv, kill_page

PASS, FAIL, BLOCKED = Verdict.PASS, Verdict.FAIL, Verdict.BLOCKED
LISTED = Violates(conformity=("LIM-04", "LIM-05"), safety=("LIM-04",))


def outcome(conformity: Verdict | None, safety: Verdict | None = None) -> Outcome:
    known = [one for one in (conformity, safety) if one]
    verdict = FAIL if FAIL in known else known[0] if known else Verdict.SKIPPED
    return Outcome(verdict=verdict, conformity=conformity, safety=safety, reason="why")


def bad(**outcomes: Outcome) -> Done:
    job = Job(profile="p", rig="twin", scope=Scope.DRAWN, mutation="m", violates=LISTED)
    return Done(job=job, outcomes={name.replace("_", "-"): one for name, one in outcomes.items()})


def good(seed: int, **outcomes: Outcome) -> Done:
    job = Job(profile="p", rig="twin", scope=Scope.DRAWN, seed=seed, unsafe=("LIM-05",))
    return Done(job=job, outcomes={name.replace("_", "-"): one for name, one in outcomes.items()})


def test_a_bad_inverter_is_caught_by_what_it_lists() -> None:
    table = tabulate([bad(LIM_04=outcome(FAIL, FAIL), LIM_05=outcome(FAIL), LIM_01=outcome(PASS))])
    (row,) = table.rows
    assert {name: one.cell for name, one in row.entries.items()} == {
        "LIM-01": Cell.PASS,
        "LIM-04": Cell.BY_BOTH,
        "LIM-05": Cell.BY_CONFORMITY,
    }
    assert (row.killed, table.wrong, table.inexact) == (True, [], [])


def test_what_it_must_fail_and_passes_is_missed() -> None:
    table = tabulate([bad(LIM_04=outcome(PASS, PASS), LIM_05=outcome(FAIL))])
    assert table.wrong == ["p + m: missed: LIM-04: why"]
    (told,) = table.inexact
    assert told.startswith("p + m: does not fail LIM-04 on conformity, though listed; ")
    assert told.endswith("; does not fail LIM-04 on safety, though listed")


def test_what_the_profile_fails_as_it_is_catches_no_mutation() -> None:
    job = Job(profile="p", rig="twin", scope=Scope.LISTED, mutation="m", violates=LISTED, unsafe=("LIM-04",))
    found = {"LIM-04": outcome(PASS, FAIL), "LIM-05": outcome(FAIL)}
    table = tabulate([Done(job=job, outcomes=found)])
    assert table.wrong == ["p + m: missed: LIM-04: why"]
    found["LIM-04"] = outcome(FAIL, FAIL)
    (row,) = tabulate([Done(job=job, outcomes=found)]).rows
    assert row.entries["LIM-04"].cell is Cell.BY_CONFORMITY


def test_what_is_listed_and_never_asked_is_told() -> None:
    table = tabulate([bad(LIM_04=outcome(None))])
    assert table.inexact == ["p + m: is never asked LIM-04, LIM-05, though listed"]
    broken = msgspec.structs.replace(bad(), trouble="the rig refused")
    assert tabulate([broken]).inexact == []


def test_one_that_nothing_catches_is_told_whatever_was_skipped_or_blocked() -> None:
    table = tabulate([bad(LIM_04=outcome(None), LIM_05=outcome(BLOCKED))])
    assert table.wrong == ["p + m: caught by nothing", "p + m: unsettled: LIM-05: why"]


def test_what_it_fails_beyond_its_list_is_told_apart() -> None:
    table = tabulate([bad(LIM_04=outcome(FAIL, FAIL), LIM_05=outcome(FAIL), LIM_01=outcome(FAIL))])
    assert table.wrong == []
    assert table.inexact == ["p + m: fails LIM-01 on conformity, not listed"]
    assert table.rows[0].entries["LIM-01"].cell is Cell.BEYOND


def test_a_good_inverter_fails_nothing_but_what_it_says_is_unsafe() -> None:
    table = tabulate(
        [
            good(1, LIM_04=outcome(PASS), LIM_05=outcome(PASS, FAIL), LIM_01=outcome(PASS)),
            good(2, LIM_04=outcome(FAIL), LIM_05=outcome(PASS, FAIL), LIM_01=outcome(BLOCKED)),
            good(3, LIM_04=outcome(PASS)),
        ]
    )
    (row,) = table.rows
    assert row.runs == 3
    assert row.entries["LIM-05"].cell is Cell.UNSAFE
    assert table.wrong == [
        "p: false alarm: LIM-04: 1 of 3 runs: why",
        "p: unsettled: LIM-01: 1 of 2 runs: why",
    ]
    assert row.entries["LIM-04"].command == "bmshil qualify twin --dut p --seed 2 -k LIM-04"


def test_a_run_that_came_to_no_end_is_no_success() -> None:
    one = Done(job=Job(profile="p", rig="twin", scope=Scope.DRAWN), trouble="the rig refused")
    assert tabulate([one]).wrong == ["p: the rig refused"]


def test_a_good_profile_is_asked_twenty_times_and_a_bad_one_with_each_of_its_profiles() -> None:
    jobs = plan(only=["pylon_fixed3", "starts_with_fewer", "averages_cvl", "creeps_with_repeats"])
    assert [job.scope for job in jobs if job.good] == [Scope.EVERY, *[Scope.DRAWN] * 19]
    assert sorted(job.seed or 0 for job in jobs if job.good) == list(range(1, 21))
    bad = [job for job in jobs if not job.good]
    assert [(job.device, job.scope) for job in bad if job.mutation != "creeps_with_repeats"] == [
        ("pylon_parallel + averages_cvl", Scope.DRAWN),
        ("pylon_fixed3 + starts_with_fewer", Scope.DRAWN),
        ("pylon_parallel_13 + averages_cvl", Scope.LISTED),
        ("pylon_fixed3 + averages_cvl", Scope.LISTED),
    ]
    # What takes long is asked where it must fail, and once of a good one.
    dear = {job.device for job in jobs if "LIM-08" not in job.without}
    assert dear == {"pylon_fixed3", *(job.device for job in bad if job.mutation == "creeps_with_repeats")}


def test_the_reduced_plan_asks_every_profile_twice_and_every_mutation_once() -> None:
    jobs = plan(reduced=True, only=["pylon_rs485", "averages_cvl"])
    assert [(job.device, job.rig, job.scope) for job in jobs] == [
        ("pylon_rs485", "twin-rs485", Scope.DRAWN),
        ("pylon_rs485", "twin-rs485", Scope.DRAWN),
        ("pylon_parallel + averages_cvl", "twin", Scope.LISTED),
    ]


def test_a_name_that_nobody_has_is_refused() -> None:
    with pytest.raises(InputError, match=r"called 'averages_cvll', did you mean 'averages_cvl'"):
        plan(only=["averages_cvll"])


def test_every_word_has_a_sign_and_stands_on_the_page() -> None:
    assert set(SIGNS) == {str(cell) for cell in Cell}
    row = {
        "device": "p",
        "profile": "p",
        "mutation": "",
        "good": True,
        "runs": 2,
        "inexact": [],
        "trouble": "",
    }
    matrix = {
        "finished": "2026-01-01 00:00 UTC",
        "reduced": True,
        "varied": ["two <seeds>"],
        "figures": {"bad": 1, "killed": 1, "good": 1, "good_runs": 2, "false_alarms": 1},
        "wrong": ["p: false alarm: LIM-04"],
        "inexact": [],
        "requirements": ["LIM-04", "LIM-05"],
        "rows": [{**row, "entries": {"LIM-04": {"cell": "false alarm", "reason": "3 A", "runs": 2}}}],
    }
    page = kill_page(matrix)
    assert "two &lt;seeds&gt;" in page
    assert re.search(r'title="LIM-04: false alarm: 3 A">ALARM', page)
    assert kill_csv(matrix) == "profile,mutation,good,runs,LIM-04,LIM-05\np,,yes,2,false alarm,\n"
