from datetime import UTC, datetime

import msgspec

from bmshil.evidence import DutRecord, JudgementRecord, RigRecord, Summary, TestResult
from bmshil.evidence.facts import PartRecord
from bmshil.judge import Conclusion, Health, Judgement, Measurement, Question, Verdict

STARTED = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)
FINISHED = datetime(2026, 11, 20, 18, 43, tzinfo=UTC)


def summary() -> Summary:
    return Summary(
        run="20261120-184200-pylon_parallel",
        started=STARTED,
        rig=RigRecord(name="twin"),
        dut=DutRecord(profile="pylon_parallel"),
    )


def result(
    verdict: str,
    *,
    conformity: str | None = None,
    safety: str | None = None,
    reason: str = "",
    name: str = "test_x",
) -> TestResult:
    return TestResult.of(
        name,
        Conclusion(
            Verdict(verdict),
            None if conformity is None else Verdict(conformity),
            None if safety is None else Verdict(safety),
            reason,
        ),
    )


def add(target: Summary, requirement: str, *results: TestResult) -> None:
    for one in results:
        target.add(requirement, "A title", "dut", one)


def test_the_worst_test_decides_each_question_of_a_requirement() -> None:
    run = summary()
    add(
        run,
        "AGG-01",
        result("pass", conformity="pass", safety="pass", reason="good"),
        result("fail", conformity="pass", safety="fail", reason="too high"),
        result("blocked", reason="no sun"),
    )
    requirement = run.requirements[0]
    assert (requirement.verdict, requirement.conformity, requirement.safety) == ("fail", "pass", "fail")
    assert requirement.reason == "1 of 3 tests fail: too high"


def test_a_question_that_nobody_asked_stays_open() -> None:
    run = summary()
    add(run, "AGG-01", result("skipped", reason="not observable"))
    requirement = run.requirements[0]
    assert (requirement.conformity, requirement.safety) == (None, None)
    assert requirement.reason == "not observable"


def test_totals_count_requirements() -> None:
    run = summary()
    add(run, "AGG-01", result("pass"), result("pass"))
    add(run, "AGG-02", result("fail"))
    add(run, "AGG-03", result("skipped"))
    assert run.totals == {
        "pass": 1,
        "fail": 1,
        "inconclusive": 0,
        "blocked": 0,
        "skipped": 1,
        "error": 0,
        "characterised": 0,
    }


def test_a_later_attempt_never_replaces_an_earlier_one() -> None:
    run = summary()
    add(run, "AGG-01", result("fail"), result("pass"))
    run.close(FINISHED)
    assert [test.verdict for test in run.requirements[0].tests] == ["fail", "pass"]
    assert (run.verdict, run.exit_code) == ("fail", 1)


def test_a_run_is_only_good_once_it_is_closed() -> None:
    run = summary()
    add(run, "AGG-01", result("pass"))
    assert (run.verdict, run.exit_code) == ("inconclusive", 3)
    run.close(FINISHED)
    assert (run.verdict, run.exit_code) == ("pass", 0)


def test_an_interrupted_run_is_not_good() -> None:
    run = summary()
    add(run, "AGG-01", result("pass"))
    run.close(FINISHED, interrupted=True)
    assert (run.verdict, run.exit_code) == ("inconclusive", 3)


def test_a_run_that_was_stopped_before_its_first_result_is_no_defect_of_the_harness() -> None:
    run = summary()
    run.collected = 3
    run.close(FINISHED, interrupted=True)
    assert (run.verdict, run.exit_code) == ("inconclusive", 3)
    run.close(FINISHED)
    assert (run.verdict, run.exit_code) == ("error", 4)


def test_a_collected_test_without_a_result_leaves_the_run_incomplete() -> None:
    run = summary()
    run.collected = 3
    add(run, "AGG-01", result("pass", name="test_x"), result("pass", name="test_x"))
    add(run, "AGG-02", result("pass", name="test_y"))
    run.close(FINISHED)
    assert (run.missing, run.complete, run.verdict, run.exit_code) == (1, False, "inconclusive", 3)
    add(run, "AGG-03", result("pass", name="test_z"))
    assert (run.missing, run.complete, run.verdict, run.exit_code) == (0, True, "pass", 0)


def test_a_defect_of_the_harness_is_at_best_an_error_and_hides_no_failure() -> None:
    run = summary()
    add(run, "AGG-01", result("pass"))
    run.close(FINISHED, defect="pytest broke off")
    assert (run.complete, run.verdict, run.exit_code) == (False, "error", 4)
    add(run, "AGG-02", result("fail"))
    assert (run.verdict, run.exit_code) == ("fail", 1)


def test_a_rig_that_was_not_confirmed_off_keeps_its_verdict_and_not_its_exit_code() -> None:
    run = summary()
    add(run, "AGG-01", result("pass"))
    run.close(FINISHED, left_on="rig twin: NOT CONFIRMED OFF")
    assert (run.complete, run.verdict, run.exit_code) == (True, "pass", 2)
    add(run, "AGG-02", result("fail"))
    assert (run.verdict, run.exit_code) == ("fail", 1)


