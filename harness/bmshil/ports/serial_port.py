"""The door to a serial line, over pyserial."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import serial

from bmshil.errors import PortError
from bmshil.ports.health import PortHealth
from bmshil.ports.outage import OutageLog
from bmshil.ports.serial_line import Reopened, SerialLine
from bmshil.ports.trouble import Trouble, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bmshil.journal import Journal
    from bmshil.timeline import Nanoseconds, Timeline

    Hear = Callable[[Nanoseconds, bytes], object]

MOST_WAITING = 65_536
"""Bytes that may wait for a device that takes none; what is more is lost and counted."""


class SerialPort:
    """One serial line with a role, in most cases an RS485 adapter.

    All that passes is an event ``serial`` of the journal. A device that fails is one event ``port_error``,
    and one ``port_recovered`` when it works again, which the port brings about by itself; what is to be sent
    meanwhile is lost and counted.

    A device of the twin hands its bytes over on the timeline, so that it works on either time (it has an
    attribute ``on_bytes``, to which a callback is given). Every other one runs on wall time only.

    Args:
        timeline: gives the time.
        journal: where traffic and outages are written.
        role: the port's name in the journal.
        url: a device or a URL that pyserial knows, e.g. ``/dev/ttyUSB0``, ``socket://host:port``,
            ``twin://NAME``.
        baud: bit/s; 8N1 unless the options say otherwise.
        options: further arguments for pyserial.

    Attributes:
        name: the role.
        url: as given.
        baud: bit/s.
        health: counters, in messages.
    """

    def __init__(
        self,
        timeline: Timeline,
        journal: Journal,
        *,
        role: str,
        url: str,
        baud: int,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = role
        self.url = url
        self.baud = baud
        self.health = PortHealth()
        self._timeline = timeline
        self._journal = journal
        self._options = dict(options or {})
        self._line = SerialLine(url, baud, self._options)
        self._pushing: Any = None
        self._outage = OutageLog(f"serial {role}", timeline, journal, self.health)
        self._opened = False
        self._waiting = 0
        self._listeners: tuple[Hear, ...] = ()

    def open(self) -> None:
        """Open the device and start to receive.

        Raises:
            PortError: there is no such device, it refuses, or it needs real time and has none.
        """
        where = f"serial {self.name}: {self.url}"
        try:
            device = serial.serial_for_url(self.url, do_not_open=True, baudrate=self.baud, **self._options)
            hands_over = hasattr(device, "on_bytes")
            if hands_over:
                device.open()
            elif not self._timeline.simulated:
                self._line.open()
        # Devices let anything through: errors of pyserial and of the system, bare ValueError.
        except Exception as error:
            raise PortError(f"{where} cannot be opened: {one_line(error)}") from error
        if hands_over:
            self._pushing = device
            self._pushing.on_bytes = self._take
        elif self._timeline.simulated:
            raise PortError(
                f"{where} runs by itself, and simulated time cannot wait for it: "
                "use the twin's line, or wall time"
            )
        else:
            self._timeline.add_source(self)
        self._opened = True

    def close(self) -> None:
        """Stop receiving and release the device. May be called twice."""
        self._opened = False
        self._timeline.remove_source(self)
        self._line.close()
        pushing, self._pushing = self._pushing, None
        if pushing is not None:
            pushing.close()

    def retune(self, baud: int) -> None:
        """Go on at another speed, bit/s."""
        self.baud = baud
        if self._pushing is not None:
            self._pushing.baudrate = baud
        else:
            self._line.retune(baud)

    def subscribe(self, hear: Hear) -> None:
        """Hand all bytes that come in to ``hear(when, data)``, on the timeline."""
        self._listeners = (*self._listeners, hear)

    def send(self, data: bytes) -> None:
        """Put bytes on the line as soon as it is free. Never blocks; what cannot be sent is counted.

        Call it on the timeline.

        Raises:
            PortError: the port is not open.
        """
        if not self._opened:
            raise PortError(f"serial {self.name}: not open, {len(data)} bytes cannot be sent: open it first")
        if self._outage.present is not None or self._waiting + len(data) > MOST_WAITING:
            self.health.lost += 1
            return
        self.health.sent += 1
        self._journal.event("serial", self.name, direction="sent", data=data.hex())
        if self._pushing is not None:
            self._pushing.write(data)
            return
        self._waiting += len(data)
        self._timeline.offload(
            f"serial {self.name}", partial(self._line.write, data), partial(self._written, len(data))
        )

    def poll(self) -> None:
        """Hand over all that has arrived; the timeline calls this."""
        arrived = self._line.arrived
        while arrived:
            item = arrived.popleft()
            if isinstance(item, bytes):
                self._take(self._timeline.now, item)
            elif isinstance(item, Reopened):
                self._outage.end()
            else:
                self._outage.begin(item)

    def wait(self, timeout: float) -> bool:
        """Block until bytes or a failure have arrived; the port's own thread calls this on wall time."""
        return self._line.wait(timeout)

    def _written(self, size: int, trouble: Trouble | None) -> None:
        self._waiting -= size
        if trouble is None:
            return
        self.health.lost += 1
        if self._opened and self._outage.begin(trouble):
            self._line.give_up()

    def _take(self, when: Nanoseconds, data: bytes) -> None:
        if not self._opened:
            return
        self.health.received += 1
        self._journal.event("serial", self.name, direction="received", data=data.hex())
        for hear in self._listeners:
            hear(when, data)
