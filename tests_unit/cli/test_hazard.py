"""Permission for what could harm a device: an option of each command that sends, and part of the evidence."""

from __future__ import annotations

import pytest

from bmshil.cli import main
from bmshil.cli.hazard import hazard_waiver
from bmshil.rig import load


@pytest.mark.parametrize("command", ["qualify", "emulate", "replay"])
def test_every_command_that_sends_has_the_option(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert "--allow-hazard" in capsys.readouterr().out


def test_the_evidence_names_the_permission_on_a_real_device_alone() -> None:
    real = load("emulate_virtual")
    assert hazard_waiver(real, allowed=True) == [
        "--allow-hazard: stimuli outside what the device bears were allowed, with at most 5 A"
    ]
    assert hazard_waiver(real, allowed=False) == []
    assert hazard_waiver(load("twin"), allowed=True) == []
