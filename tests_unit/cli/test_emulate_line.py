"""Playing the bank on a serial line: what is shown, and what needs a CAN bus."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from bmshil.bms.bank_line import BankLine
from bmshil.bms.multidrop import Multidrop
from bmshil.cli import main
from bmshil.cli.line_snapshot import LineObserver, observer
from bmshil.cli.words import bus_lines
from bmshil.rig import load
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.bench import House


class Device:
    """The other end of the line."""

    def hear(self, _when: int, _data: bytes) -> None:
        pass


class Pack(Device):
    """Answers every question."""

    line: BankLine

    def hear(self, _when: int, data: bytes) -> None:
        if data.startswith(b"~2002466"):
            self.line.send(self, b"~200246000000FDB2\r")


def test_questions_are_counted_by_what_is_asked_of_whom() -> None:
    timeline = SimulatedTimeline()
    wires = Multidrop(timeline, name="try", baud=9600)
    line, pack, device = BankLine(timeline, wires), Pack(), Device()
    pack.line = line
    line.attach(pack)
    wires.attach(device)
    house = SimpleNamespace(
        rig=load("twin-rs485"), ports={}, on_line=SimpleNamespace(line=line), timeline=timeline, bank=()
    )
    watch = observer(cast("House", house))
    assert isinstance(watch, LineObserver)
    assert bus_lines(watch.look())[0] == "inverter: no keep-alive (a question over RS485) yet"
    for question in (b"~200246610000FDAB\r", b"~200246630000FDA9\r", b"~200246610000FDAB\r", b"~20024\r"):
        wires.send(device, question)
        timeline.run(0.5)
    seen: dict[str, Any] = watch.look()
    assert (seen["frames"]["sent"], seen["frames"]["received"], seen["garbled"]) == (3, 3, 1)
    assert seen["heard"] == {"61 to 02": 2, "63 to 02": 1}
    assert bus_lines(seen) == [
        "inverter: keep-alive (a question over RS485) 1.0 s ago",
        "2.0 s: 3 frames sent, 0 lost, 3 received (61 to 02 x2, 63 to 02 x1), 1 bus errors",
    ]


@pytest.mark.wall
def test_the_bank_is_played_on_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulate", "twin-rs485", "--duration", "0.3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["interface"], told["channel"], len(told["packs"])) == ("serial", "twin", 1)
    assert told["keepalive"]["age"] is None


def test_what_needs_a_can_bus_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulate", "twin-rs485", "--trace", str(tmp_path / "new.log")]) == 2
    assert "it takes CAN frames, and twin-rs485 has no CAN bus" in capsys.readouterr().err
    assert main(["replay", str(tmp_path / "capture.log"), "--rig", "twin-rs485"]) == 2
    assert "a capture is played on CAN, and twin-rs485 has no CAN bus" in capsys.readouterr().err
