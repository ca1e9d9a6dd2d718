"""One verdict for a test: from its judgements, the rig's health, and how it ended."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import (
    Blocked,
    BmsHilError,
    DutFailed,
    EnvelopeError,
    Inconclusive,
    InputError,
    InstrumentError,
    PortError,
    RigError,
)
from bmshil.judge import (
    Conclusion,
    Health,
    Judgement,
    Measurement,
    Question,
    Verdict,
    conclude,
    exception_for,
)

Found = Callable[[Verdict, Question], Judgement]

CONFORMITY, SAFETY = Question.CONFORMITY, Question.SAFETY
SOUND = Health(frames=100)
SICK = Health(("an instrument failed (1 x, first: meter timeout)",))


def words(conclusion: Conclusion) -> tuple[str, str | None, str | None]:
    return conclusion.verdict, conclusion.conformity, conclusion.safety


@pytest.mark.parametrize(
    ("conformity", "safety", "expected"),
    [
        (["pass"], [], ("pass", "pass", None)),
        ([], ["pass"], ("pass", None, "pass")),
        (["pass"], ["pass"], ("pass", "pass", "pass")),
        (["fail"], ["pass"], ("fail", "fail", "pass")),
        (["pass"], ["fail"], ("fail", "pass", "fail")),
        (["pass", "fail", "pass"], [], ("fail", "fail", None)),
        (["inconclusive"], ["fail"], ("fail", "inconclusive", "fail")),
        (["inconclusive", "pass"], ["pass"], ("inconclusive", "inconclusive", "pass")),
        (["pass"], ["characterised"], ("pass", "pass", "characterised")),
        (["characterised"], [], ("characterised", "characterised", None)),
    ],
)
def test_on_a_sound_rig_the_worst_judgement_counts(
    found: Found, conformity: list[str], safety: list[str], expected: tuple[str, str | None, str | None]
) -> None:
    judgements = [
        found(Verdict(word), question)
        for question, answers in ((CONFORMITY, conformity), (SAFETY, safety))
        for word in answers
    ]
    conclusion = conclude(judgements, SOUND, None)
    assert words(conclusion) == expected
    assert conclusion.reason.endswith(f"statement: {expected[0]} reason")


@pytest.mark.parametrize(
    ("judged", "bus", "conformity"),
    [
        (["characterised"], "pass", "characterised"),
        (["characterised", "pass"], "pass", "pass"),
        (["characterised"], "fail", "fail"),
        ([], "pass", "pass"),
    ],
)
def test_a_healthy_bus_is_no_answer_to_what_nobody_has_specified(
    found: Found, judged: list[str], bus: str, conformity: str
) -> None:
    judgements = [found(Verdict(word), CONFORMITY) for word in judged]
    healthy = msgspec.structs.replace(found(Verdict(bus), CONFORMITY), citation="universal check")
    conclusion = conclude([*judgements, found(Verdict.PASS, SAFETY), healthy], SOUND, None)
    verdict = "fail" if bus == "fail" else "pass"
    assert words(conclusion) == (verdict, conformity, "pass")


def test_a_documented_but_unsafe_behaviour_conforms_and_fails_safety(found: Found) -> None:
    conclusion = conclude([found(Verdict.PASS, CONFORMITY), found(Verdict.FAIL, SAFETY)], SOUND, None)
    assert conclusion == Conclusion(Verdict.FAIL, Verdict.PASS, Verdict.FAIL, "safety statement: fail reason")


@pytest.mark.parametrize("health", [SOUND, SICK])
def test_a_test_that_judged_nothing_is_a_defect(health: Health) -> None:
    conclusion = conclude([], health, None)
    assert conclusion.verdict is Verdict.ERROR
    assert conclusion.reason == "defect of the harness: the test judged nothing"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (AssertionError("1 == 2"), "AssertionError: 1 == 2"),
        (AssertionError(), "AssertionError"),
        (ZeroDivisionError("division\n by zero"), "ZeroDivisionError: division by zero"),
        (InputError("no pack 9"), "InputError: no pack 9"),
        (BmsHilError("odd"), "BmsHilError: odd"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (DutFailed("I say so"), "I say so"),
    ],
)
@pytest.mark.parametrize("health", [SOUND, SICK])
def test_whatever_is_no_finding_of_the_judge_is_a_defect_of_the_harness(
    found: Found, error: BaseException, told: str, health: Health
) -> None:
    for judgements in ([], [found(Verdict.PASS, CONFORMITY)]):
        conclusion = conclude(judgements, health, error)
        assert conclusion.verdict is Verdict.ERROR
        assert conclusion.reason == f"defect of the harness: {told}"
        assert (conclusion.conformity, conclusion.safety) == (Verdict.ERROR, None)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (Blocked("stimulus not binding"), "blocked"),
        (RigError("no load"), "blocked"),
        (InstrumentError("meter: timeout"), "blocked"),
        (PortError("adapter gone"), "blocked"),
        (EnvelopeError("61 V"), "blocked"),
        (Inconclusive("no sample"), "inconclusive"),
    ],
)
def test_trouble_is_never_the_devices(found: Found, error: Exception, verdict: str) -> None:
    assert words(conclude([], SOUND, error)) == (verdict, verdict, None)
    passed = [found(Verdict.PASS, SAFETY)]
    conclusion = conclude(passed, SOUND, error)
    assert words(conclusion) == (verdict, None, verdict)
    assert conclusion.reason == str(error)


def test_a_sick_rig_makes_a_pass_inconclusive(found: Found) -> None:
    conclusion = conclude([found(Verdict.PASS, CONFORMITY), found(Verdict.PASS, SAFETY)], SICK, None)
    assert words(conclusion) == ("inconclusive", "inconclusive", "inconclusive")
    assert conclusion.reason == "an instrument failed (1 x, first: meter timeout)"


def test_a_sick_rig_makes_a_failure_inconclusive(found: Found) -> None:
    conclusion = conclude([found(Verdict.FAIL, CONFORMITY), found(Verdict.PASS, SAFETY)], SICK, None)
    assert words(conclusion) == ("inconclusive", "inconclusive", "inconclusive")
    assert "unsafe" not in conclusion.reason


@pytest.mark.parametrize(
    ("health", "error", "verdict"),
    [
        (SICK, None, "inconclusive"),
        (SICK, Blocked("reset needed"), "inconclusive"),
        (SICK, InstrumentError("meter timeout"), "inconclusive"),
        (SOUND, InstrumentError("load: timeout"), "blocked"),
        (SICK, ValueError("odd"), "error"),
    ],
)
def test_what_was_unsafe_meanwhile_is_told_all_the_same(
    found: Found, health: Health, error: Exception | None, verdict: str
) -> None:
    conclusion = conclude([found(Verdict.PASS, CONFORMITY), found(Verdict.FAIL, SAFETY)], health, error)
    assert words(conclusion) == (verdict, verdict, verdict)
    assert conclusion.reason.endswith("; unsafe observed: safety statement: fail reason")


def test_the_reason_of_a_sick_rig_and_that_of_the_test_are_both_told_once(found: Found) -> None:
    judgements = [found(Verdict.PASS, CONFORMITY)]
    told = conclude(judgements, SICK, Blocked("reset needed")).reason
    assert told == "an instrument failed (1 x, first: meter timeout); reset needed"
    assert conclude(judgements, SICK, InstrumentError("meter timeout")).reason == SICK.problems[0]


@pytest.mark.parametrize(
    ("error", "open_answer", "told"),
    [
        (Blocked("reset needed"), "blocked", "reset needed"),
        (Inconclusive("no sample"), "inconclusive", "no sample"),
        (AssertionError("1 == 2"), "error", "defect of the harness: AssertionError: 1 == 2"),
    ],
)
def test_nothing_that_comes_later_hides_a_failure(
    found: Found, error: Exception, open_answer: str, told: str
) -> None:
    judgements = [found(Verdict.FAIL, CONFORMITY), found(Verdict.PASS, SAFETY)]
    conclusion = conclude(judgements, SOUND, error)
    assert words(conclusion) == ("fail", "fail", open_answer)
    assert conclusion.reason == f"conformity statement: fail reason; then the test broke off: {told}"


def test_the_judges_own_finding_as_an_exception_is_no_defect(found: Found) -> None:
    conclusion = conclude([found(Verdict.FAIL, CONFORMITY)], SOUND, DutFailed("56 V"))
    assert conclusion.verdict is Verdict.FAIL


def test_all_stops_and_gaps_are_told_in_one_reason(found: Found) -> None:
    judgements = [found(Verdict.INCONCLUSIVE, CONFORMITY)]
    assert conclude(judgements, SOUND, Blocked("reset needed")).reason == (
        "conformity statement: inconclusive reason; then the test broke off: reset needed"
    )


@pytest.mark.parametrize(
    ("verdict", "kind", "guilty"),
    [
        ("fail", DutFailed, True),
        ("inconclusive", Inconclusive, False),
        ("blocked", Blocked, False),
        ("error", RuntimeError, False),
    ],
)
def test_only_a_failure_is_an_assertion(verdict: str, kind: type[Exception], guilty: bool) -> None:
    raised = exception_for(Conclusion(Verdict(verdict), None, None, "why"))
    assert type(raised) is kind
    assert str(raised) == "why"
    assert isinstance(raised, AssertionError) is guilty


@pytest.mark.parametrize("verdict", ["pass", "characterised", "skipped"])
def test_a_good_verdict_raises_nothing(verdict: str) -> None:
    assert exception_for(Conclusion(Verdict(verdict), None, None, "")) is None


def judgement(verdict: Verdict, question: Question) -> Judgement:
    measured = Measurement("dc.voltage", 0.0, 1.0, "mean", 1.0, "V")
    return Judgement(question, "law", "equals", measured, 1.0, verdict=verdict, reason="law")


drawn = st.builds(
    judgement,
    st.sampled_from([Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.CHARACTERISED]),
    st.sampled_from(Question),
)
endings = st.sampled_from(
    [
        None,
        AssertionError("bare"),
        ValueError("odd"),
        DutFailed("said"),
        Blocked("b"),
        Inconclusive("i"),
        RigError("r"),
        EnvelopeError("e"),
    ]
)
states = st.sampled_from([SOUND, SICK])


@given(judgements=st.lists(drawn, max_size=5), health=states, error=endings)
def test_the_law_of_conclusions(judgements: list[Judgement], health: Health, error: Exception | None) -> None:
    conclusion = conclude(judgements, health, error)
    failed = [one for one in judgements if one.verdict is Verdict.FAIL]
    good = conclusion.verdict in (Verdict.PASS, Verdict.CHARACTERISED)
    if failed or error is not None or not judgements or health is SICK:
        assert not good
    if failed and health is SOUND and not isinstance(error, RigError):
        assert conclusion.verdict is Verdict.FAIL
    if conclusion.verdict is Verdict.FAIL:
        assert failed
        assert health is SOUND
    if any(one.question is SAFETY for one in failed):
        assert "unsafe observed" in conclusion.reason or conclusion.verdict is Verdict.FAIL
    assert conclusion.reason
    for question, answer in ((CONFORMITY, conclusion.conformity), (SAFETY, conclusion.safety)):
        asked = any(one.question is question for one in judgements)
        assert (answer is not None) == (asked or (question is CONFORMITY and not judgements))


@given(judgements=st.lists(drawn, min_size=1, max_size=5), health=states, error=endings)
def test_the_order_of_judgements_decides_nothing(
    judgements: list[Judgement], health: Health, error: Exception | None
) -> None:
    assert words(conclude(judgements, health, error)) == words(conclude(judgements[::-1], health, error))


def test_where_nobody_acknowledges_every_answer_is_blocked(found: Found) -> None:
    lonely = Health(unacknowledged=("emulator",))
    judgements = [found(Verdict.FAIL, CONFORMITY), found(Verdict.PASS, SAFETY)]
    conclusion = conclude(judgements, lonely, None)
    assert words(conclusion) == ("blocked", "blocked", "blocked")
    assert conclusion.reason.startswith("nobody acknowledges: check the cable, ")
    assert conclusion.reason.endswith("(seen at emulator)")


def test_what_else_was_wrong_is_told_with_it(found: Found) -> None:
    lonely = Health(("an instrument failed (1 x)",), unacknowledged=("emulator",))
    conclusion = conclude([found(Verdict.FAIL, SAFETY)], lonely, PortError("the adapter is gone"))
    assert conclusion.verdict is Verdict.BLOCKED
    assert "; the adapter is gone; an instrument failed (1 x); unsafe observed: " in conclusion.reason
