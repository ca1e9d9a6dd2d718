"""A segment on wall time, a CANable on it, and a bare host that reads and writes bytes."""

from __future__ import annotations

import os
import select
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Protocol

import can
import pytest

from bmshil.timeline import WallTimeline
from bmshil.twin.adapters import SlcanAdapter
from bmshil.twin.canbus import medium as can_medium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHANNEL = "adapter-test"
PATIENCE = 5.0  # s; no test needs it


class Host:
    """A program that has the device open, without any knowledge of CAN."""

    def __init__(self, link: Path) -> None:
        self.file = os.open(link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self._read = b""

    def write(self, text: bytes) -> None:
        os.write(self.file, text)

    def line(self) -> bytes:
        """The next line, or BEL."""
        end = time.monotonic() + PATIENCE
        while True:
            places = [self._read.index(mark) for mark in (b"\r", b"\a") if mark in self._read]
            if places:
                line, self._read = self._read[: min(places) + 1], self._read[min(places) + 1 :]
                return line
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.file], [], [], left)[0]:
                raise AssertionError(f"no line came, only {self._read!r}")
            self._read += os.read(self.file, 65536)

    def ask(self, line: bytes) -> bytes:
        self.write(line)
        return self.line()

    def quiet(self, seconds: float) -> bool:
        return not self._read and not select.select([self.file], [], [], seconds)[0]

    def close(self) -> None:
        os.close(self.file)


class Setting(Protocol):
    """What the tests stand on."""

    timeline: WallTimeline
    medium: can_medium.Medium
    adapter: SlcanAdapter

    def host(self) -> Host: ...

    def twin(self, **options: object) -> can.BusABC: ...

    def slcan(self, **options: object) -> can.BusABC: ...

    def forsake(self, host: can.BusABC) -> None: ...


class _Setting:
    def __init__(
        self, timeline: WallTimeline, medium: can_medium.Medium, link: Path, closing: ExitStack
    ) -> None:
        self.timeline = timeline
        self.medium = medium
        self.adapter = SlcanAdapter(medium, link, timeline=timeline)
        self.closing = closing

    def host(self) -> Host:
        made = Host(self.adapter.link)
        self.closing.callback(made.close)
        return made

    def twin(self, **options: object) -> can.BusABC:
        made = can.Bus(interface="twin", channel=CHANNEL, ignore_config=True, **options)
        self.closing.callback(made.shutdown)
        return made

    def slcan(self, **options: object) -> can.BusABC:
        opened = len(self.medium.stations)
        wanted: dict[str, object] = {"bitrate": 500_000, "sleep_after_open": 0, **options}
        made = can.Bus(interface="slcan", channel=str(self.adapter.link), ignore_config=True, **wanted)
        self.closing.callback(self.forsake, made)
        # The driver does not wait for the reply to its last command.
        assert self.timeline.until(lambda: len(self.medium.stations) > opened, PATIENCE)
        return made

    def forsake(self, host: can.BusABC) -> None:
        """Close what the driver leaves open when its farewell fails."""
        with suppress(can.CanOperationError):
            host.shutdown()
        host.serialPortOrig.close()  # type: ignore[attr-defined]  # of this driver only


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    with ExitStack() as closing:
        timeline = WallTimeline(realtime=False)
        closing.callback(timeline.close)
        medium = can_medium.create(CHANNEL, timeline)
        closing.callback(can_medium.remove, CHANNEL)
        made = _Setting(timeline, medium, tmp_path / "canable", closing)
        made.adapter.start()
        closing.callback(made.adapter.stop)
        yield made
