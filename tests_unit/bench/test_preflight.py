"""Listening to a bus before anybody speaks on it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import can
import pytest

from bmshil.bench.bus.preflight import Heard, listen
from bmshil.errors import RigError
from bmshil.ports import PortHealth
from bmshil.rig import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.wall


def test_what_others_send_is_heard_and_nothing_is_sent(variant: Callable[..., Path]) -> None:
    rig = load(variant("emulate_virtual", ("channel: bmshil", "channel: preflight")))
    done = threading.Event()
    echoes: list[int] = []

    def speak() -> None:
        with can.Bus(interface="virtual", channel="preflight", ignore_config=True) as bus:
            while not done.wait(0.05):
                bus.send(can.Message(arbitration_id=0x305, data=bytes(8), is_extended_id=False))
                bus.send(can.Message(arbitration_id=0x1351, data=bytes(8), is_extended_id=True))
                while (answer := bus.recv(0)) is not None:
                    echoes.append(answer.arbitration_id)

    speaking = threading.Thread(target=speak)
    speaking.start()
    (heard,) = listen(rig, 1.0)
    done.set()
    speaking.join()
    assert echoes == []
    assert (heard.role, heard.finding) == ("emulator", "the bit rate fits")
    assert heard.identifiers.keys() == {(0x305, False), (0x1351, True)}
    assert heard.keepalives == heard.identifiers[0x305, False] >= 3
    assert heard.health.sent == 0


@pytest.mark.parametrize(
    ("frames", "errors", "finding"),
    [
        (0, 0, "silent: no power, no cable, or nobody who speaks unasked"),
        (0, 9, "another bit rate, or a bad cable"),
        (9, 0, "the bit rate fits"),
        (9, 1, "the bit rate fits, but frames are destroyed: look at cable and terminators"),
    ],
)
def test_what_was_heard_tells_the_bit_rate(frames: int, errors: int, finding: str) -> None:
    health = PortHealth(received=frames, error_frames=errors)
    assert Heard("witness", True, health, {}, 0).finding == finding


def test_a_refused_rig_is_not_opened() -> None:
    with pytest.raises(RigError, match=r"can\.emulator: is slcan /dev/ttyACM0 galvanically isolated\?"):
        listen(load("emulate_slcan"), 1.0)
