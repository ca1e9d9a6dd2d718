"""Requests and replies of Modbus RTU as bytes, and back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct, pack, unpack
from typing import TYPE_CHECKING

from bmshil.dialects.modbus.crc import opened, sealed
from bmshil.dialects.modbus.refusal import Reason, Refusal
from bmshil.errors import CodecError

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = Struct(">BBHH")  # device, function, address, and count or value
_REFUSED = 0x80


class Function(IntEnum):
    """Function codes that batteries use."""

    READ_HOLDING = 0x03
    READ_INPUT = 0x04
    WRITE_ONE = 0x06
    WRITE = 0x10


@dataclass(frozen=True, slots=True)
class Request:
    """What a master asks.

    Attributes:
        device: to whom; 0 is everybody in the standard, and a device like others in some batteries.
        function: its code, known or not.
        address: of the first register.
        count: how many registers are to be read or written.
        words: what is to be written; empty where something is read.
    """

    device: int
    function: int
    address: int
    count: int
    words: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """Return the frame."""
        if self.function == Function.WRITE_ONE:
            return sealed(_HEAD.pack(self.device, self.function, self.address, self.words[0]))
        head = _HEAD.pack(self.device, self.function, self.address, self.count)
        if self.function == Function.WRITE:
            return sealed(head + pack(f">B{len(self.words)}H", 2 * len(self.words), *self.words))
        return sealed(head)

    @classmethod
    def decode(cls, frame: bytes) -> Request:
        """Read a whole frame.

        Raises:
            CodecError: a wrong check sum, or a length that does not fit its function.
        """
        body = opened(frame)
        if len(frame) != length_of_request(frame):
            raise CodecError(f"modbus request {frame.hex(' ')}: {len(frame)} bytes do not fit its function")
        device, function, address, number = _HEAD.unpack_from(body)
        if function == Function.WRITE_ONE:
            return cls(device, function, address, 1, (number,))
        if function == Function.WRITE:
            data = body[_HEAD.size + 1 :]
            return cls(
                device, function, address, number, unpack(f">{len(data) // 2}H", data[: len(data) & ~1])
            )
        return cls(device, function, address, number)


def length_of_request(begin: bytes) -> int | None:
    """Return how long a request is, from its first bytes; None where that cannot be known yet, or at all.

    Source: MODBUS Application Protocol V1.1b3, section 6. Functions 1 to 6 take 8 bytes, 15 and 16 tell.
    """
    if len(begin) < 2:
        return None
    if 1 <= begin[1] <= 6:
        return 8
    if begin[1] in {0x0F, 0x10} and len(begin) > 6:
        return 9 + begin[6]
    return None


def read(device: int, address: int, count: int, *, function: int = Function.READ_HOLDING) -> bytes:
    """Return the request for ``count`` registers from ``address`` on."""
    return Request(device, function, address, count).encode()


def write(device: int, address: int, words: Sequence[int]) -> bytes:
    """Return the request that writes registers from ``address`` on, with function 10H."""
    return Request(device, Function.WRITE, address, len(words), tuple(words)).encode()


def read_reply(device: int, function: int, words: Sequence[int]) -> bytes:
    """Return the reply that carries registers."""
    return sealed(pack(f">BBB{len(words)}H", device, function, 2 * len(words), *words))


def write_reply(request: Request) -> bytes:
    """Return the acknowledgement of a write."""
    last = request.words[0] if request.function == Function.WRITE_ONE else request.count
    return sealed(_HEAD.pack(request.device, request.function, request.address, last))


def refused(device: int, function: int, reason: int) -> bytes:
    """Return the exception reply."""
    return sealed(bytes((device, function | _REFUSED, reason)))


def words_of(reply: bytes) -> tuple[int, ...]:
    """Return the registers that a reply carries.

    Raises:
        Refusal: it is an exception.
        CodecError: a wrong check sum or length.
    """
    body = opened(reply)
    if len(body) == 3 and body[1] & _REFUSED:
        known = body[2] in set(Reason)
        raise Refusal(
            f"device {body[0]} refused function {body[1] & 0x7F} with code {body[2]}",
            Reason(body[2]) if known else Reason.FAILURE,
        )
    if len(body) < 3 or len(body) != 3 + body[2] or body[2] % 2:
        raise CodecError(f"modbus reply {reply.hex(' ')}: its length byte does not fit")
    return unpack(f">{body[2] // 2}H", body[3:])
