"""Faults of bytes: payloads that do not change, another byte order, bytes of one's own, another length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from bmshil.bms.faults.effect import Effect, Stage
from bmshil.bms.faults.fault import MessageFault
from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.bms.faults.effect import Subject
    from bmshil.bms.faults.text import Options

LONGEST = 8
BYTE = 8


@dataclass(frozen=True)
class Freeze(MessageFault):
    """Payloads stop changing while the timing goes on, as when a BMS hangs behind a living CAN controller.

    A message that was never sent before freezes at its first payload.
    """

    kind: ClassVar[str] = "freeze"
    help: ClassVar[str] = "payloads stop changing, timing goes on: freeze, freeze ids=0x355"
    stage: ClassVar[Stage] = Stage.FREEZE

    def begin(self, subject: Subject) -> Effect:
        """Hold what was sent last."""
        messages = (message.id for message in subject.dialect.messages)
        held = {base_id: subject.last_payload(base_id) for base_id in messages if self.hits(base_id)}
        return _Frozen(held)

    @classmethod
    def read(cls, options: Options) -> Self:
        """Read identifiers."""
        return cls(ids=options.ids())


class _Frozen(Effect):
    stage: ClassVar[Stage] = Stage.FREEZE

    def __init__(self, held: dict[int, bytes | None]) -> None:
        self._held = held

    def payload(self, base_id: int, data: bytes) -> bytes:
        if base_id not in self._held:
            return data
        held = self._held[base_id]
        if held is None:
            self._held[base_id] = held = data
        return held


@dataclass(frozen=True)
class ByteOrder(MessageFault):
    """Numbers of two bytes are sent the other way round: 53.2 V reads 512.2 V. Bits and text stay."""

    kind: ClassVar[str] = "byteorder"
    help: ClassVar[str] = "numbers are sent with the other byte order: byteorder ids=0x351"
    stage: ClassVar[Stage] = Stage.BYTE_ORDER

    def begin(self, subject: Subject) -> Effect:
        """Find out where the numbers are."""
        numbers = {}
        for message in subject.dialect.messages:
            if self.hits(message.id):
                numbers[message.id] = [
                    (signal.end - signal.bits) // BYTE
                    for signal in subject.dialect.message(message.id).layout.signals
                    if signal.bits == 2 * BYTE and signal.end % BYTE == 0
                ]
        return _Swapped(numbers)

    @classmethod
    def read(cls, options: Options) -> Self:
        """Read identifiers."""
        return cls(ids=options.ids())


class _Swapped(Effect):
    stage: ClassVar[Stage] = Stage.BYTE_ORDER

    def __init__(self, numbers: dict[int, list[int]]) -> None:
        self._numbers = numbers

    def payload(self, base_id: int, data: bytes) -> bytes:
        turned = bytearray(data)
        for first in self._numbers.get(base_id, ()):
            turned[first : first + 2] = turned[first : first + 2][::-1]
        return bytes(turned)


@dataclass(frozen=True)
class Raw(MessageFault):
    """Some bytes of messages are others, whatever the node means: what no report can say.

    A message that is too short for them is filled with zeros up to there.

    Attributes:
        data: the bytes.
        at: where the first of them stands, 0..7.

    Raises:
        InputError: no bytes, or such as no classic frame has room for.
    """

    data: bytes = b""
    at: int = 0
    kind: ClassVar[str] = "raw"
    help: ClassVar[str] = "some bytes are others: raw data=0000 at=4 ids=0x355"
    stage: ClassVar[Stage] = Stage.RAW

    def __post_init__(self) -> None:
        """Refuse what no classic frame can carry."""
        if not self.data:
            raise InputError("data= is missing, give bytes as hexadecimal digits: data=0000")
        if not 0 <= self.at <= LONGEST - len(self.data):
            raise InputError(f"at={self.at} with {len(self.data)} bytes does not fit, a frame has 8 bytes")

    def payload(self, base_id: int, data: bytes) -> bytes:
        """Put the bytes in."""
        if not self.hits(base_id):
            return data
        end = self.at + len(self.data)
        return data[: self.at].ljust(self.at, b"\0") + self.data + data[end:]

    def options(self) -> dict[str, str]:
        """Return bytes, place and identifiers."""
        return {"data": self.data.hex().upper(), "at": str(self.at), **super().options()}

    @classmethod
    def read(cls, options: Options) -> Self:
        """Read bytes, place and identifiers."""
        text = options.take("data") or ""
        try:
            data = bytes.fromhex(text)
        except ValueError:
            raise InputError(f"data={text} are no bytes, write hexadecimal digits: data=0000") from None
        return cls(data=data, at=options.whole("at", 0), ids=options.ids())


@dataclass(frozen=True)
class Dlc(MessageFault):
    """Messages are sent too short, or longer and filled with zeros.

    Attributes:
        length: bytes, 0..8.

    Raises:
        InputError: another length.
    """

    length: int = LONGEST
    kind: ClassVar[str] = "dlc"
    help: ClassVar[str] = "messages have another length: dlc length=6 ids=0x351"
    stage: ClassVar[Stage] = Stage.LENGTH

    def __post_init__(self) -> None:
        """Refuse what no classic frame can carry."""
        if not 0 <= self.length <= LONGEST:
            raise InputError(f"length={self.length} does not exist, a frame has 0 to 8 bytes")

    def payload(self, base_id: int, data: bytes) -> bytes:
        """Cut or fill."""
        return data[: self.length].ljust(self.length, b"\0") if self.hits(base_id) else data

    def options(self) -> dict[str, str]:
        """Return length and identifiers."""
        return {"length": str(self.length), **super().options()}

    @classmethod
    def read(cls, options: Options) -> Self:
        """Read length and identifiers."""
        return cls(length=options.whole("length"), ids=options.ids())
