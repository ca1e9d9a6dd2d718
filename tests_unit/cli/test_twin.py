"""A rig's software bench in a process of its own, opened by the drivers of real hardware, used and killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
from typing import TYPE_CHECKING, Any

import can
import pytest
from pymodbus.client import ModbusTcpClient

from bmshil.bench.assembly.doors import doors_folder
from bmshil.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.wall(28)

TESTS = """\
from pathlib import Path
from bmshil.bench import Bench
from pytest_bmshil import requirement

@requirement("CFG-01", "The keep-alive of the device arrives", duration="5", silent_device=True)
def test_keepalive(bench: Bench) -> None:
    bench.judge.at_most(bench.bus.keepalive_gap(over=3.0), 2.0, statement="It comes every second")

@requirement("CFG-02", "Something takes long", duration="600")
def test_long(bench: Bench) -> None:
    Path(__file__).with_name("running").touch()
    bench.run(600.0)
"""


@pytest.fixture
def served(rig: Callable[..., Path], quick: str) -> Iterator[Path]:
    """A rig with ``placement: process`` and an inverter that boots quickly; what a kill leaves is removed."""
    path = rig("twin-process", profile=quick)
    yield path
    shutil.rmtree(folder(), ignore_errors=True)


def folder() -> Path:
    """Where the doors of that rig are published."""
    return doors_folder(f"twin-process-{os.getpid()}")


def document(serving: Any) -> dict[str, Any]:
    """The JSON document that says that the doors are open."""
    text = serving.line()
    while not text.endswith("\n}\n"):
        more = serving.line()
        assert more, serving.process.stderr.read()
        text += more
    read: dict[str, Any] = json.loads(text)
    return read


def wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a running process has made a file."""
    while not file.exists():
        with pytest.raises(subprocess.TimeoutExpired):  # it must not end by itself meanwhile
            process.wait(0.05)


def verdicts(runs: Path) -> dict[str, Any]:
    (summary,) = runs.glob("*/summary.json")
    return {one["id"]: one for one in json.loads(summary.read_bytes())["requirements"]}


def test_doors_open_with_the_drivers_of_real_hardware_and_vanish_at_the_end(
    served: Path, command: Callable[..., Any]
) -> None:
    serving = command("twin", served, "--battery", "--json")
    doors = document(serving)
    assert (doors["profile"], doors["mutation"], doors["packs"]) == ("quick", None, 3)
    assert doors["pid"] == serving.process.pid
    assert doors == {"file": str(served), **json.loads((folder() / "doors.json").read_bytes())}
    _, host, port, _ = doors["instruments"]["meter"].split("::")
    with socket.create_connection((host, int(port)), timeout=10) as meter:
        meter.sendall(b"*IDN?\n")
        assert meter.recv(200).startswith(b"BMSHIL,")
    line: dict[str, Any] = {"interface": "slcan", "channel": doors["can"]["emulator"], "sleep_after_open": 0}
    with can.Bus(**line, bitrate=500_000, ignore_config=True) as bus:
        keepalive = bus.recv(20.0)
    assert keepalive is not None
    assert keepalive.arbitration_id == 0x305
    host, port = doors["readback"].split(":")
    client = ModbusTcpClient(host, port=int(port))
    assert client.connect()
    client.close()

    code, output, errors = command("twin", served).finish()
    assert (code, output) == (2, "")
    assert f"is served already by process {serving.process.pid} (since " in errors

    code, output, errors = command("qualify", served, "--dut", "pylon_parallel").finish()
    assert (code, output) == (2, "")
    assert "is quick, not pylon_parallel: give both commands the same --dut and --mutate" in errors

    assert serving.finish(signal.SIGTERM) == (0, "", "")
    assert not folder().exists()


def test_an_adapter_is_pulled_out_and_plugged_in_again(served: Path, command: Callable[..., Any]) -> None:
    serving = command("twin", served, "--fault", "emulator.unplug @1s for 500ms", "--duration", "20s")
    assert serving.line().endswith("quick, 3 packs; Ctrl-C ends it\n")
    lines = [serving.line().split() for _ in range(9)]
    assert [line[0] for line in lines] == [
        "can.emulator",
        "can.witness",
        "can.disturber",
        "instruments.supply",
        "instruments.meter",
        "instruments.load",
        "instruments.relays",
        "instruments.ohmmeter",
        "readback",
    ]
    link = folder() / "emulator"
    assert lines[0][1:] == ["slcan", str(link)]
    assert serving.line() == "the device lives once a supply gives it DC voltage\n"
    assert link.exists()
    assert serving.line() == "emulator.unplug begins\n"
    assert not link.is_symlink()
    assert serving.line() == "emulator.unplug ends\n"
    assert link.exists()
    code, output, errors = serving.finish(signal.SIGINT)
    assert (code, errors) == (0, "")
    nothing = "0 frames from the host, 0 to the host"
    *adapters, lateness = output.splitlines()
    assert adapters == [f"emulator: {nothing}", f"witness: {nothing}", f"disturber: {nothing}"]
    assert lateness.startswith("lateness of ")


def test_a_requirement_passes_and_a_killed_twin_leaves_the_next_one_open(
    served: Path, command: Callable[..., Any], tmp_path: Path
) -> None:
    serving = command("twin", served, "--json")
    document(serving)
    tests, runs = tmp_path / "tests", tmp_path / "runs"
    tests.mkdir()
    (tests / "test_small.py").write_text(TESTS)
    qualify = ["qualify", served, "--tests", tests, "--runs", runs]
    running = command(*qualify)
    wait_for(tests / "running", running.process)
    serving.finish(signal.SIGKILL)
    code, output, errors = running.finish()
    assert code == 2, output
    assert "DANGER: rig twin-process-" in errors
    assert "Traceback" not in output + errors
    found = verdicts(runs)
    assert found["CFG-01"]["verdict"] == "pass", found["CFG-01"]["reason"]
    assert found["CFG-02"]["verdict"] == "inconclusive"
    assert "an instrument failed" in found["CFG-02"]["reason"]
    assert "an adapter of CAN or RS485 failed" in found["CFG-02"]["reason"]

    code, output, errors = command(*qualify).finish()
    assert (code, output) == (2, "")
    assert (
        f"process {serving.process.pid}, which served it, has ended: start `bmshil twin {served}`" in errors
    )
    again = command("twin", served, "--json")
    assert document(again)["pid"] == again.process.pid
    assert again.finish(signal.SIGTERM)[0] == 0
    assert not folder().exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["emulate_virtual"], "only a rig that is all twin can be served, and this one has real parts"),
        (["nowhere"], "no rig is called 'nowhere'"),
        (["twin", "--dut", "nobody"], "no profile is called 'nobody'"),
        (["twin", "--mutate", "nonsense"], "no mutation is called 'nonsense'"),
        (["twin", "--duration", "soon"], "--duration soon: write a time above 0"),
        (["twin", "--fault", "pack1.silence"], "fault 'pack1.silence': write <who>.<what>"),
        (["twin", "--fault", "emulator.drop share=2"], "share=2: write a number above 0 and up to 1"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", *arguments]) == 2
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)
    assert told in errors
    assert not doors_folder("twin").exists()
