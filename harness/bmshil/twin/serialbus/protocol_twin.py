"""``serial.serial_for_url("twin://NAME")``: pyserial finds this module by its name."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import serial
from serial.serialutil import PortNotOpenError

from bmshil.errors import PortError
from bmshil.twin.serialbus.medium import SerialStation, medium

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.timeline import Nanoseconds
    from bmshil.twin.serialbus.medium import SerialMedium

SCHEME = "twin://"


class Serial(serial.SerialBase):
    """A serial device on a line of the twin.

    On simulated time only the thread that made the line may read and write, and reading with a timeout
    lets time pass. On wall time any thread may.

    Attributes:
        on_bytes: when set, bytes are not kept for ``read`` but handed over on the timeline, as
            ``on_bytes(when, data)``, with the end of the last byte.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - pyserial's signature
        self.on_bytes: Callable[[Nanoseconds, bytes], object] | None = None
        self._medium: SerialMedium | None = None
        self._station: SerialStation | None = None
        self._buffer = bytearray()
        self._filling = threading.Lock()
        super().__init__(*args, **options)

    def open(self) -> None:
        """Join the line.

        Raises:
            serial.SerialException: there is no such line, or it is another thread's.
        """
        try:
            found = medium(str(self.port).removeprefix(SCHEME))
        except PortError as error:
            raise serial.SerialException(str(error)) from error
        self._check_thread(found)
        self._medium = found
        self._station = found.timeline.call(lambda: SerialStation(found, self._hear, baud=self.baudrate))
        self.is_open = True

    def close(self) -> None:
        """Leave the line."""
        self.is_open = False
        station, self._station = self._station, None
        if station is not None:
            station.close()

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read now."""
        return len(self._buffer)

    def read(self, size: int = 1, /) -> bytes:
        """Take ``size`` bytes, waiting for them at most the timeout; None waits for ever."""
        found = self._joined()
        if len(self._buffer) < size:
            self._check_thread(found)
            patience = 1e9 if self.timeout is None else self.timeout
            if patience > 0:
                found.timeline.until(lambda: len(self._buffer) >= size, patience)
        with self._filling:
            data = bytes(self._buffer[:size])
            del self._buffer[:size]
        return data

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - whatever holds bytes
        """Queue bytes; returns at once."""
        found, station, said = self._joined(), self._station, bytes(data)
        if station is not None and said:
            self._check_thread(found)
            if found.timeline.simulated:
                station.send(said)
            else:
                found.timeline.post(lambda: station.send(said))
        return len(said)

    def flush(self) -> None:
        """Nothing waits here."""

    def reset_input_buffer(self) -> None:
        """Drop what was not read."""
        with self._filling:
            self._buffer.clear()

    def reset_output_buffer(self) -> None:
        """Nothing waits here."""

    def _hear(self, when: Nanoseconds, data: bytes) -> None:
        if self.on_bytes is not None:
            self.on_bytes(when, data)
            return
        with self._filling:
            self._buffer += data

    def _joined(self) -> SerialMedium:
        if not self.is_open or self._medium is None:
            raise PortNotOpenError
        return self._medium

    def _check_thread(self, found: SerialMedium) -> None:
        if found.timeline.simulated and threading.get_ident() != found.owner:
            raise serial.SerialException(
                f"twin line {found.name} is on simulated time: only its owner thread may use it"
            )

    def _reconfigure_port(self) -> None:
        """Take over another speed; the other settings mean nothing here."""
        if self._station is not None:
            self._station.baud = self.baudrate
