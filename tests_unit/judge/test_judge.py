"""The judge as tests hold it, and judgements drawn again from what was recorded."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from bmshil.journal import Journal, Recording
from bmshil.judge import Judge, Judgement, Measurement, Question, Verdict, draw, measure
from bmshil.judge.measurement import REDUCTIONS
from bmshil.timeline import SimulatedTimeline


@pytest.fixture
def journal() -> Journal:
    return Journal(SimulatedTimeline())


@pytest.fixture
def judge(journal: Journal) -> Judge:
    return Judge(journal, {"V": 0.1, "A": 1.0})


def volts(value: float, uncertainty: float = 0.02) -> Measurement:
    return Measurement("dc.voltage", 1.0, 5.0, "mean", value, "V", uncertainty)


def test_the_judge_accepts_no_bare_values(judge: Judge) -> None:
    with pytest.raises(TypeError, match=r"accepts measurements, never bare values: 55\.2"):
        judge.equals(55.2, 55.2)  # type: ignore[arg-type]
    assert judge.judgements == []


@pytest.mark.parametrize(
    ("ask", "verdict"),
    [
        (lambda judge: judge.equals(volts(55.25), 55.2), "pass"),
        (lambda judge: judge.equals(volts(55.35), 55.2), "fail"),
        (lambda judge: judge.equals(volts(55.35), 55.2, tolerance=0.2), "pass"),
        (lambda judge: judge.equals(volts(55.2), 55.2, wrong=[55.3]), "inconclusive"),
        (lambda judge: judge.at_most(volts(55.25), 55.2), "fail"),
        (lambda judge: judge.at_most(volts(55.25), 55.2, tolerance=0.1), "pass"),
        (lambda judge: judge.at_least(volts(55.15), 55.2), "fail"),
        (lambda judge: judge.at_least(volts(55.15), 55.2, tolerance=0.1), "pass"),
        (lambda judge: judge.between(volts(55.2), 55.0, 56.0), "pass"),
        (lambda judge: judge.between(volts(54.9), 55.0, 56.0), "fail"),
        (lambda judge: judge.fact(Measurement("bus", 0, 1, "observed", True)), "pass"),
        (lambda judge: judge.fact(Measurement("bus", 0, 1, "observed", "sick"), "healthy"), "fail"),
        (lambda judge: judge.characterise(volts(55.2), statement="Rest voltage"), "characterised"),
    ],
)
def test_every_way_to_ask(judge: Judge, ask: Callable[[Judge], Verdict], verdict: str) -> None:
    assert ask(judge) == verdict
    assert [one.verdict for one in judge.judgements] == [verdict]


def test_the_declared_accuracy_is_the_tolerance_of_equals_alone(judge: Judge) -> None:
    judge.equals(volts(55.2), 55.2)
    judge.equals(Measurement("dc.current", 0, 1, "mean", 30.0, "A"), 30.0)
    judge.equals(Measurement("reaction", 0, 1, "fall", 60.0, "s"), 60.0)
    judge.at_most(volts(55.2), 55.2)
    assert [one.tolerance for one in judge.judgements] == [0.1, 1.0, 0.0, 0.0]


def test_a_finding_does_not_end_the_test(judge: Judge) -> None:
    judge.equals(volts(56.0), 55.2)
    judge.at_most(volts(56.0), 55.2, tolerance=0.2, question=Question.SAFETY)
    assert [(one.question.value, one.verdict.value) for one in judge.judgements] == [
        ("conformity", "fail"),
        ("safety", "fail"),
    ]


def test_a_statement_is_made_up_where_none_is_given(judge: Judge) -> None:
    judge.at_most(volts(55.0), 55.2)
    judge.between(volts(55.0), 54.0, 56.0)
    judge.fact(Measurement("bus", 0, 1, "observed", "healthy"), "healthy")
    judge.fact(volts(55.0), 55.0, statement="It is what it is")
    assert [one.statement for one in judge.judgements] == [
        "mean of dc.voltage at most 55.2 V",
        "mean of dc.voltage between 54 .. 56 V",
        "observed of bus is healthy",
        "It is what it is",
    ]


def test_each_test_begins_with_a_clean_slate(judge: Judge, journal: Journal) -> None:
    judge.begin("AGG-01")
    judge.at_most(volts(55.0), 55.2)
    before = judge.judgements
    judge.begin("AGG-02")
    assert judge.judgements == []
    assert len(before) == 1, "what was handed out stays as it was"
    judge.at_most(volts(55.0), 55.2)
    assert [event.source for event in journal.events(0, 1, "judgement")] == ["AGG-01", "AGG-02"]


def test_the_journal_holds_the_whole_recipe(judge: Judge, journal: Journal) -> None:
    judge.begin("AGG-01")
    judge.equals(volts(55.25), 55.2, wrong=[55.73, 56], statement="Final voltage", citation="A0")
    (event,) = journal.events(0, 1, "judgement")
    assert event.data == {
        "requirement": "AGG-01",
        "question": "conformity",
        "statement": "Final voltage",
        "rule": "equals",
        "measurement": {
            "channel": "dc.voltage",
            "start": 1.0,
            "end": 5.0,
            "reduction": "mean",
            "value": 55.25,
            "unit": "V",
            "uncertainty": 0.02,
            "parameter": None,
        },
        "limit": 55.2,
        "tolerance": 0.1,
        "wrong": [55.73, 56.0],
        "citation": "A0",
        "verdict": "pass",
        "reason": "55.25 V is 55.2 within 0.1",
        "key": "",
        "decision": "guarded: a value within its expanded uncertainty (k = 2) of a limit is marginal, "
        "neither pass nor fail (ILAC-G8:09/2019; JCGM 106:2012)",
    }


def judge_a_charge(folder: Path) -> list[Judgement]:
    """A charge from 52 V to 55.3 V whose current falls, judged with every rule and reduction."""
    timeline = SimulatedTimeline()
    journal = Journal(timeline, folder)
    voltage, current = journal.channel("dc.voltage", "V"), journal.channel("dc.current", "A")
    for step in range(100):
        journal.sample(voltage, min(52.0 + 0.1 * step, 55.3))
        journal.sample(current, 50.0 if step < 50 else 2.0 if step < 95 else 0.0)
        timeline.run(1.0)
    judge = Judge(journal, {"V": 0.2, "A": 1.0})
    judge.begin("AGG-01")
    mean = measure(journal, "dc.voltage", 90.0, 95.0, "mean", uncertainty=0.02)
    judge.equals(mean, 55.2, wrong=[55.73, 56.0])
    judge.equals(mean, 55.2, wrong=[55.41])
    judge.equals(mean, 54.0)
    judge.at_most(
        measure(journal, "dc.voltage", 0.0, 99.0, "max"), 55.2, tolerance=0.2, question=Question.SAFETY
    )
    judge.at_least(measure(journal, "dc.voltage", 0.0, 99.0, "min"), 53.0)
    fall = measure(journal, "dc.current", 10.0, 99.0, "fall", parameter=5.0)
    judge.between(fall, 38.0, 42.0)
    judge.between(measure(journal, "dc.current", 95.0, 99.0, "rise", parameter=0.0), 1.0, 2.0)
    judge.at_most(measure(journal, "dc.current", 0.0, 99.0, "peak"), 50.0)
    judge.fact(Measurement("rule of the CVL", 0.0, 99.0, "observed", "minimum"), "minimum")
    judge.characterise(mean, statement="Final voltage")
    journal.close()
    return judge.judgements


def test_a_stored_judgement_is_drawn_again_from_the_recording_alone(tmp_path: Path) -> None:
    live = judge_a_charge(tmp_path)
    recording = Recording.open(tmp_path)
    stored = [
        msgspec.convert(
            {name: value for name, value in event.data.items() if name != "requirement"}, Judgement
        )
        for event in recording.events(0, 1000, "judgement")
    ]
    assert [one.verdict.value for one in live] == [
        "pass",
        "inconclusive",
        "fail",
        "pass",
        "fail",
        "pass",
        "fail",
        "pass",
        "pass",
        "characterised",
    ]
    assert stored == live
    for one in stored:
        recipe = one.measurement
        if recipe.reduction in REDUCTIONS:
            recipe = measure(
                recording,
                recipe.channel,
                recipe.start,
                recipe.end,
                recipe.reduction,
                uncertainty=recipe.uncertainty,
                parameter=recipe.parameter,
            )
        forgotten = msgspec.structs.replace(one, measurement=recipe, verdict=Verdict.ERROR, reason="")
        assert draw(forgotten) == one