def test_a_run_without_any_test_is_an_error() -> None:
    run = summary()
    run.close(FINISHED)
    assert (run.verdict, run.exit_code) == ("error", 4)


def test_a_judgement_is_kept_with_its_recipe() -> None:
    judgement = Judgement(
        question=Question.SAFETY,
        statement="The final voltage stays below the floor",
        rule="between",
        measurement=Measurement("dc.voltage", 10.0, 20.0, "mean", 55.21, "V", 0.02),
        limit=(54.0, 55.4),
        tolerance=0.1,
        wrong=(55.73, 56.0),
        citation="acceptance default",
        verdict=Verdict.PASS,
        reason="55.21 V lies in 54 .. 55.4",
    )
    kept = msgspec.to_builtins(JudgementRecord.of(judgement))
    assert kept == {
        "question": "safety",
        "statement": "The final voltage stays below the floor",
        "rule": "between",
        "verdict": "pass",
        "reason": "55.21 V lies in 54 .. 55.4",
        "citation": "acceptance default",
        "key": "",
        "decision": "guarded: a value within its expanded uncertainty (k = 2) of a limit is marginal, "
        "neither pass nor fail (ILAC-G8:09/2019; JCGM 106:2012)",
        "limit": [54.0, 55.4],
        "tolerance": 0.1,
        "unit": "V",
        "wrong": [55.73, 56.0],
        "measurement": {
            "channel": "dc.voltage",
            "start": 10.0,
            "end": 20.0,
            "reduction": "mean",
            "value": 55.21,
            "unit": "V",
            "uncertainty": 0.02,
            "parameter": None,
        },
    }


def test_facts_and_words_keep_their_type() -> None:
    for value in (True, "minimum"):
        judgement = Judgement(
            question=Question.CONFORMITY,
            statement="It is so",
            rule="is",
            measurement=Measurement("keep-alive", 0.0, 1.0, "observed", value),
            limit=value,
        )
        kept = msgspec.json.decode(msgspec.json.encode(JudgementRecord.of(judgement)), type=JudgementRecord)
        assert kept.limit is value or kept.limit == "minimum"
        assert kept.measurement is not None
        assert type(kept.measurement.value) is type(value)


def test_problems_of_the_rig_go_with_the_attempt() -> None:
    attempt = TestResult.of(
        "test_x",
        Conclusion(Verdict.INCONCLUSIVE, None, None, "late"),
        health=Health(problems=("the rig sent late (3 x)",), events={"late_slot": 3}, frames=12),
    )
    assert attempt.problems == ["the rig sent late (3 x)"]
    assert attempt.health["frames"] == 12
    assert result("pass").problems == []


def test_an_interrupted_attempt_is_kept_and_weighs_only_until_it_was_made_again_or_when_it_failed() -> None:
    run = summary()
    run.collected = 1
    stopped = msgspec.structs.replace(result("inconclusive", reason="interrupted"), interrupted=True)
    add(run, "AGG-01", stopped)
    assert (run.requirements[0].verdict, run.missing) == ("inconclusive", 1)
    add(run, "AGG-01", result("pass", conformity="pass", reason="good"))
    requirement = run.requirements[0]
    assert (requirement.verdict, requirement.reason, len(requirement.tests)) == ("pass", "good", 2)
    assert (run.missing, run.attempts, run.ended) == (0, {"test_x": 2}, {"test_x": 1})
    add(run, "AGG-01", msgspec.structs.replace(result("fail", reason="too high"), interrupted=True))
    assert requirement.verdict == "fail"


def test_what_was_wrong_in_a_part_stays_when_the_run_is_gone_on_with() -> None:
    run = summary()
    run.parts.append(PartRecord(started=STARTED, operator="Ann"))
    loop = {"period_s": 0.2, "latency_s": 0.05, "ripple_a": 3.0}
    run.close(FINISHED, interrupted=True, left_on="supply is on", broken="meter is gone", loop=loop)
    run.parts.append(PartRecord(started=FINISHED, operator="Ben", ambient="23 degC"))
    add(run, "AGG-01", result("pass"))
    run.close(FINISHED, broken="relay sticks", loop={"period_s": 0.1, "latency_s": 0.06, "ripple_a": 1.0})
    assert (run.left_on, run.broken) == ("part 1: supply is on", "part 1: meter is gone; relay sticks")
    assert run.loop == {"period_s": 0.2, "latency_s": 0.06, "ripple_a": 3.0}
    assert [one.interrupted for one in run.parts] == [True, False]
    assert (run.verdict, run.exit_code) == ("pass", 2)
    assert run.gone_on == ["gone on with at 2026-11-20 18:43 UTC by Ben, ambient 23 degC"]
