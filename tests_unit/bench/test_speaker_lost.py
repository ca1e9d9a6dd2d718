"""A device that stops once and charges on without a word of its bank is found."""

import pytest

from bmshil.bench import Loss, open_bench
from bmshil.bench.reactions import speaker_lost
from bmshil.judge import Measurement, Verdict


def test_a_charge_that_does_not_stay_away_is_unsafe(monkeypatch: pytest.MonkeyPatch) -> None:
    # It falls in time, and is there again a moment later.
    before = Measurement("dc.current", 0.0, 5.0, "mean", 16.1, "A")
    fell = Measurement("dc.current", 5.0, 65.0, "fall", 60.0, "s", 0.1)
    monkeypatch.setattr(speaker_lost, "lose", lambda *_, **__: Loss(5.0, before, fell))
    with open_bench("twin") as bench:
        bench.bank.limit(ccl=bench.levels.reference)
        bench.charge(limit=bench.levels.reference)
        bench.settle_generously()
        speaker_lost.judge_lost_speaker(bench, lambda: None, who="the master")
        unsafe = [one for one in bench.judge.judgements if one.verdict is Verdict.FAIL]
    assert [one.statement for one in unsafe] == [
        "The current stays away while nobody speaks, once the master is lost"
    ]
