"""Which of several verdicts counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.judge import Verdict, worst

WEIGHT = ["fail", "error", "inconclusive", "blocked", "pass", "characterised", "skipped"]

several = st.lists(st.sampled_from(Verdict), min_size=1, max_size=6)


def test_the_words_weigh_in_this_order() -> None:
    words = [Verdict(one) for one in WEIGHT]
    assert set(words) == set(Verdict)
    for place, heavier in enumerate(words):
        for lighter in words[place:]:
            assert worst([lighter, heavier]) is heavier


def test_of_nothing_nothing_is_worst() -> None:
    assert worst([]) is None


@pytest.mark.parametrize("word", WEIGHT)
def test_one_verdict_stands_for_itself(word: str) -> None:
    assert worst([Verdict(word)]) == word


@given(verdicts=several, seed=st.randoms(use_true_random=False))
def test_the_order_does_not_matter(verdicts: list[Verdict], seed: st.DataObject) -> None:
    shuffled = list(verdicts)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert worst(shuffled) is worst(verdicts)


@given(first=several, second=several)
def test_the_worst_of_parts_is_the_worst_of_all(first: list[Verdict], second: list[Verdict]) -> None:
    parts = [one for one in (worst(first), worst(second)) if one is not None]
    assert worst(parts) is worst([*first, *second])
    assert worst(first) in first
