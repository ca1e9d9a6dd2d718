"""Requests found in what is heard on a line that others use too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.modbus.crc import intact
from bmshil.dialects.modbus.messages import Request, length_of_request

if TYPE_CHECKING:
    from collections.abc import Collection


class RequestSplitter:
    """Finds the requests to some devices in a stream of bytes, however it is cut and whatever else is in it.

    A request counts wherever it begins, when its device is one of those, its length fits and its check sum
    is right. So neither a reply of somebody else nor a piece of one, noise, or a request that was never
    finished costs the next one. Requests with functions whose length nobody can know are not found.

    Args:
        devices: whose requests are looked for.

    Attributes:
        noise: bytes dropped so far: what others have said, and what nobody understands.

    Source: MODBUS over Serial Line V1.02 ends a frame by silence, which adapters on USB do not keep.
    """

    def __init__(self, devices: Collection[int]) -> None:
        self.noise = 0
        self._devices = frozenset(devices)
        self._kept = b""

    def feed(self, data: bytes) -> list[Request]:
        """Take bytes and return the requests that they complete, in order."""
        heard = self._kept + data
        requests: list[Request] = []
        done = at = 0
        while at < len(heard):
            frame = self._frame(heard, at)
            if frame is None:
                at += 1
                continue
            requests.append(Request.decode(frame))
            self.noise += at - done
            done = at = at + len(frame)
        kept = next((start for start in range(done, len(heard)) if self._open(heard, start)), len(heard))
        self.noise += kept - done
        self._kept = heard[kept:]
        return requests

    def clear(self) -> None:
        """Forget the beginning of a request."""
        self.noise += len(self._kept)
        self._kept = b""

    def _frame(self, heard: bytes, start: int) -> bytes | None:
        """The request that begins here and is all there."""
        if heard[start] not in self._devices:
            return None
        length = length_of_request(heard[start : start + 7])
        if length is None or len(heard) - start < length:
            return None
        frame = heard[start : start + length]
        return frame if intact(frame) else None

    def _open(self, heard: bytes, start: int) -> bool:
        """Whether a request may have begun here whose rest is yet to come."""
        if heard[start] not in self._devices:
            return False
        begin = heard[start : start + 7]
        length = length_of_request(begin)
        if length is not None:
            return len(heard) - start < length
        return len(begin) == 1 or (len(begin) < 7 and begin[1] in {0x0F, 0x10})
