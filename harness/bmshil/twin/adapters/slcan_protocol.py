"""The conversation of an slcan adapter with its host: commands in, replies out.

Commands and replies are those of the CAN232 manual, version 3 (Lawicel AB, 2010), with Auto Poll on: received
frames are sent at once and a frame that was taken is answered ``z`` or, with 29 bits, ``Z``. What is right is
answered with a carriage return, what is wrong with BEL.

To these come the settings of the CANable firmware: ``M0`` and ``M1`` (normal, silent), ``A0`` and ``A1``
(retransmission off, on) and ``S9`` (83.3 kbit/s). ``S7`` is 800 kbit/s as in the manual and in Linux; the
first CANable ran at 750. Acceptance code and mask (``M`` and ``m`` with eight digits) are taken and, as on
the CANable, filter nothing. Polling, UART speed and automatic start-up (P, A, X, U, Q) are not there: a USB
adapter has no use for them. Nothing is kept in an EEPROM: unplugging forgets all settings.
"""

import re
from enum import IntFlag
from typing import Protocol

from can import Message

from bmshil.twin.adapters.slcan_frames import decode

OK = b"\r"
ERROR = b"\a"
BITRATES = {
    b"S0": 10_000,
    b"S1": 20_000,
    b"S2": 50_000,
    b"S3": 100_000,
    b"S4": 125_000,
    b"S5": 250_000,
    b"S6": 500_000,
    b"S7": 800_000,
    b"S8": 1_000_000,
    b"S9": 83_300,
}
_BTR_CLOCK = 8_000_000  # Hz: the SJA1000 with 16 MHz counts time quanta at half of it
_BTR = re.compile(rb"s([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})")
_ACCEPTANCE = re.compile(rb"[Mm][0-9A-Fa-f]{8}")
_LONGEST = 64  # bytes kept of a line; no command has more than 26
_VERSION = b"1013"
_SERIAL = b"A123"


class Status(IntFlag):
    """The status flags that ``F`` reads and clears."""

    RECEIVE_FULL = 1
    TRANSMIT_FULL = 2
    ERROR_WARNING = 4
    DATA_OVERRUN = 8
    ERROR_PASSIVE = 32
    ARBITRATION_LOST = 64
    BUS_ERROR = 128


class Controller(Protocol):
    """What the commands act upon."""

    def open(self, bitrate: int, *, listen_only: bool, one_shot: bool) -> None:
        """Join the bus."""

    def close(self) -> None:
        """Leave the bus."""

    def send(self, message: Message) -> bool:
        """Take a frame to send; False when it cannot."""

    def status(self) -> Status:
        """Return the status flags and clear them."""


class SlcanProtocol:
    """The state of one conversation, from power-on.

    Attributes:
        is_open: whether the channel is open.
        stamps: whether received frames carry time stamps.
    """

    def __init__(self, controller: Controller) -> None:
        self.is_open = False
        self.stamps = False
        self._controller = controller
        self._bitrate: int | None = None
        self._listening = False
        self._silent = False
        self._one_shot = False
        self._begun = b""

    def take(self, chunk: bytes) -> list[bytes]:
        """Act upon what the host wrote; return the replies to the lines that it completes."""
        *lines, begun = (self._begun + chunk).split(b"\r")
        self._begun = begun[:_LONGEST]
        return [self._answer(line) for line in lines]

    def _answer(self, line: bytes) -> bytes:
        first = line[:1]
        if first in (b"t", b"T", b"r", b"R"):
            return self._transmit(line)
        if first in (b"V", b"v", b"N", b"F", b"C", b""):
            return self._ask(line)
        # All others are for a closed channel.
        return OK if not self.is_open and self._set_up(line) else ERROR

    def _transmit(self, line: bytes) -> bytes:
        message = decode(line) if self.is_open and not self._listening else None
        if message is None or not self._controller.send(message):
            return ERROR
        return b"Z\r" if message.is_extended_id else b"z\r"

    def _ask(self, line: bytes) -> bytes:
        """Answer what may be asked at any time, and what needs an open channel."""
        if line in (b"V", b"v"):
            return line + _VERSION + OK
        if line == b"N":
            return b"N" + _SERIAL + OK
        if line == b"F" and self.is_open:
            return b"F%02X\r" % self._controller.status()
        if line == b"C" and self.is_open:
            self.is_open = False
            self._controller.close()
            return OK
        return ERROR if line else OK

    def _set_up(self, line: bytes) -> bool:
        """Do what a closed channel can be told; say whether it could be done."""
        if line in (b"O", b"L"):
            return self._open(listen_only=line == b"L" or self._silent)
        if line in BITRATES:
            self._bitrate = BITRATES[line]
        elif (timing := _BTR.fullmatch(line)) is not None:
            self._bitrate = _bitrate(int(timing[1], 16), int(timing[2], 16))
        elif line in (b"Z0", b"Z1"):
            self.stamps = line == b"Z1"
        elif line in (b"M0", b"M1"):
            self._silent = line == b"M1"
        elif line in (b"A0", b"A1"):
            self._one_shot = line == b"A0"
        else:
            return self._bitrate is not None and _ACCEPTANCE.fullmatch(line) is not None
        return True

    def _open(self, *, listen_only: bool) -> bool:
        if self._bitrate is None:
            return False
        self.is_open = True
        self._listening = listen_only
        self._controller.open(self._bitrate, listen_only=listen_only, one_shot=self._one_shot)
        return True


def _bitrate(btr0: int, btr1: int) -> int:
    """Bit rate of a pair of bus timing registers of the SJA1000 (Philips data sheet, 2000, section 6.5)."""
    prescaler = (btr0 & 0x3F) + 1
    quanta = 1 + (btr1 & 0x0F) + 1 + (btr1 >> 4 & 7) + 1
    return round(_BTR_CLOCK / (prescaler * quanta))
