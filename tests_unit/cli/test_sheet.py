"""Walking through a set-up sheet at the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench.checks.paper import paper_checks
from bmshil.cli import main
from bmshil.errors import InstrumentError
from bmshil.rig import find, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real rig file, and a state of its own."""
    monkeypatch.setenv("BMSHIL_STATE", str(tmp_path / "state"))
    path = tmp_path / "lab.yaml"
    path.write_text(find("template_slcan").read_text(encoding="utf-8"), encoding="utf-8")
    return path


def answer(monkeypatch: pytest.MonkeyPatch, reply: Callable[[str], str]) -> None:
    def question(_operator: Any, what: str, _how: str) -> str:
        return reply(what)

    monkeypatch.setattr("bmshil.instruments.operator.Operator.question", question)
    monkeypatch.setattr("bmshil.instruments.operator.Operator.tell", lambda _operator, _text: None)


def test_what_was_typed_is_kept_with_operator_and_time(
    lab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, lambda what: "110 A" if "Largest charge" in what else "")
    assert main(["sheet", str(lab), "--operator", "Ana"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("set-up sheet: Ana, 20")
    assert told.endswith(f": 6 steps kept in {lab.with_suffix('.sheet.json')}\n")
    kept = json.loads(lab.with_suffix(".sheet.json").read_bytes())
    assert (kept["operator"], kept["profile"], len(kept["steps"])) == ("Ana", "pylon_single", 6)
    assert [step["value"] for step in kept["steps"]] == ["as written"] * 3 + ["110 A"] + ["as written"] * 2
    assert main(["sheet", str(lab)]) == 0
    assert "\n     110 A\n" in capsys.readouterr().out
    (line,) = (one for one in paper_checks(load(lab)) if one.name == "set-up sheet")
    assert (line.result, line.found.partition(";")[2]) == ("ok", " 6 steps")


def test_a_sheet_that_is_broken_off_keeps_nothing(
    lab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def leaves(what: str) -> str:
        if "2/6" in what:
            raise InstrumentError("sheet: nobody is there to set 2/6: no answer within 300 s")
        return ""

    answer(monkeypatch, leaves)
    assert main(["sheet", str(lab), "--operator", "Ana"]) == 2
    assert "no answer within 300 s" in capsys.readouterr().err
    assert not lab.with_suffix(".sheet.json").exists()
    (line,) = (one for one in paper_checks(load(lab)) if one.name == "set-up sheet")
    assert (line.result, line.found) == ("warning", "nobody has walked through it")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["twin", "--operator", "Ana"], "its inverter is made of software: there is no menu to set"),
        (["template_real", "--operator", " "], "--operator: a name, so that somebody can be asked"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sheet", *arguments]) == 2
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)
    assert told in errors


def test_the_steps_can_be_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sheet", "twin"]) == 0
    shown = capsys.readouterr().out
    assert "  1. Battery type: lithium, protocol: Pylontech V1.2." in shown
    assert shown.endswith("its inverter is made of software: nobody has to set it up\n")
