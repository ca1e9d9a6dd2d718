from types import SimpleNamespace
from typing import Any

import pytest

from bmshil.cli.adapter_watch import AdapterWatch
from bmshil.errors import PortError
from bmshil.ports import PortHealth


def house(**health: Any) -> Any:
    port = SimpleNamespace(
        name="emulator", interface="gs_usb", channel="0", dead=False, health=PortHealth(**health)
    )
    return SimpleNamespace(ports={"emulator": port}, timeline=SimpleNamespace(seconds=10.0))


def test_an_adapter_that_refuses_everything_is_given_up_after_a_while() -> None:
    scene = house(sent=7, down="The message could not be sent")
    watch = AdapterWatch(scene)
    for now in (10.0, 10.5, 14.0, 15.4):
        scene.timeline.seconds = now
        watch.check()
    assert not watch.failed()
    scene.timeline.seconds = 15.5
    with pytest.raises(PortError) as caught:
        watch.check()
    assert str(caught.value) == (
        "CAN emulator: gs_usb 0 failed after 15.5 s and 7 frames: The message could not be sent"
    )


def test_a_frame_that_passes_meanwhile_shows_that_it_lives() -> None:
    scene = house(sent=7, down="The message could not be sent")
    watch = AdapterWatch(scene)
    for second in range(10, 60, 2):
        scene.timeline.seconds = float(second)
        scene.ports["emulator"].health.sent += 1
        watch.check()


@pytest.mark.parametrize(
    "cause", ["Transmit buffer full", "Failed to transmit: No buffer space available [Error Code 105]"]
)
def test_a_bus_on_which_nobody_acknowledges_is_waited_for(cause: str) -> None:
    scene = house(down=cause)
    watch = AdapterWatch(scene)
    for second in range(10, 60):
        scene.timeline.seconds = float(second)
        watch.check()


def test_an_adapter_that_was_given_up_ends_it_at_once() -> None:
    scene = house(sent=3, down="Could not read from serial device")
    scene.ports["emulator"].dead = True
    watch = AdapterWatch(scene)
    assert watch.failed()
    with pytest.raises(
        PortError, match=r"failed after 10\.0 s and 3 frames: Could not read from serial device"
    ):
        watch.check()
