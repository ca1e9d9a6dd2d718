"""bmshil instruments: every driver, by role, and what of it nobody has seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bmshil.cli import main
from bmshil.instruments import DRIVERS

if TYPE_CHECKING:
    import pytest


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["instruments", *arguments]) == 0
    return capsys.readouterr().out


def test_every_driver_and_every_open_point_is_on_a_screen_of_100_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    page = listed(capsys)
    assert max(len(line) for line in page.splitlines()) <= 100
    assert [line for line in page.splitlines() if line and line[0].isupper()] == [
        "DC supplies",
        "Loads",
        "Meters",
        "Relays and switches",
        "Sources of the device",
        "Not verified: nobody has seen it in a manual or driver",
    ]
    words = " ".join(page.split())
    for name, kind in DRIVERS.items():
        assert name in page
        assert all(" ".join(point.split()) in words for point in kind.unverified)


def test_a_line_says_who_what_and_where_it_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(listed(capsys, "--json"))
    (load,) = [one for one in document["instruments"] if one["driver"] == "itech-it8500"]
    assert load["maker"] == "ITECH"
    assert load["roles"] == ["load", "sink"]
    assert {"trips", "slew", "timer", "read-back"} <= set(load["capabilities"])
    assert load["read"] == "programming guide"
    assert "remote sense command REM:SENS" in load["unverified"]
    assert {one["driver"] for one in document["instruments"]} == set(DRIVERS)


def test_a_role_leaves_the_others_out(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(listed(capsys, "--json", "--role", "permit"))
    assert {one["driver"] for one in document["instruments"]} == {
        "scpi-relays",
        "keysight-34970a",
        "lcus-relays",
        "kmtronic-relays",
        "waveshare-relays",
        "manual-relays",
    }
    assert "DC supplies" not in listed(capsys, "--role", "meter")


def test_a_role_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instruments", "--role", "toaster"]) == 2
    assert "unknown instrument role 'toaster'; known: supply, load" in capsys.readouterr().err
