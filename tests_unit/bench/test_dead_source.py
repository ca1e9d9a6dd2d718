"""What feeds the device fails in a test: that finds neither for nor against the device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import Trial, open_bench
from bmshil.judge import Requirement, Verdict

if TYPE_CHECKING:
    from bmshil.bench import Bench

LIMITS = Requirement("LIM-02", "A smaller CCL is followed", "dut")
DEAD = "what feeds or loads the device failed or is too weak: the current does not come back ("


def charge_and_judge(bench: Bench) -> Trial:
    trial = Trial(bench, "test_one", LIMITS)
    trial.begin()
    bench.bank.limit(ccl=10.0)
    bench.charge(limit=30.0)
    bench.settle()
    return trial


def asked_again(bench: Bench) -> list[float]:
    return [
        event.t
        for event in bench.journal.events(0.0, bench.seconds, "stimulus")
        if event.data["text"].endswith("is what feeds and loads the device still there?")
    ]


@pytest.mark.parametrize("expected", [30.0, 0.0])
def test_a_grid_that_is_gone_is_neither_passed_nor_failed(lab: Any, expected: float) -> None:
    with open_bench("twin") as bench:
        trial = charge_and_judge(bench)
        lab.twin.contacts["relays"].open_lead("ac_grid", True)
        bench.run(2.0)
        bench.judge.equals(bench.current(), expected)
        conclusion = trial.conclude(None)
        assert trial.record()["judgements"][0]["verdict"] == ("fail" if expected else "pass")
        trial.end()
    assert conclusion.verdict is Verdict.INCONCLUSIVE
    assert conclusion.reason.startswith(DEAD)


def test_a_device_that_stops_by_itself_is_failed() -> None:
    with open_bench("twin") as bench:
        trial = charge_and_judge(bench)
        bench.bank.limit(ccl=0.0)
        bench.settle()
        bench.judge.equals(bench.current(), 30.0)
        before = asked_again(bench)
        assert trial.conclude(None).verdict is Verdict.FAIL
        assert (before, len(asked_again(bench))) == ([], 1)


def test_a_source_that_is_seen_to_live_is_not_asked_for() -> None:
    with open_bench("twin") as bench:
        trial = charge_and_judge(bench)
        bench.judge.equals(bench.current(), 30.0)
        assert trial.conclude(None).verdict is Verdict.PASS
        assert asked_again(bench) == []
        trial.end()
        idle = Trial(bench, "test_two", LIMITS)
        idle.begin()
        bench.judge.at_most(bench.voltage(), 60.0)
        assert idle.conclude(None).verdict is Verdict.PASS
        assert asked_again(bench) == [], "the one before has charged, not this one"


def test_a_source_that_has_become_weak_is_neither_passed_nor_failed(lab: Any) -> None:
    with open_bench("twin") as bench:
        trial = charge_and_judge(bench)
        lab.twin.world.offer(grid=500.0)
        bench.settle()
        bench.judge.equals(bench.current(), 30.0)
        conclusion = trial.conclude(None)
    assert conclusion.verdict is Verdict.INCONCLUSIVE
    assert conclusion.reason.startswith(DEAD)


def test_what_charges_with_too_much_has_a_source() -> None:
    with open_bench("twin") as bench:
        trial = charge_and_judge(bench)
        bench.judge.at_most(bench.current(), 10.0)
        assert trial.conclude(None).verdict is Verdict.FAIL
        assert asked_again(bench) == []


def test_without_its_grid_a_device_is_not_judged_as_one_that_has_it(lab: Any) -> None:
    with open_bench("twin") as bench:
        trial = Trial(bench, "test_one", LIMITS)
        trial.begin()
        bench.discharge(limit=30.0)
        lab.twin.contacts["relays"].open_lead("ac_grid", True)
        bench.settle()
        bench.judge.at_least(bench.current(), 0.0)
        conclusion = trial.conclude(None)
    assert conclusion.verdict is Verdict.INCONCLUSIVE
    assert conclusion.reason.startswith(DEAD)


@pytest.mark.parametrize(("deaf", "verdict"), [(False, Verdict.INCONCLUSIVE), (True, Verdict.FAIL)])
def test_a_grid_that_was_never_there_is_told_from_a_deaf_device_by_a_discharge(
    lab: Any, deaf: bool, verdict: Verdict
) -> None:
    with open_bench("twin", mutation="reads_0x356_tenfold" if deaf else None) as bench:
        trial = Trial(bench, "test_one", LIMITS)
        trial.begin()
        if not deaf:
            lab.twin.contacts["relays"].open_lead("ac_grid", True)
        bench.power.start_charge()
        bench.settle()
        bench.judge.at_least(bench.current(), 10.0)
        assert trial.conclude(None).verdict is verdict
