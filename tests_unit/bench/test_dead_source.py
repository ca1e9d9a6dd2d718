"""What feeds the device fails in a test: that finds neither for nor against the device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import Trial, open_bench
from bmshil.judge import Requirement, Verdict

if TYPE_CHECKING:
    from bmshil.bench import Bench

LIMITS = Requirement("LIM-02", "A smaller CCL is followed", "dut")
DEAD = "nothing could be moved any more: what feeds or loads the device may have failed (1 x, first: power "


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
        if event.data["text"].endswith("is the source of the charge still there?")
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
