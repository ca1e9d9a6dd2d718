"""The bank on the bus, seen from the other end: frames are read by plain cantools with the DBC files."""

from __future__ import annotations

import errno
import json
import os
import pty
import signal
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import can
import cantools
import pytest

from bmshil.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

pytestmark = pytest.mark.wall(27)

ROOT = Path(__file__).parents[2]
LIMITS_OF_100_AH = {
    "ChargeVoltageLimit": 56.0,
    "ChargeCurrentLimit": 50.0,
    "DischargeCurrentLimit": 90.0,
    "DischargeVoltageLimit": 44.8,
}
LIMITS_OF_50_AH_WITH_FAULT = {
    "ChargeVoltageLimit": 55.2,
    "ChargeCurrentLimit": 25.0,
    "DischargeCurrentLimit": 45.0,
    "DischargeVoltageLimit": 44.8,
}
MESSAGES = 18
KEEP_ALIVE = 0x305
BASH = "/bin/bash"


def decoded(frames: Iterable[tuple[int, bytes]], dbc: str) -> dict[str, dict[str, Any]]:
    """What each message says, by its name in the DBC file."""
    database: Any = cantools.database.load_file(ROOT / "dbc" / dbc)
    return {
        database.get_message_by_frame_id(id_).name: {
            name: round(value, 3) for name, value in database.decode_message(id_, data).items()
        }
        for id_, data in frames
    }


def assert_three_packs(said: dict[str, dict[str, Any]]) -> None:
    assert len([name for name in said if name.startswith("Pack")]) == MESSAGES
    assert said["Pack1_Limits"] == said["Pack3_Limits"] == LIMITS_OF_100_AH
    assert said["Pack2_Limits"] == LIMITS_OF_50_AH_WITH_FAULT
    for pack in ("Pack1", "Pack2", "Pack3"):
        assert said[f"{pack}_StateOfCharge"] == {"SOC": 55, "SOH": 100}
        assert said[f"{pack}_Measurements"]["Temperature"] == pytest.approx(25.0)
        assert 52.0 < said[f"{pack}_Measurements"]["Voltage"] < 53.0
        assert said[f"{pack}_Requests"]["ChargeEnable"] == 1
        name = said[f"{pack}_Manufacturer"]
        assert bytes(name[f"Character{place}"] for place in range(1, 9)) == b"PYLON   "


def read_to_the_end(terminal: int) -> bytes:
    """What is written to a pseudo-terminal until the last process that has it open has ended."""
    screen = b""
    try:
        while chunk := os.read(terminal, 4096):
            screen += chunk
    except OSError as error:
        assert error.errno == errno.EIO  # noqa: PT017 - how a pseudo-terminal says that everybody has left
    os.close(terminal)
    return screen


def join_bus(interface: str, channel: str, running: threading.Thread) -> can.BusABC:
    """Join a bus as soon as it is there."""
    while True:
        try:
            return can.Bus(interface=interface, channel=channel, ignore_config=True)
        except can.CanError:
            assert running.is_alive()
            running.join(0.02)


@pytest.mark.parametrize(
    "played",
    [("twin", "twin", "bus7", "4.8s"), ("emulate_virtual", "virtual", "other", "3s")],
)
def test_the_bank_is_read_at_the_other_end(
    rig: Callable[..., Path],
    quick: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    played: tuple[str, str, str, str],
) -> None:
    name, interface, channel, duration = played
    trace = tmp_path / "trace.log"
    options = ["--fault", "pack2.override cvl=55.2", "--soc", "55%", "--trace", str(trace)]
    options += ["--duration", duration, "--json"]
    path = rig(name, channel=channel, profile=quick)
    codes: list[int] = []
    playing = threading.Thread(target=lambda: codes.append(main(["emulate", str(path), *options])))
    playing.start()
    bus = join_bus(interface, channel, playing)
    frames: dict[int, bytes] = {}
    while len(frames) < MESSAGES:
        message = bus.recv(5.0)
        assert message is not None
        if message.arbitration_id != KEEP_ALIVE:
            frames[message.arbitration_id] = bytes(message.data)
    if interface == "virtual":
        bus.send(can.Message(arbitration_id=KEEP_ALIVE, data=bytes(8), is_extended_id=False))
    playing.join(20.0)
    bus.shutdown()
    assert codes == [0]
    assert_three_packs(decoded(frames.items(), "pylontech_lv_1_2__plus_0x100__3_packs.dbc"))
    output, errors = capsys.readouterr()
    assert errors == ""
    assert_document(json.loads(output))
    lines = [line.split() for line in trace.read_text().splitlines()]
    assert {line[3] for line in lines if line[2].startswith("305#")} == {"R"}
    assert {line[3] for line in lines if not line[2].startswith("305#")} == {"T"}
    written = [(int(id_, 16), bytes.fromhex(data)) for id_, data in (line[2].split("#") for line in lines)]
    assert_three_packs(decoded(written, "pylontech_lv_1_2__plus_0x100__3_packs.dbc"))


def assert_document(document: dict[str, Any]) -> None:
    assert document["frames"]["sent"] == document["frames"]["confirmed"] >= MESSAGES
    assert (document["frames"]["lost"], document["bus_errors"], document["adapter"]) == (0, 0, None)
    assert document["keepalive"]["id"] == "0x305"
    assert document["keepalive"]["count"] >= 1
    assert document["heard"]["0x305"] == document["frames"]["received"]
    assert document["lateness"]["count"] > MESSAGES
    assert document["lateness"]["p50_ms"] <= document["lateness"]["p99_ms"] <= document["lateness"]["max_ms"]
    assert [pack["cvl"] for pack in document["packs"]] == [56.0, 55.2, 56.0]
    assert [pack["on_air"] for pack in document["packs"]] == [True, True, True]
    assert [(fault["text"], fault["on"]) for fault in document["faults"]] == [
        ("pack2.override cvl=55.2", True)
    ]
    assert document["stopped_by"] == "duration"


