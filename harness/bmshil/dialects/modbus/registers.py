"""Blocks of registers at their addresses, and the answer to a request for some of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from struct import unpack
from typing import Protocol

from bmshil.dialects.modbus.messages import Function, Request, read_reply, refused, write_reply
from bmshil.dialects.modbus.refusal import Reason, Refusal

MOST_REGISTERS = 125
"""That one request may read. Source: MODBUS Application Protocol V1.1b3."""

MOST_WRITTEN = 123
"""That one request may write. Source: likewise."""

ReadReply = Callable[[int, int, Sequence[int]], bytes]
"""From device, function and registers to the reply."""


class Registers(Protocol):
    """What a device shows and takes."""

    def read(self, address: int, count: int) -> Sequence[int]:
        """Return registers. Raises Refusal for an address that there is not."""

    def write(self, address: int, words: Sequence[int]) -> object:
        """Take registers over. Raises Refusal for an address or a value that is not taken."""


@dataclass(frozen=True, slots=True)
class Block:
    """Registers side by side.

    Attributes:
        base: address of the first.
        image: their bytes, high byte first, two for each.
        step: by how much the address grows from one register to the next; 2 where addresses count bytes.
    """

    base: int
    image: bytes
    step: int = 1

    def holds(self, address: int) -> bool:
        """Whether a register begins at this address."""
        index, rest = divmod(address - self.base, self.step)
        return rest == 0 and 0 <= index < len(self.image) // 2

    def words(self, address: int, count: int) -> tuple[int, ...]:
        """Return registers.

        Raises:
            Refusal: they do not all lie in the block.
        """
        start = 2 * ((address - self.base) // self.step)
        if not self.holds(address) or start + 2 * count > len(self.image):
            raise Refusal(f"registers {address:#06x}+{count} are not all there", Reason.ADDRESS)
        return unpack(f">{count}H", self.image[start : start + 2 * count])


def block_at(blocks: Sequence[Block], address: int) -> Block:
    """Return the block with a register at this address.

    Raises:
        Refusal: there is none.
    """
    for block in blocks:
        if block.holds(address):
            return block
    raise Refusal(f"no register at {address:#06x}", Reason.ADDRESS)


def answer(
    request: Request,
    registers: Registers,
    *,
    functions: Mapping[int, str] | None = None,
    reply: ReadReply = read_reply,
) -> bytes:
    """Return what a device answers.

    Args:
        request: to this device.
        registers: what it shows and takes.
        functions: codes that it serves, each as ``read`` or ``write``; 03, 06 and 10H when left out.
        reply: writes the reply to a read, for devices with a length of their own.
    """
    kind = (functions or READ_AND_WRITE).get(request.function)
    device, function = request.device, request.function
    if kind is None:
        return refused(device, function, Reason.FUNCTION)
    most = MOST_REGISTERS if kind == "read" else MOST_WRITTEN
    if not 1 <= request.count <= most or (kind == "write" and len(request.words) != request.count):
        return refused(device, function, Reason.VALUE)
    try:
        if kind == "read":
            return reply(device, function, registers.read(request.address, request.count))
        registers.write(request.address, request.words)
    except Refusal as refusal:
        return refused(device, function, refusal.reason)
    return write_reply(request)


READ_AND_WRITE: Mapping[int, str] = {
    Function.READ_HOLDING: "read",
    Function.WRITE_ONE: "write",
    Function.WRITE: "write",
}
READ_AND_WRITE_SEVERAL: Mapping[int, str] = {Function.READ_HOLDING: "read", Function.WRITE: "write"}
READ_ONLY: Mapping[int, str] = {Function.READ_HOLDING: "read"}
