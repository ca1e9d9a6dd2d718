"""What else than the device differed between the two sides of a comparison."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary
from bmshil.evidence.facts import RunFacts
from bmshil.evidence.passport import Difference, compare, matrix_of, passport_of

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = "title: any\ndeclares: {tick: 0.5, follow_lag: 5.0, keepalive: {id: 0x305}}\n"
RIG = "name: north\nacceptance: default\ndut: {firmware: V1}\ncontrol: {period: 0.1}\nbank: {soc: 0.6}\n"


def differences(folder: Path, **changed: Any) -> tuple[list[Difference], bool]:
    """Compare a run with one in which this was otherwise: (what differs, whether verdicts compare)."""
    a, b = (passport_of([run(folder / name, **parts)]) for name, parts in (("a", {}), ("b", changed)))
    found = compare(a, b)
    return found.conditions, found.comparable


def run(
    folder: Path, *, profile: str = PROFILE, rig: str = RIG, decision: str = "guarded: k = 2", **parts: Any
) -> Path:
    figures = {"name": "default", "zero_current": 0.02, "loss_stop": 65.0, **parts.pop("floor", {})}
    started = datetime(2026, 11, 1, tzinfo=UTC)
    store = RunStore.create(folder, "x", started=started)
    (store.path / "inputs").mkdir()
    (store.path / "inputs" / "p.yaml").write_text(profile)
    (store.path / "inputs" / "r.yaml").write_text(rig)
    summary = Summary(
        run=store.name,
        started=started,
        rig=RigRecord(name="north"),
        dut=DutRecord(profile="any"),
        acceptance=figures,
        facts=RunFacts(
            decision=decision,
            inputs={"profile": "inputs/p.yaml", "rig": "inputs/r.yaml"},
            code={"bmshil": "ab" * 32, "tests/test_lim.py": "cd" * 32, **parts.pop("code", {})},
            faults=parts.pop("faults", []),
            hazard=parts.pop("hazard", False),
        ),
        **{"seed": 1, "rules": "7", "versions": {"bmshil": "1.0"}, **parts},
    )
    summary.close(started)
    store.write(summary)
    return store.path


@pytest.mark.parametrize(
    ("changed", "told", "comparable"),
    [
        ({"floor": {"name": "lab", "zero_current": 0.01}},
         "acceptance file: A has default and zero_current 0.02, B has lab and zero_current 0.01", False),
        ({"decision": "simple: no guard"}, "decision rule: A has guarded, B has simple", False),
        ({"profile": PROFILE.replace("5.0", "9.0")},
         "profile: A has any, B has any with another follow_lag", False),
        ({"rig": RIG.replace("0.1", "0.2")}, "rig: A has north, B has north with another control", True),
        ({"seed": None}, "seed: A has 1, B has none", True),
        ({"rules": "8"}, "rules: A has 7, B has 8", True),
        ({"versions": {"bmshil": "1.1"}}, "version of bmshil: A has 1.0, B has 1.1", True),
        ({"code": {"tests/test_lim.py": "ef" * 32}},
         "test files: A has tests, B has tests with another test_lim.py", False),
        ({"code": {"bmshil": "ef" * 32}},
         "version of bmshil: A has 1.0, B has 1.0 with another code of bmshil", True),
        ({"faults": ["late:0.2"]}, "faults of the twin: A has none, B has late:0.2", True),
        ({"hazard": True}, "hazardous stimuli: A has not allowed, B has allowed", True),
        ({"rules": ""}, "rules: A has 7, B has none stated", True),
    ],
)  # fmt: skip
def test_each_condition_is_told(tmp_path: Path, changed: dict[str, Any], told: str, comparable: bool) -> None:
    found, alike = differences(tmp_path, **changed)
    assert ([str(one) for one in found], alike) == ([told], comparable)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"profile": f"# a remark\n{PROFILE.replace('any', 'renamed')}"},
        {"rig": RIG.replace("V1", "V2").replace("default", "floors/default.yaml")},
    ],
)
def test_a_remark_or_another_firmware_is_no_other_condition(tmp_path: Path, changed: dict[str, Any]) -> None:
    assert differences(tmp_path, **changed) == ([], True)


def test_a_matrix_of_runs_that_were_not_judged_alike_says_so(tmp_path: Path) -> None:
    usual, strict = run(tmp_path / "a"), run(tmp_path / "b", floor={"name": "lab", "zero_current": 0.01})
    told = "The runs were not judged alike, acceptance file: 2 kinds (default, lab); cells may differ by that"
    notes = matrix_of([usual, strict], beside=tmp_path).notes
    assert [note.startswith(told) for note in notes] == [True, False]
    assert not [note for note in matrix_of([usual], beside=tmp_path).notes if "alike" in note]
