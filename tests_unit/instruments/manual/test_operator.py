"""The operator at the controlling terminal: confirms, refuses, reads, or is not there."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import Operator
from bmshil.journal import Journal
from bmshil.timeline import SimulatedTimeline

DONE = "[Enter when it is done, anything else to refuse]"


@pytest.mark.parametrize("typed", ["", "y", "YES", " done ", "ok"])
def test_what_is_done_is_confirmed_and_written_down(operator: Any, journal: Any, typed: str) -> None:
    operator((f"supply: please switch it off {DONE}", typed)).ask("switch it off")
    (event,) = journal.events(0, 1, "operator")
    assert (event.source, event.data) == ("supply", {"asked": "switch it off", "answered": typed.strip()})


def test_anything_else_is_a_refusal(operator: Any, journal: Any) -> None:
    with pytest.raises(InstrumentError, match="supply: the operator refused to switch it off: 'it smokes'"):
        operator((f"supply: please switch it off {DONE}", "it smokes")).ask("switch it off")
    assert journal.events(0, 1, "operator")[0].data["answered"] == "it smokes"


def test_what_was_typed_before_the_question_answers_nothing(person: Any) -> None:
    somebody = person((f"operator: please switch it off {DONE}", "no"))
    somebody.type("\n\n")
    with pytest.raises(InstrumentError, match="refused to switch it off: 'no'"):
        Operator(terminal=somebody.terminal).ask("switch it off")


@pytest.mark.parametrize(("typed", "yes"), [("y", True), ("Yes", True), ("n", False), ("no", False)])
def test_yes_and_no(operator: Any, typed: str, yes: bool) -> None:
    asked = operator(("supply: please look whether it hums [y or n]", typed))
    assert asked.says_yes("it hums") is yes


@pytest.mark.parametrize("typed", ["", "perhaps"])
def test_a_question_is_answered_with_yes_or_no(operator: Any, typed: str) -> None:
    asked = operator(("supply: please look whether it hums [y or n]", typed))
    with pytest.raises(InstrumentError, match="whether it hums, the operator answered"):
        asked.says_yes("it hums")


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("52.1", "V", 52.1),
        ("52.1 V", "V", 52.1),
        ("521mV", "V", 0.521),
        ("-1.5 kW", "W", -1500.0),
        ("60 Ohm", "ohm", 60.0),
        ("0.12 kΩ", "ohm", 120.0),
        ("open", "ohm", None),
        ("OL", "ohm", None),
    ],
)
def test_readings_may_have_units(operator: Any, typed: str, unit: str, value: float | None) -> None:
    asked = operator((f"supply: please read the dial [in {unit}, such as 52.1]", typed))
    assert asked.read("the dial", unit) == (None if value is None else pytest.approx(value))


def test_a_reading_that_makes_no_sense_is_asked_for_again(person: Any) -> None:
    prompt = "operator: please read the dial [in V, such as 52.1]"
    somebody = person((prompt, "52,1"), (prompt, "52.1 A"), (prompt, "52.1"))
    assert Operator(terminal=somebody.terminal).read("the dial", "V") == 52.1
    assert [line for line in somebody.told if line] == [
        "bmshil: '52,1' is no value in V",
        "bmshil: '52.1 A' is no value in V",
    ]


def test_after_three_such_readings_there_is_none(operator: Any) -> None:
    prompt = "supply: please read the dial [in V, such as 52.1]"
    asked = operator((prompt, ""), (prompt, "much"), (prompt, "9.9e37"))
    with pytest.raises(InstrumentError, match="the operator did not read the dial in V"):
        asked.read("the dial", "V")


def test_somebody_who_does_not_answer_in_time_is_not_there(person: Any, journal: Any) -> None:
    terminal = person((f"operator: please switch it off {DONE}", None)).terminal
    somebody = Operator(journal, terminal=terminal, patience=0.0)
    with pytest.raises(InstrumentError, match="nobody is there to switch it off: no answer within 0 s"):
        somebody.ask("switch it off")
    assert "no answer within" in journal.events(0, 1, "operator")[0].data["failed"]


@pytest.mark.parametrize("method", [Operator.ask, Operator.says_yes, lambda one, _: one.check_present()])
def test_without_a_terminal_nobody_is_there(method: Any) -> None:
    with pytest.raises(InstrumentError, match=r"nobody is there to .*: no terminal \(No such file"):
        method(Operator(terminal="/no/such/terminal"), "switch it off")


def test_telling_needs_nobody() -> None:
    journal = Journal(SimulatedTimeline())
    Operator(journal, terminal="/no/such/terminal").tell("the bench is energised")
    assert journal.events(0, 1, "operator")[0].data == {"told": "the bench is energised"}


def test_standard_input_is_no_terminal() -> None:
    code = "from bmshil.instruments import Operator; Operator().ask('switch it off')"
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        input="\n",
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert "nobody is there to switch it off: no terminal (No such device or address)" in done.stderr


BACKGROUND = """
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    if os.fork() == 0:
        os.setpgid(0, 0)
        from bmshil.errors import InstrumentError
        from bmshil.instruments import Operator
        try:
            Operator().ask("switch it off")
        except InstrumentError as error:
            print(error, file=open(sys.argv[1], "w"))
        os._exit(0)
    os.wait()
    os._exit(0)
os.waitpid(child, 0)
"""


def test_in_the_background_nobody_is_asked(tmp_path: Any) -> None:
    told = tmp_path / "told"
    subprocess.run([sys.executable, "-c", BACKGROUND, str(told)], check=True, timeout=60)  # noqa: S603 - our own code
    assert "nobody is there to switch it off: this process is in the background" in told.read_text()
