"""bmshil diverge."""

import json
from pathlib import Path
from typing import Any

import pytest

from bmshil.cli import main

QUICK = "cell_drift=0.001,offset=0.3,ahead=0.002"
"""A pack that drifts so fast that days show what takes weeks."""


def document(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert main(["diverge", "--json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_it_prints_a_table_the_days_of_the_events_and_what_is_impossible(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["diverge", "--days", "14", "--packs", "offset=-0.1", QUICK]) == 0
    printed = capsys.readouterr().out
    rows = [line.split()[0] for line in printed.splitlines() if line[:3].strip().isdigit()]
    assert rows == ["1", "7", "14"]
    assert "protection  pack 2: over-voltage protection at 3.62" in printed
    assert "no alarm reached the inverter" in printed
    assert "Whole packs at 3.62 and 3.48 V per cell on one\nbus are impossible" in printed


def test_what_never_came_is_said_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diverge", "--days", "2", "--rule", "lowest", "--wiring", "one_end"]) == 0
    printed = capsys.readouterr().out
    assert "no protection opened in 2 days" in printed
    assert "on one end; the inverter follows the lowest CVL" in printed


def test_json_has_every_day(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "--days", "3", "--packs", "capacity=100", "capacity=50,offset=0.2")
    assert [day["day"] for day in found["days"]] == [1, 2, 3]
    assert [one["capacity"] for one in found["scenario"]["packs"]] == [100, 50]
    assert found["days"][2]["spread"] > found["days"][2]["true_spread"]
    assert found["note"].endswith("may lie anywhere.")


@pytest.mark.parametrize(("name", "begins"), [("a.svg", b"<?xml"), ("a.png", b"\x89PNG")])
def test_it_draws_the_course(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, begins: bytes
) -> None:
    target = tmp_path / name
    document(capsys, "--days", "1", "--plot", str(target))
    assert target.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--days", "many"], "--days many: give a whole number of days, such as 60"),
        (["--days", "0"], "0 days: give 1 to 3650"),
        (
            ["--packs", "capacity=200,colour=3"],
            "--packs capacity=200,colour=3: write each of these at most once",
        ),
        (["--packs", "capacity=1,capacity=2"], "write each of these at most once"),
        (
            ["--packs", "capacity"],
            "--packs capacity: write each of these at most once, with a value: capacity,",
        ),
        (["--packs", "capacity=big"], "--packs capacity=big: capacity 'big' is no number"),
        (["--packs", "resistance=25"], "--packs resistance=25: resistance 25: give 0.0001 to 1 ohm"),
        (["--rule", "maximum"], "no rule is called 'maximum': take one of first, lowest, average"),
        (["--wiring", "star"], "wiring 'star' is unknown; known are busbar, one_end, both_ends, diagonal"),
        (["--plot", "course.txt"], "course.txt: a plot ends in .svg, .png or .pdf"),
        (["--plot", "/none/course.svg"], "/none/course.svg: there is no folder /none"),
    ],
)
def test_nonsense_is_answered_in_one_line(
    capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert main(["diverge", *options]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("bmshil diverge: ")
    assert errors.count("\n") == 1
    assert told in errors