def test_a_serial_adapter_plays_one_pack_until_it_is_interrupted(
    rig: Callable[..., Path], adapter: Any, command: Callable[..., Any]
) -> None:
    playing = command(
        "emulate",
        rig("emulate_slcan", channel=f"{adapter.path}, isolated: true"),
        "--current",
        "7.4",
        "--json",
    )
    seen = [adapter.frames.get(timeout=20.0)]
    adapter.hear("t30580000000000000000\r")
    adapter.hear("t3x1\r")
    seen += [adapter.frames.get(timeout=20.0) for _ in range(8)]
    told = playing.complaint()
    code, output, _ = playing.finish(signal.SIGINT)
    assert told.endswith(" s: CAN emulator: garbled: no slcan line: 't3x1'\n")
    assert code == 0
    assert [frame.id for frame in seen[:6]] == [0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E]
    assert not any(frame.extended for frame in seen)
    said = decoded(((frame.id, frame.data) for frame in seen), "pylontech_lv_1_2.dbc")
    assert said["Limits"] == {
        "ChargeVoltageLimit": 53.2,
        "ChargeCurrentLimit": 37.0,
        "DischargeCurrentLimit": 37.0,
        "DischargeVoltageLimit": 47.0,
    }
    assert said["Measurements"]["Current"] == pytest.approx(7.4)
    assert said["StateOfCharge"] == {"SOC": 60, "SOH": 100}
    commands = [adapter.commands.get(timeout=5.0) for _ in range(adapter.commands.qsize())]
    assert "S6" in commands
    assert commands[-1] == "C"
    document = json.loads(output)
    assert document["stopped_by"] == "interrupt"
    assert (document["interface"], document["channel"]) == ("slcan", str(adapter.path))
    assert document["heard"] == {"0x305": 1}
    assert document["garbled"] == 1
    assert document["frames"]["confirmed"] is None
    assert document["frames"]["sent"] >= 9
    assert {"count", "p50_ms", "p99_ms", "p99.9_ms", "max_ms", "realtime", "skipped"} == set(
        document["lateness"]
    )


def test_an_adapter_that_is_pulled_out_is_told_once_and_waited_for(
    rig: Callable[..., Path], adapter: Any, command: Callable[..., Any]
) -> None:
    playing = command("emulate", rig("emulate_slcan", channel=f"{adapter.path}, isolated: true"), "--json")
    adapter.frames.get(timeout=20.0)
    adapter.unplug()
    told = playing.complaint()
    code, output, errors = playing.finish(signal.SIGINT)
    assert " s: CAN emulator: unplugged: " in told
    assert (code, errors) == (0, "")
    document = json.loads(output)
    assert document["adapter"].startswith("unplugged: ")
    assert not playing.has_left_something()


def test_a_terminated_command_says_goodbye(rig: Callable[..., Path], command: Callable[..., Any]) -> None:
    playing = command("emulate", rig("emulate_virtual"))
    assert playing.line().startswith("emulate_virtual-")
    assert "0 of 3 packs on air" in playing.line()
    code, output, errors = playing.finish(signal.SIGTERM)
    assert (code, errors) == (0, "")
    assert output.splitlines()[-2].startswith("played ")
    assert output.splitlines()[-1].startswith("lateness of ")
    assert not playing.has_left_something()


def test_on_a_terminal_there_is_a_live_table(rig: Callable[..., Path], command: Callable[..., Any]) -> None:
    own, far = pty.openpty()
    playing = command("emulate", rig("emulate_virtual"), stdout=far)
    os.close(far)
    screen = b""
    while b"CVL V" not in screen:
        screen += os.read(own, 4096)
    playing.process.send_signal(signal.SIGINT)
    screen += read_to_the_end(own)
    code, _, errors = playing.finish()
    assert (code, errors) == (0, "")
    shown = screen.decode()
    assert "no keep-alive 0x305 yet" in shown
    assert "56.00" in shown
    assert "lateness of" in shown


def test_a_killed_command_leaves_no_table_behind(
    rig: Callable[..., Path], command: Callable[..., Any]
) -> None:
    own, far = pty.openpty()
    playing = command("emulate", rig("emulate_virtual"), stdout=far)
    os.close(far)
    screen = b""
    while b"CVL V" not in screen:
        screen += os.read(own, 4096)
    os.killpg(playing.process.pid, signal.SIGKILL)
    read_to_the_end(own)


def test_two_commands_do_not_play_on_one_rig(
    rig: Callable[..., Path], adapter: Any, command: Callable[..., Any]
) -> None:
    path = rig("emulate_slcan", channel=f"{adapter.path}, isolated: true")
    first = command("emulate", path)
    first.line()
    code, output, errors = command("emulate", path).finish()
    first.finish(signal.SIGINT)
    assert (code, output, errors.count("\n")) == (2, "", 1)
    assert f"is held by process {first.process.pid} (emulate, since " in errors


def test_its_output_may_be_closed_early(rig: Callable[..., Path]) -> None:
    path = rig("emulate_virtual")
    line = f"python -m bmshil.cli emulate {path} --duration 1s | head -1"
    done = subprocess.run(  # noqa: S603 - our own command line
        [BASH, "-o", "pipefail", "-c", line],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PATH": f"{Path(os.sys.executable).parent}:{os.environ['PATH']}"},  # type: ignore[attr-defined]
    )
    assert done.stderr == ""
    assert done.returncode == 0
