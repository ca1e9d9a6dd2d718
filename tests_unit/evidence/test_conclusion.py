import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.evidence import exit_code, run_verdict
from bmshil.judge import Verdict


@pytest.mark.parametrize(
    ("words", "verdict", "code"),
    [
        (["pass", "pass"], "pass", 0),
        (["pass", "skipped"], "pass", 0),
        (["pass", "characterised"], "pass", 0),
        (["characterised", "skipped"], "characterised", 0),
        (["skipped"], "skipped", 3),
        (["pass", "blocked"], "blocked", 3),
        (["blocked", "inconclusive"], "inconclusive", 3),
        (["pass", "inconclusive", "error"], "error", 4),
        (["error", "fail", "pass"], "fail", 1),
        ([], "error", 4),
    ],
)
def test_words_of_a_run_become_one_word_and_one_exit_code(words: list[str], verdict: str, code: int) -> None:
    found = run_verdict(map(Verdict, words), complete=True)
    assert found == verdict
    assert exit_code(found) == code


@pytest.mark.parametrize(
    ("words", "verdict"),
    [(["pass"], "inconclusive"), (["skipped"], "inconclusive"), (["error"], "error"), (["fail"], "fail")],
)
def test_a_run_that_did_not_finish_is_at_best_inconclusive(words: list[str], verdict: str) -> None:
    assert run_verdict(map(Verdict, words), complete=False) == verdict


@given(st.lists(st.sampled_from(list(Verdict))), st.booleans())
def test_a_failure_of_the_device_is_never_hidden(words: list[Verdict], complete: bool) -> None:
    assert run_verdict([*words, Verdict.FAIL], complete=complete) is Verdict.FAIL


@given(st.lists(st.sampled_from(list(Verdict))), st.booleans())
def test_exit_code_zero_means_that_nothing_went_wrong(words: list[Verdict], complete: bool) -> None:
    good = exit_code(run_verdict(words, complete=complete)) == 0
    assert good <= (complete and set(words) <= {"pass", "skipped", "characterised"})
