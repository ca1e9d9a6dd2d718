"""What a rig is told about itself before anything is opened."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SERIAL = "interface: slcan, channel: /dev/ttyACM0, bitrate: 500000"


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run ``bmshil check`` in this process; returns exit code, output and errors."""
    monkeypatch.chdir(ROOT)

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["check", *map(str, arguments)])
        return code, *capsys.readouterr()

    return run


def words(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_slots_load_adapters_and_requirements_of_the_twin(check: Callable[..., Any]) -> None:
    code, output, errors = check("twin", "--plan")
    assert (code, errors) == (0, "")
    shown = words(output)
    assert "pack message identifier period ms offset ms bits at most" in shown
    assert "1 Limits 0x351 1000 0.0 135" in shown
    assert "2 Measurements 0x456 1000 343.3 115" in shown
    assert "3 Manufacturer 0x55E 1000 691.7 135" in shown
    assert "planned bus load: 0.435 % of 500000 bit/s with the longest stuffing" in shown
    assert any(line.startswith("witness twin bus0 500000 software yes") for line in shown)
    assert "nothing speaks against using this rig; nothing was opened" in shown


def test_a_script_gets_one_document(check: Callable[..., Any], rig: Callable[..., Path]) -> None:
    code, output, errors = check(rig("twin-single"), "--plan", "--json")
    assert (code, errors) == (0, "")
    document = json.loads(output)
    assert [(one["id"], one["offset_ms"], one["bits"]) for one in document["messages"]] == [
        ("0x351", 0.0, 135),
        ("0x355", 5.0, 95),
        ("0x356", 10.0, 115),
        ("0x359", 15.0, 125),
        ("0x35C", 20.0, 75),
        ("0x35E", 25.0, 135),
    ]
    assert document["bus_load"] == {
        "percent": 0.163,
        "bank_percent": 0.136,
        "device_percent": 0.027,
        "limit_percent": 70.0,
        "bitrate": 500000,
    }
    reasons = {one["id"]: one["reason"] for one in document["requirements"]["skipped"]}
    assert reasons["AGG-01"] == "not observable: the rig's bank has not three packs"
    assert "LIM-01" not in reasons
    assert document["untestable"] is None
    assert (document["warnings"], document["waivers"], document["refusals"]) == ([], [], [])


def test_a_bus_with_too_much_planned_is_shown_and_refused(check: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "busy.yaml"
    path.write_text((ROOT / "rigs/emulate_virtual.yaml").read_text().replace("bmshil}", "b, bitrate: 3000}"))
    code, output, errors = check(path, "--plan")
    assert "planned bus load: 72.5 % of 3000 bit/s with the longest stuffing" in words(output)
    assert code == 2
    assert errors == (
        f"bmshil check: {path}: the planned bus load is 72.5 % of 3000 bit/s, the limit is 70 %: take fewer "
        "packs or a higher bit rate, or raise wire.most_load\n"
    )


def test_an_adapter_that_nobody_answers_for_is_shown_and_refused(
    check: Callable[..., Any], rig: Callable[..., Path]
) -> None:
    path = rig("emulate_slcan")
    code, output, errors = check(path, "--plan")
    row = "emulator slcan /dev/ttyACM0 500000 not said no listen only,"
    assert any(line.startswith(row) for line in words(output))
    assert "supply is missing" in " ".join(words(output))
    assert code == 2
    assert errors.count("\n") == 1
    assert errors.startswith(
        f"bmshil check: {path}: can.emulator: is slcan /dev/ttyACM0 galvanically isolated?"
    )


def test_a_waiver_is_read_out(check: Callable[..., Any], rig: Callable[..., Path]) -> None:
    path = rig("emulate_slcan")
    path.write_text(
        path.read_text().replace(SERIAL, f"{SERIAL}, isolated: false, waiver: 'J. Doe: laptop on battery'")
    )
    code, output, errors = check(path, "--plan")
    assert (code, errors) == (0, "")
    assert "waiver: adapter emulator is not isolated; waived: J. Doe: laptop on battery" in words(output)


def test_a_folder_of_tests_that_is_not_there(check: Callable[..., Any], tmp_path: Path) -> None:
    code, _, errors = check("twin", "--plan", "--tests", tmp_path / "none")
    assert (code, errors) == (2, f"bmshil check: --tests {tmp_path}/none: no such file or folder\n")


@pytest.mark.wall
def test_with_open_it_listens_on_the_adapters(command: Callable[..., Any], rig: Callable[..., Path]) -> None:
    code, output, errors = command("check", rig("emulate_virtual"), "--open", cwd=ROOT).finish()
    assert (code, errors) == (0, "")
    shown = words(output)
    assert any(line.startswith("emulator, 3 s ") and ": silent: no power," in line for line in shown)
    assert "keep-alive 0x305: 0 times" in shown
    assert "nothing speaks against using this rig; nothing but the adapters was opened" in shown


def test_a_healthy_twin_is_checked_in_a_table(command: Callable[..., Any]) -> None:
    code, output, errors = command("check", "twin", cwd=ROOT).finish()
    assert (code, errors) == (0, "")
    shown = " ".join(output.split())
    for line in (
        "termination ok 60 ohm: two terminators",
        "dc_precharge ok raises the device to 19.1 V",
        "dc_main ok open it holds the voltage off, closed it conducts",
        "power budget ok I_ref 16.1 A, largest limit 80 A; the weakest is power.ac_grid, 107 A at 56 V",
        "off at the end ok outputs, contactors, current and voltage of the device verified",
    ):
        assert line in shown
    # All but those for other architectures, for five packs and for RS485.
    assert "requirements: 101 of 151 find what they need" in shown
    assert re.search(r"34 checks: (33 ok|32 ok, 1 warning), 1 not checked$", shown)


def test_a_broken_twin_ends_with_its_cause(check: Callable[..., Any]) -> None:
    code, output, errors = check("twin", "--fault", "relays.weld role=dc_main")
    assert code == 2
    shown = " ".join(output.split())
    assert (
        "dc_main failed dc_main is open by its board, but the voltage of the supply is at the device: welded"
        in shown
    )
    assert "to do: replace the contactor" in shown
    assert (
        "meter reading not checked dc_main has to be right first; the same for dc_discharge, device" in shown
    )
    assert errors.startswith("bmshil check: rigs/twin.yaml: dc_main: dc_main is open by its board,")
    assert errors.count("\n") == 1
    code, output, _ = check("twin", "--fault", "witness.unplug")
    assert (code, "can.witness failed CAN witness: twin bus0 cannot" in " ".join(output.split())) == (2, True)


def test_a_script_gets_every_check(check: Callable[..., Any]) -> None:
    code, output, errors = check("twin", "--no-power", "--json")
    assert (code, errors) == (0, "")
    found = {one["check"]: one for one in json.loads(output)["checks"]}
    assert found["instruments.meter"] == {
        "check": "instruments.meter",
        "result": "ok",
        "found": "BMSHIL,METER-TWIN,0,1.0 (scpi-meter)",
        "remedy": "",
    }
    assert found["dc_main"]["result"] == "not checked"
    assert found["dc_main"]["found"] == "every output was to stay off"


@pytest.mark.parametrize(
    ("rig_name", "fault", "told"),
    [
        ("twin", "meter.stuk", "no fault 'stuk', known are identity,"),
        ("twin-process", "meter.stuck", "give the fault to `bmshil twin`"),
        ("template_real", "meter.stuck", "has real parts, and only a twin can be told to fail"),
    ],
)
def test_a_fault_that_cannot_be_made_is_one_line(
    capsys: pytest.CaptureFixture[str], rig_name: str, fault: str, told: str
) -> None:
    assert main(["check", rig_name, "--fault", fault]) == 2
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)
    assert told in errors


@pytest.mark.parametrize("option", [["--fault", "meter.stuck"], ["--mutate", "averages_cvl"], ["--no-power"]])
@pytest.mark.parametrize("only", ["--plan", "--open"])
def test_what_the_plan_does_not_look_at_is_refused(
    option: list[str], only: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "twin", only, *option]) == 2
    assert f"{option[0]} changes nothing in what is planned" in capsys.readouterr().err
