from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


pytestmark = pytest.mark.wall

SHORT = """\
(10.000000) can0 351#1402740E740ECC01
(10.100000) can0 305#0000000000000000
(10.150000) can0 355#1A006400
(10.300000) can0 351#1402740E740ECC01
"""

ALLOWED = "--allow-hazard"
"""Ten modules offer 370 A, and the device of this rig is made for 120 A."""


def test_without_permission_what_the_device_does_not_bear_is_not_sent(
    rig: Callable[..., Path], adapter: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capture = tmp_path / "short.log"
    capture.write_text(SHORT)
    path = rig("emulate_slcan", channel=f"{adapter.path}, isolated: true")
    assert main(["replay", str(capture), "--rig", str(path)]) == 2
    assert adapter.frames.empty()
    assert capsys.readouterr().err == (
        "bmshil replay: 0x351: CCL 370 A lies outside what the device bears, 0 to 120 A; not sent: "
        "--allow-hazard allows it, with a reduced current\n"
    )


def test_a_capture_comes_out_of_the_adapter_with_its_timing(
    rig: Callable[..., Path], adapter: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capture = tmp_path / "short.log"
    capture.write_text(SHORT)
    path = rig("emulate_slcan", channel=f"{adapter.path}, isolated: true")
    assert main(["replay", str(capture), "--rig", str(path), "--loop", "2", ALLOWED, "--json"]) == 0
    seen = [adapter.frames.get(timeout=5.0) for _ in range(6)]
    assert [frame.id for frame in seen] == [0x351, 0x355, 0x351] * 2
    assert seen[0].data == bytes.fromhex("1402740E740ECC01")
    assert seen[1].data == bytes.fromhex("1A006400")
    assert adapter.frames.empty()
    output, errors = capsys.readouterr()
    assert errors == ""
    document = json.loads(output)
    assert (document["frames"]["sent"], document["rounds"], document["stopped_by"]) == (6, 2, "end")
    assert document["frames_in_capture"] == 3
    assert document["hazards"] == {
        "allowed": 4,
        "causes": ["0x351: CCL 370 A lies outside what the device bears, 0 to 120 A"],
    }
    # 0.3 s of capture, 0.3 s until its first message comes again, 0.3 s of capture
    assert 0.9 <= document["duration"] < 1.2
    assert document["lateness"]["count"] > 0


def test_until_stopped_it_begins_anew(
    rig: Callable[..., Path], adapter: Any, tmp_path: Path, command: Callable[..., Any]
) -> None:
    capture = tmp_path / "short.log"
    capture.write_text(SHORT)
    playing = command(
        "replay",
        capture,
        "--rig",
        rig("emulate_slcan", channel=f"{adapter.path}, isolated: true"),
        ALLOWED,
        "--loop",
        "0",
    )
    for _ in range(4):
        adapter.frames.get(timeout=20.0)
    code, output, errors = playing.finish(signal.SIGINT)
    assert (code, errors) == (0, "")
    assert output.splitlines()[-2].startswith(f"played {capture} for ")
    assert output.splitlines()[-1].startswith("lateness of ")


def test_an_adapter_that_is_pulled_out_is_told_once_and_waited_for(
    rig: Callable[..., Path], adapter: Any, tmp_path: Path, command: Callable[..., Any]
) -> None:
    capture = tmp_path / "short.log"
    capture.write_text(SHORT)
    playing = command(
        "replay",
        capture,
        "--rig",
        rig("emulate_slcan", channel=f"{adapter.path}, isolated: true"),
        ALLOWED,
        "--loop",
        "0",
        "--json",
    )
    adapter.frames.get(timeout=20.0)
    adapter.unplug()
    told = playing.complaint()
    code, output, errors = playing.finish(signal.SIGINT)
    assert " s: CAN emulator: unplugged: " in told
    assert (code, errors) == (0, "")
    assert json.loads(output)["stopped_by"] == "interrupt"
