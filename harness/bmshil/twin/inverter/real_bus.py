"""The inverter's CAN controller where it stands on a real bus: a self-test of real adapters and cables."""

import contextlib
import threading
from collections.abc import Callable, Mapping
from functools import partial
from queue import Empty, Full, Queue
from typing import Any

import can

from bmshil.errors import PortError, TimelineError
from bmshil.timeline import Nanoseconds, Timeline

_LOOK = 0.2  # how long the threads block before they look whether they shall end, s
_BUFFER = 64  # frames that wait for the adapter; what comes on top is lost
_SEND_TIMEOUT = 0.1  # what an adapter may take for one frame, s

# python-can's slcan driver sleeps two seconds after opening unless told otherwise.
_DEFAULTS: dict[str, dict[str, Any]] = {"slcan": {"sleep_after_open": 0}}


class RealBus:
    """A python-can bus that the twin's inverter hears and speaks through, on wall time.

    One thread reads and hands frames over to the timeline, one writes, so that no adapter can hold up the
    timeline. An adapter that fails is opened again until it is back, as a real inverter would go on.

    Args:
        timeline: on wall time.
        interface: a python-can interface name.
        channel: as the interface names it.
        bitrate: bit/s.
        options: further arguments for python-can.

    Attributes:
        on_frame: gets every frame from the bus, on the timeline, with the time of its arrival.
        connected: while False the inverter neither hears nor speaks. Its adapter stays on the bus and goes
            on acknowledging, which no adapter lets us take back without closing it.
        lost: frames that the adapter did not take.

    Raises:
        PortError: the adapter cannot be opened.
        TimelineError: the timeline is simulated, and a real bus does not wait for it.
    """

    def __init__(
        self,
        timeline: Timeline,
        interface: str,
        channel: str,
        *,
        bitrate: int = 500_000,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.on_frame: Callable[[Nanoseconds, can.Message], object] | None = None
        self.connected = True
        self.lost = 0
        if timeline.simulated:
            raise TimelineError(f"CAN inverter: {interface} {channel} needs wall time")
        self._timeline = timeline
        self._where = f"{interface} {channel}"
        self._arguments: dict[str, Any] = {
            "interface": interface,
            "channel": channel,
            "bitrate": bitrate,
            "ignore_config": True,
            **_DEFAULTS.get(interface, {}),
            **(options or {}),
        }
        self._waiting: Queue[can.Message] = Queue(_BUFFER)
        self._closing = threading.Event()
        self._bus: can.BusABC | None = self._open()
        self._threads = [
            threading.Thread(target=work, daemon=True, name=f"twin-inverter-{name}")
            for name, work in (("hears", self._read), ("speaks", self._write))
        ]
        for thread in self._threads:
            thread.start()

    def send(self, msg: can.Message, timeout: float | None = None) -> None:  # noqa: ARG002 - python-can's signature
        """Queue a frame; never blocks."""
        if not self.connected:
            return
        try:
            self._waiting.put_nowait(msg)
        except Full:
            self.lost += 1

    def shutdown(self) -> None:
        """Leave the bus. May be called again."""
        self._closing.set()
        for thread in self._threads:
            thread.join()
        self._drop()

    def _open(self) -> can.BusABC:
        try:
            return can.Bus(**self._arguments)
        # Drivers let anything through: serial errors, missing libraries, bare OSError.
        except Exception as error:
            what = " ".join(str(error).split()) or type(error).__name__
            raise PortError(f"CAN inverter: {self._where} cannot be opened: {what}") from error

    def _drop(self) -> None:
        bus, self._bus = self._bus, None
        if bus is None:
            return
        with contextlib.suppress(Exception):  # an adapter that is gone cannot be told good-bye
            bus.shutdown()
        line = getattr(bus, "serialPortOrig", None)
        if line is not None:  # slcan says good-bye before it closes its line, and so leaves it open
            with contextlib.suppress(OSError):
                line.close()

    def _read(self) -> None:
        while not self._closing.is_set():
            if self._bus is None:
                try:
                    self._bus = self._open()
                except PortError:
                    self._closing.wait(_LOOK)
                    continue
            try:
                message = self._bus.recv(_LOOK)
            except Exception:  # noqa: BLE001 - drivers let anything through
                self._drop()
                self._closing.wait(_LOOK)
                continue
            if message is not None and self.connected:
                self._timeline.post(partial(self._hear, message))

    def _hear(self, message: can.Message) -> None:
        if self.on_frame is not None:
            self.on_frame(self._timeline.now, message)

    def _write(self) -> None:
        while not self._closing.is_set():
            try:
                message = self._waiting.get(timeout=_LOOK)
            except Empty:
                continue
            if not self._sent(message):
                self.lost += 1

    def _sent(self, message: can.Message) -> bool:
        bus = self._bus
        if bus is None:
            return False
        try:
            bus.send(message, timeout=_SEND_TIMEOUT)
        except Exception:  # noqa: BLE001 - drivers let anything through
            return False
        return True
