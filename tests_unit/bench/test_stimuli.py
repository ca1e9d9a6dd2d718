"""The catalogue of field scenarios, and what of it can be played."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bmshil.bench import open_bench
from bmshil.bench.stimuli import STIMULI, stimulus
from bmshil.bms.arithmetic.registry import ARITHMETICS
from bmshil.bms.faults import KINDS
from bmshil.bms.mistakes import MISTAKES
from bmshil.cli.main import main
from bmshil.errors import InputError
from bmshil.inverter import mutations, profile_names
from bmshil.judge.requirement import NEEDS
from bmshil.judge.scenarios import scenario, scenarios

ROOT = Path(__file__).parents[2]


def test_the_catalogue_has_91_scenarios_in_five_groups() -> None:
    assert len(scenarios()) == 91
    assert [one.id for one in scenarios()] == sorted({one.id for one in scenarios()})
    assert Counter(one.group for one in scenarios()) == {
        "liveness": 17,
        "values": 30,
        "obedience": 15,
        "multi_battery": 17,
        "physical": 12,
    }


def test_what_shows_a_failure_exists() -> None:
    known = {
        "mutation": {one.id for one in mutations()},
        "profile": set(profile_names()),
        "fault": {kind.kind for kind in KINDS.values()},
        "arithmetic": set(ARITHMETICS),
        "mistake": set(MISTAKES),
        "rig": {path.stem for path in (ROOT / "rigs").glob("*.yaml")},
    }
    for one in scenarios():
        for shown in one.shown_by:
            kind, _, name = shown.partition(":")
            assert name in known[kind], f"{one.id}: {shown}"


def test_every_mutation_names_scenarios_of_the_catalogue() -> None:
    known = {one.id for one in scenarios()}
    assert {name for one in mutations() for name in one.scenario} <= known


def test_every_scenario_of_a_device_has_a_requirement_or_a_reason() -> None:
    named = {
        name
        for path in (ROOT / "tests_hil").glob("test_*.py")
        for listed in re.findall(r"scenarios=\[([^\]]*)\]", path.read_text(encoding="utf-8"))
        for name in re.findall(r'"(S\d\d)"', listed)
    }
    assert named <= {one.id for one in scenarios()}
    assert [one.id for one in scenarios() if one.id not in named and not one.untested] == []


def test_every_scenario_can_be_played_or_says_why_not() -> None:
    assert [one.id for one in scenarios() if not (one.id in STIMULI or one.unplayable or one.untested)] == []
    for one in STIMULI.values():
        assert scenario(one.scenario).unplayable == "", one.scenario
        assert set(one.needs) <= set(NEEDS), one.scenario


def test_an_unknown_scenario_is_answered_with_a_near_one() -> None:
    with pytest.raises(InputError, match=r"no scenario is called 'S744': did you mean S74 "):
        scenario("S744")
    with pytest.raises(
        InputError, match=r"S94 \(A firmware update breaks the link\) cannot be played: it is"
    ):
        stimulus("s94")


def test_what_was_left_standing_is_taken_away(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", "S08", "--for", "3"]) == 0
    shown = capsys.readouterr().out
    assert "plays: all messages of the bank end" in shown
    assert "-- taken away --\neverything is off" in shown


def test_a_stimulus_that_a_rig_cannot_play_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", "S66", "--for", "3"]) == 2
    assert capsys.readouterr().err == (
        "bmshil play: S66 cannot be played on rig twin: not observable: the architecture of the bank is not "
        "'master'\n"
    )


def test_the_standing_stimulus_ends_with_calm() -> None:
    with open_bench("twin") as bench:
        calls: list[float] = []
        bench.standing.callback(bench.timeline.every(1.0, lambda: calls.append(bench.seconds)).cancel)
        bench.run(3.0)
        bench.standing.close()
        before = len(calls)
        bench.run(3.0)
        assert before >= 3
        assert len(calls) == before
