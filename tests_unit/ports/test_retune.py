"""A serial line that goes on at another speed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.ports.serial_line import SerialLine

if TYPE_CHECKING:
    from collections.abc import Callable


class Device:
    """What pyserial hands out, as far as its speed goes."""

    def __init__(self, baudrate: int, *, stubborn: bool = False) -> None:
        self.speeds = [baudrate]
        self._stubborn = stubborn

    @property
    def baudrate(self) -> int:
        return self.speeds[-1]

    @baudrate.setter
    def baudrate(self, value: int) -> None:
        if self._stubborn:
            raise OSError(5, "Input/output error")
        self.speeds.append(value)

    def close(self) -> None:
        """As it is asked."""

    def read(self, _size: int) -> bytes:
        raise OSError(5, "Input/output error")


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Device]]:
    def make(**options: Any) -> list[Device]:
        made: list[Device] = []

        def opened(_url: str, *, baudrate: int, **_more: Any) -> Device:
            made.append(Device(baudrate, **options))
            return made[-1]

        monkeypatch.setattr("bmshil.ports.serial_line.serial.serial_for_url", opened)
        return made

    return make


def test_an_open_device_follows_at_once(devices: Callable[..., list[Device]]) -> None:
    made = devices()
    line = SerialLine("/dev/serial", 9600, {})
    line.open()
    line.retune(115_200)
    assert [one.speeds for one in made] == [[9600, 115_200]]


def test_one_that_is_gone_comes_back_at_the_new_speed(devices: Callable[..., list[Device]]) -> None:
    made = devices(stubborn=True)
    line = SerialLine("/dev/serial", 9600, {})
    line.open()
    line.retune(115_200)
    assert line.wait(0.0)  # it fails, and is let go of
    for _ in range(100):
        if line.wait(0.1):
            break
    assert [one.speeds for one in made] == [[9600], [115_200]]
