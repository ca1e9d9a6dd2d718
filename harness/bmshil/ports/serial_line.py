"""The connection to a serial device: opened, read, written, and opened again when it is back."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import serial

from bmshil.ports.trouble import Trouble, diagnose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from serial import Serial

LOOK = 0.05
"""Longest wait for a byte before the thread looks whether it shall stop, s."""

RETRY = 0.1
"""Distance of two attempts to open a device that is gone, s."""

WRITE_PATIENCE = 0.5
"""A device that takes no byte for so long has stalled, s."""


class Reopened:
    """The device is back."""


class SerialLine:
    """Keeps the pyserial object of one device on wall time.

    All that may block happens on two threads: the port's source sits in ``wait``, where it reads and opens
    again; a lane of the timeline sits in ``write``. What has happened is put into ``arrived`` and handled on
    the timeline.

    Args:
        url: as ``serial.serial_for_url`` takes it.
        baud: bit/s.
        options: further arguments for pyserial.

    Attributes:
        arrived: bytes and news, the oldest first.
    """

    def __init__(self, url: str, baud: int, options: Mapping[str, Any]) -> None:
        self.arrived: deque[bytes | Trouble | Reopened] = deque()
        self._url = url
        self._baud = baud
        self._options = options
        self._handle: Serial | None = None
        self._wake = threading.Event()
        self._wanted = False
        self._failed = False
        self._next_attempt = 0.0

    def open(self) -> None:
        """Open for the first time; raises whatever pyserial raises."""
        self._handle = self._make()
        self._wanted = True

    def close(self) -> None:
        """Release the device for good. Call it when no thread is in ``wait``."""
        self._wanted = False
        self._release()

    def give_up(self) -> None:
        """Close the device and open it again, on the thread of the source."""
        self._failed = True
        self._wake.set()

    def retune(self, baud: int) -> None:
        """Go on at another speed, also after the device was gone."""
        self._baud = baud
        handle = self._handle
        if handle is not None:
            with suppress(Exception):  # what is gone is opened again at the new speed
                handle.baudrate = baud

    def write(self, data: bytes) -> Trouble | None:
        """Put bytes on the line, at most a little later than ``WRITE_PATIENCE``; say what went wrong."""
        handle = self._handle
        if handle is None:
            return None  # known to be gone
        try:
            handle.write(data)
        except Exception as error:  # noqa: BLE001 - drivers let anything through
            return diagnose(error)
        return None

    def wait(self, timeout: float) -> bool:
        """Read, or try to open the device again, for at most ``timeout`` s; say whether anything arrived."""
        if self._failed:
            self._failed = False
            self._release()
        if self._handle is None:
            return self._try_again(timeout)
        try:
            data = self._handle.read(1)
            while waiting := self._handle.in_waiting:
                data += self._handle.read(waiting)
        except Exception as error:  # noqa: BLE001 - drivers let anything through
            self._release()
            self.arrived.append(diagnose(error)._replace(lasting=True))
            return True
        if data:
            self.arrived.append(data)
        return bool(data)

    def _try_again(self, timeout: float) -> bool:
        left = self._next_attempt - time.monotonic()
        if left > 0 or not self._wanted:
            self._wake.wait(timeout if left <= 0 else min(left, timeout))
            self._wake.clear()
            return False
        try:
            self._handle = self._make()
        except Exception:  # noqa: BLE001 - it is still gone, which was told when it went
            self._next_attempt = time.monotonic() + RETRY
            return False
        self.arrived.append(Reopened())
        return True

    def _make(self) -> Serial:
        return serial.serial_for_url(
            self._url,
            **{"baudrate": self._baud, "timeout": LOOK, "write_timeout": WRITE_PATIENCE, **self._options},
        )

    def _release(self) -> None:
        handle, self._handle = self._handle, None
        self._next_attempt = time.monotonic() + RETRY
        if handle is not None:
            with suppress(Exception):  # what is gone cannot be closed politely
                handle.close()
