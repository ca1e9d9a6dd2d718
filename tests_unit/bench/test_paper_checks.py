"""What is told of a rig before anything is opened: envelope, calibration, budget, clock, disk."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from bmshil.bench.checks import Check, Result
from bmshil.bench.checks import computer as computer_checks
from bmshil.bench.checks.budget import check_budget
from bmshil.bench.checks.computer import Clocks, check_disk
from bmshil.bench.checks.paper import paper_checks
from bmshil.bench.fitness.levels import rating_bounds
from bmshil.rig import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SUPPLY = "supply: {driver: scpi-supply, resource: twin}"
LOAD = "load: {driver: scpi-load, resource: twin}"


def rated(**rating: float) -> tuple[str, str]:
    told = ", ".join(f"{name}: {value:g}" for name, value in rating.items())
    return SUPPLY, f"{SUPPLY[:-1]}, rating: {{{told}}}}}"


def named(checks: list[Check], name: str) -> list[Check]:
    return [one for one in checks if one.name == name]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (rated(current=120), "current 150 A is more than the supply can: 120 A"),
        (rated(power=5000), "power 7500 W is more than the supply can: 5000 W"),
        (rated(voltage=52), "voltage 60 V is more than the supply can: 52 V"),
        (
            ("envelope: {voltage: 60,", "envelope: {voltage: 61,"),
            "the supply's protection would stand at 64.05 V, above the 63 V that pylon_parallel bears",
        ),
    ],
)
def test_an_envelope_that_is_too_wide_is_refused(
    variant: Callable[..., Path], change: tuple[str, str], told: str
) -> None:
    (found,) = named(paper_checks(load(variant("twin", change))), "envelope")
    assert (found.result, found.found) == (Result.FAILED, told)


@pytest.mark.parametrize(
    ("days", "result", "told"),
    [(-1, Result.FAILED, "ended on"), (10, Result.WARNING, "in 10 days"), (200, Result.OK, "supply until")],
)
def test_calibrations_end(variant: Callable[..., Path], days: int, result: Result, told: str) -> None:
    due = date.today() + timedelta(days=days)  # noqa: DTZ011 - as the lab's calendar has it
    rig = load(variant("twin", (SUPPLY, f"{SUPPLY[:-1]}, calibration: {{due: {due}}}}}")))
    (found,) = (one for one in paper_checks(rig) if one.name.startswith("calibration"))
    assert found.result is result
    assert told in found.found


def test_the_weakest_part_makes_the_budget(variant: Callable[..., Path]) -> None:
    found = check_budget(load("twin"))
    assert found == Check.ok(
        "power budget", "I_ref 16.1 A, largest limit 80 A; the weakest is power.ac_grid, 107 A at 56 V"
    )
    weak = load(variant("twin", (LOAD, f"{LOAD[:-1]}, rating: {{current: 4, power: 1120}}}}")))
    assert min(rating_bounds(weak)) == (pytest.approx(20.0), "instruments.load.rating.power")
    assert check_budget(weak).found.startswith(
        "I_ref 3.0 A, largest limit 15 A; the weakest is instruments.load"
    )


def test_a_budget_that_is_too_small_fails(variant: Callable[..., Path]) -> None:
    found = check_budget(load(variant("twin", rated(power=300))))
    assert found.result is Result.FAILED
    assert "leaves I_ref = 0.8 A, but the device regulates to 1 A" in found.found
    assert check_budget(load("emulate_virtual")).result is Result.NOT_CHECKED


@pytest.mark.parametrize(
    ("free", "result"), [(0.1e9, Result.FAILED), (1e9, Result.WARNING), (9e9, Result.OK)]
)
def test_evidence_needs_room(tmp_path: Path, free: float, result: Result) -> None:
    asked: list[Path] = []

    def usage(place: Path) -> tuple[int, int, int]:
        asked.append(place)
        return 10**12, 0, int(free)

    found = check_disk(tmp_path / "runs" / "today", usage)
    assert found.result is result
    assert asked == [tmp_path]


def test_evidence_needs_a_folder(tmp_path: Path) -> None:
    (tmp_path / "runs").touch()
    found = check_disk(tmp_path / "runs")
    assert (found.result, found.remedy) == (Result.FAILED, "send runs elsewhere with --runs")
    assert found.found == f"{tmp_path / 'runs'} is no folder"


@pytest.mark.parametrize(
    ("state", "result", "told"), [(0, Result.OK, "kept right"), (5, Result.WARNING, "no time service")]
)
def test_a_clock_that_nobody_keeps_right_is_told(
    monkeypatch: pytest.MonkeyPatch, state: int, result: Result, told: str
) -> None:
    monkeypatch.setattr(computer_checks, "_clock_state", lambda: state)
    found = Clocks().check()
    assert found.result is result
    assert told in found.found


def test_a_clock_that_jumps_or_lies_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    future = tmp_path / "computer.py"
    future.touch()
    os.utime(future, (4e9, 4e9))
    clocks = Clocks()
    clocks._began -= 3600.0
    assert clocks.check().found == "jumped by 3600.0 s meanwhile"
    monkeypatch.setattr(computer_checks, "__file__", str(future))
    found = Clocks().check()
    assert (found.result, found.found[10:]) == (Result.FAILED, ": before this program was installed")


def test_rules_of_the_rig_file_have_a_line_each() -> None:
    checks = paper_checks(load("emulate_slcan"))
    (found,) = named(checks, "rig file")
    assert found.result is Result.FAILED
    assert found.found.startswith("can.emulator: is slcan /dev/ttyACM0 galvanically isolated?")
