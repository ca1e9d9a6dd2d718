"""Where the signals of a message are: the layout, taken from the DBC by way of cantools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from cantools.database.can import Message, Signal


@dataclass(frozen=True, slots=True)
class SignalLayout:
    """One signal of a message.

    Attributes:
        name: as in the DBC.
        shift: position of the lowest bit. In a little-endian signal counted in the message read as one
            little-endian number, in a big-endian signal in the message read as one big-endian number.
        bits: width.
        big_endian: byte order.
        signed: two's complement.
        scale: physical units per count.
        offset: physical value of count 0.
        lowest: smallest physical value that cantools accepts (its tolerance included), or None.
        highest: largest physical value that cantools accepts (its tolerance included), or None.
        end: number of bits that a frame must have to carry the whole signal.
    """

    name: str
    shift: int
    bits: int
    big_endian: bool
    signed: bool
    scale: float
    offset: float
    lowest: float | None
    highest: float | None
    end: int

    @property
    def mask(self) -> int:
        """All bits of the signal set."""
        return (1 << self.bits) - 1

    @property
    def lowest_raw(self) -> int:
        """Smallest count that fits."""
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def highest_raw(self) -> int:
        """Largest count that fits."""
        return (1 << (self.bits - 1)) - 1 if self.signed else self.mask

    @property
    def is_count(self) -> bool:
        """The physical value is the count."""
        return self.scale == 1 and self.offset == 0


@dataclass(frozen=True, slots=True)
class MessageLayout:
    """One message: its name, its length in bytes and its signals."""

    name: str
    length: int
    signals: tuple[SignalLayout, ...]


def layout_of(message: Message) -> MessageLayout:
    """Take the layout of a message.

    Args:
        message: a message of at most 8 bytes.

    Raises:
        InputError: the message is longer, multiplexed, a container, or holds a floating-point signal.
    """
    floats = [signal.name for signal in message.signals if signal.conversion.is_float]
    for wrong, what in (
        (message.length > 8, f"is {message.length} bytes long, classic CAN carries 8"),
        (message.is_container, "is a container"),
        (not message.is_container and message.is_multiplexed(), "is multiplexed"),
        (bool(floats), f"holds floating-point signals ({', '.join(floats)})"),
    ):
        if wrong:
            raise InputError(f"message {message.name} {what}: only plain integer signals can be compiled")
    signals = tuple(_signal(signal, message.length) for signal in message.signals)
    return MessageLayout(message.name, message.length, signals)


def _signal(signal: Signal, length: int) -> SignalLayout:
    big_endian = signal.byte_order == "big_endian"
    if big_endian:
        # A DBC numbers the bits of a byte from the right, a frame is sent from the left.
        first = 8 * (signal.start // 8) + 7 - signal.start % 8
        end = first + signal.length
        shift = 8 * length - end
    else:
        end = signal.start + signal.length
        shift = signal.start
    scale, offset = signal.conversion.scale, signal.conversion.offset
    tolerance = abs(scale) * 1e-6  # the same as cantools, so that both accept the same values
    return SignalLayout(
        name=signal.name,
        shift=shift,
        bits=signal.length,
        big_endian=big_endian,
        signed=signal.is_signed,
        scale=scale,
        offset=offset,
        lowest=None if signal.minimum is None else signal.minimum - tolerance,
        highest=None if signal.maximum is None else signal.maximum + tolerance,
        end=end,
    )
