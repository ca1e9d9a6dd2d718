"""A station that answers Modbus RTU on a line that others use too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.modbus import (
    Block,
    Reason,
    Refusal,
    Registers,
    Request,
    RequestSplitter,
    answer,
    block_at,
    read_reply,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from bmshil.bms.multidrop import Multidrop
    from bmshil.dialects.modbus.registers import ReadReply
    from bmshil.timeline import Nanoseconds

TURNAROUND = 0.005
"""s between a request and its reply: more than the silence of 3.5 characters that ends a request at 9600."""


class Shown:
    """Registers that are made anew for each request.

    Args:
        blocks: where they stand.
        take: is given address and words of a write, and raises Refusal for what is not taken; without it
            nothing can be written.
    """

    def __init__(
        self, blocks: Sequence[Block], take: Callable[[int, Sequence[int]], object] | None = None
    ) -> None:
        self._blocks = blocks
        self._take = take

    def read(self, address: int, count: int) -> Sequence[int]:
        """Return registers.

        Raises:
            Refusal: they are not all there.
        """
        return block_at(self._blocks, address).words(address, count)

    def write(self, address: int, words: Sequence[int]) -> None:
        """Hand a write on.

        Raises:
            Refusal: it is not taken.
        """
        if self._take is None:
            raise Refusal(f"register {address:#06x} cannot be written", Reason.ADDRESS)
        self._take(address, words)


class ModbusSlave:
    """Answers requests to its own addresses; to all others and to what it does not know it is silent.

    What others say on the line, in whole or in pieces, costs none of its own requests.

    Args:
        line: where it hangs; it attaches itself.
        devices: addresses at which it answers; none for a station that only listens.
        registers: gives what it shows now; None for silence, as of a battery without fresh values.
        functions: see ``bmshil.dialects.modbus.answer``.
        reply: see there.
        delay: from request to reply, s.

    Attributes:
        delay: as given; may be set at any time.
        replies: how often it has answered.
        noise: bytes heard that belong to no request of its own.
    """

    def __init__(
        self,
        line: Multidrop,
        devices: Collection[int],
        registers: Callable[[], Registers | None],
        *,
        functions: Mapping[int, str] | None = None,
        reply: ReadReply = read_reply,
        delay: float = TURNAROUND,
    ) -> None:
        self.delay = delay
        self.replies = 0
        self._line = line
        self._registers = registers
        self._functions = functions
        self._reply = reply
        self._splitter = RequestSplitter(devices)
        line.attach(self)

    @property
    def noise(self) -> int:
        """Bytes heard that belong to no request of its own."""
        return self._splitter.noise

    def hear(self, _when: Nanoseconds, data: bytes) -> None:
        """Take in bytes from the line, on the timeline."""
        for request in self._splitter.feed(data):
            registers = self._registers()
            if registers is not None:
                self.replies += 1
                self.say(request, registers)

    def say(self, request: Request, registers: Registers) -> None:
        """Answer one request."""
        self.send(answer(request, registers, functions=self._functions, reply=self._reply))

    def send(self, data: bytes) -> None:
        """Put a reply on the line after the delay."""
        self._line.send(self, data, self.delay)
