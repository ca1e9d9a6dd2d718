"""How long a requirement takes, from a text that is never run as code."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bmshil.errors import InputError
from bmshil.judge import planned_duration

DECLARED = {"timeouts.all": 60.0, "recovery.power": 15.0, "follow_lag": 5.0, "period.fastest": 0.2}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("60", 60.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("follow_lag", 5.0),
        ("timeouts.all + 60", 120.0),
        ("timeouts.all + recovery.power + 90", 165.0),
        ("4 * (follow_lag + 10) + 60", 120.0),
        ("10000 * period.fastest + 90", 2090.0),
        ("timeouts.all - recovery.power", 45.0),
        ("2*3", 6.0),
    ],
)
def test_sums_of_numbers_and_declared_times(text: str, seconds: float) -> None:
    assert planned_duration(text, DECLARED) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "timeouts.pack",
        "timeouts",
        "Follow_lag",
        "__import__('os').system('true')",
        "exit()",
        "().__class__",
        "follow_lag.__class__",
        "follow_lag.real",
        "(1).bit_length()",
        "2 ** 99999999",
        "1 / 2",
        "7 // 2",
        "7 % 2",
        "1 << 60",
        "-5",
        "+5",
        "not 1",
        "1 < 2",
        "1 if 1 else 2",
        "[1][0]",
        "{'a': 1}",
        "'a' * 9",
        "f'{1}'",
        "lambda: 1",
        "(x := 5)",
        "True",
        "None",
        "...",
        "1j",
        "1; 2",
        "1\n2",
        "import os",
        "1 +",
        "1\x00",
        "3 - 5",
        "1e999",
        "1e999 - 1e999",
        "1e300 * 1e300",
        "9" * 5000,
        "(" * 500 + "1" + ")" * 500,
        "1 + " * 20000 + "1",
    ],
    ids=lambda text: repr(text[:24]),
)
def test_anything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="add numbers and declared times") as caught:
        planned_duration(text, DECLARED)
    message = str(caught.value)
    assert message.startswith(("duration '", 'duration "'))
    assert "\n" not in message
    assert len(message) < 250


def test_a_time_that_is_declared_as_nothing_cannot_be_added() -> None:
    with pytest.raises(InputError, match=re.escape("duration 'timeouts.pack' cannot be worked out")):
        planned_duration("timeouts.pack", {"timeouts.pack": None})  # type: ignore[dict-item]


@given(text=st.text(max_size=40))
@example("0x1for x in y")
@example("1or 2")
def test_no_text_does_anything_but_give_seconds_or_an_input_error(text: str) -> None:
    try:
        seconds = planned_duration(text, DECLARED)
    except InputError:
        return
    assert 0 <= seconds < float("inf")
