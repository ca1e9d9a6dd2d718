"""What `bmshil drill` refuses, and how it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

REAL_SUPPLY = """\
name: no-layers
dut: {profile: pylon_single}
bank: {packs: [{module: us5000}]}
can: {emulator: {interface: virtual, channel: nobody}}
instruments:
  supply: {driver: ea-psb10000, resource: "TCPIP::192.0.2.11::5025::SOCKET"}
  meter: {driver: keysight-34461a, resource: "TCPIP::192.0.2.12::5025::SOCKET"}
envelope: {voltage: 60, current: 100, power: 5000}
control: {cable: 0.02}
"""


def test_a_twin_inside_the_harness_cannot_be_drilled(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drill", "twin"]) == 2
    told = capsys.readouterr()
    assert "dies with it" in told.err
    assert not told.out


def test_a_rig_that_cannot_be_opened_is_refused_with_its_cause_and_who_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BMSHIL_STATE", str(tmp_path / "state"))
    path = tmp_path / "lab.yaml"
    path.write_text(REAL_SUPPLY, encoding="utf-8")
    assert main(["drill", str(path)]) == 2
    told = capsys.readouterr().err
    assert told.startswith("bmshil drill: rig no-layers: could not be opened for the drill: ")
    assert told.count("bmshil drill") == 1
    assert "without the computer: add instruments.permit" in told
