"""The device's side of USB/IP: a USB device in software, on one end of a socket.

At the other end is a host controller in software, such as Linux's vhci_hcd. What it wants of the device comes
as requests with a number, and each is answered under its number.

Source: Linux kernel, Documentation/usb/usbip_protocol.rst.
"""

from __future__ import annotations

import errno
import socket
import struct
import threading
from collections import deque
from contextlib import suppress
from typing import NamedTuple, Protocol

SUBMIT, UNLINK, SUBMITTED, UNLINKED = 1, 2, 3, 4
IN = 1

HEADER = 48
"""Bytes of every header."""

BASE = struct.Struct("!5I")  # command, number, device, direction, endpoint
SUBMIT_BODY = struct.Struct("!Ii12x8s")  # flags, length of the buffer, setup packet
SUBMITTED_BODY = struct.Struct("!ii20x")  # status, actual length
UNLINK_BODY = struct.Struct("!I24x")  # number of the request that is taken back
UNLINKED_BODY = struct.Struct("!i24x")  # status

TO_DEVICE, TO_HOST = 0x00, 0x80
"""Direction bit of a setup packet's kind."""


class Setup(NamedTuple):
    """A control request (USB 2.0, 9.3): kind, request, value, place (``wIndex``), length of data."""

    kind: int
    request: int
    value: int
    place: int
    length: int


class UsbDevice(Protocol):
    """What stands behind a link. Everything is called by the link's own thread."""

    def control(self, setup: Setup, data: bytes) -> bytes | None:
        """Answer a control request; None refuses it (stall)."""

    def bulk_out(self, data: bytes) -> object:
        """Take in one transfer to the bulk endpoint."""

    def cut_off(self) -> object:
        """Take in that the host is gone."""


class UsbLink:
    """One plugged-in USB device with a control endpoint, one bulk endpoint in and one out.

    Args:
        line: the device's end of the socket; the link closes it.
        device: what answers.
        depth: transfers to the host that the device can keep.
    """

    def __init__(self, line: socket.socket, device: UsbDevice, *, depth: int = 64) -> None:
        self._line = line
        self._device = device
        self._depth = depth
        self._lock = threading.Lock()
        self._asked: deque[int] = deque()  # requests of the host for a bulk transfer, by number
        self._ready: deque[bytes] = deque()  # transfers that no request has come for
        self._thread = threading.Thread(target=self._serve, daemon=True, name="bmshil-usb")

    def start(self) -> None:
        """Begin to answer the host."""
        self._thread.start()

    def close(self) -> None:
        """Unplug. Returns when the link's thread has ended; may be called twice."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        if threading.current_thread() is not self._thread:
            self._thread.join()
        self._line.close()

    def bulk_in(self, data: bytes) -> bool:
        """Hand one transfer to the host, or keep it until the host asks; False when there is no room."""
        # The lock is held while sending, so that answers do not mix. They are short, and the host controller
        # reads them at once: this does not block.
        with self._lock:
            if self._asked:
                self._answer(self._asked.popleft(), data)
            elif len(self._ready) >= self._depth:
                return False
            else:
                self._ready.append(data)
        return True

    def purge(self) -> None:
        """Forget the transfers that the host has not fetched."""
        with self._lock:
            self._ready.clear()

    def _serve(self) -> None:
        try:
            while len(header := self._line.recv(HEADER, socket.MSG_WAITALL)) == HEADER:
                command, number, _, direction, endpoint = BASE.unpack_from(header)
                if command == UNLINK:
                    self._unlink(number, UNLINK_BODY.unpack_from(header, BASE.size)[0])
                    continue
                _, length, packet = SUBMIT_BODY.unpack_from(header, BASE.size)
                data = self._line.recv(length, socket.MSG_WAITALL) if direction != IN and length else b""
                if endpoint == 0:
                    self._control(number, packet, data)
                elif direction == IN:
                    self._ask(number)
                else:
                    with self._lock:
                        self._answer(number, b"", taken=len(data))
                    self._device.bulk_out(data)
        except OSError:
            pass  # unplugged in the middle of something
        finally:
            self._device.cut_off()

    def _control(self, number: int, packet: bytes, data: bytes) -> None:
        setup = Setup(*struct.unpack("<BBHHH", packet))
        reply = self._device.control(setup, data)
        with self._lock:
            if reply is None:
                self._answer(number, b"", status=-errno.EPIPE)
            else:
                self._answer(number, reply[: setup.length], taken=len(data))

    def _ask(self, number: int) -> None:
        with self._lock:
            if self._ready:
                self._answer(number, self._ready.popleft())
            else:
                self._asked.append(number)

    def _unlink(self, number: int, taken_back: int) -> None:
        with self._lock:
            status = 0  # it had been answered already
            if taken_back in self._asked:
                self._asked.remove(taken_back)
                status = -errno.ECONNRESET
            self._send(BASE.pack(UNLINKED, number, 0, 0, 0) + UNLINKED_BODY.pack(status))

    def _answer(self, number: int, data: bytes, *, status: int = 0, taken: int = 0) -> None:
        head = BASE.pack(SUBMITTED, number, 0, 0, 0)
        self._send(head + SUBMITTED_BODY.pack(status, len(data) or taken) + data)

    def _send(self, message: bytes) -> None:
        with suppress(OSError):  # unplugged meanwhile: the link's thread finds out by itself
            self._line.sendall(message)
