"""A Waveshare relay board: Modbus RTU with eight coils, and coils that switch themselves off."""

from bmshil.twin.instruments.contacts import Contacts
from bmshil.twin.instruments.switches.binary import BinaryBoard
from bmshil.twin.instruments.switches.coils import Coils

_ADDRESS = 1
_COUNT = 8
_LENGTH = 8  # of every request that it understands
_READ_COILS, _WRITE_COIL = 1, 5
_ALL = 0x00FF
_FLASH_ON = 0x0200
_ON, _OFF = 0xFF00, 0x0000
_UNIT = 0.1  # s
_ILLEGAL_FUNCTION, _ILLEGAL_ADDRESS, _ILLEGAL_VALUE = 1, 2, 3


def _table() -> tuple[int, ...]:
    entries = []
    for entry in range(256):
        for _ in range(8):
            entry = entry >> 1 ^ (0xA001 if entry & 1 else 0)  # noqa: PLW2901 - eight shifts of one byte
        entries.append(entry)
    return tuple(entries)


_TABLE = _table()


def checksum(data: bytes) -> bytes:
    """CRC-16 of Modbus, by table, low byte first."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return bytes((crc & 0xFF, crc >> 8))


class _RefusedError(Exception):
    """An exception code of Modbus."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class _Listening:
    """Frames to its own address with a right checksum; all others are met with silence, as Modbus demands."""

    def __init__(self, coils: Coils) -> None:
        self._coils = coils

    def answer(self, received: bytearray) -> bytes:
        """Carry out all complete frames. After a bad one the line is unusable until it has been silent."""
        replies = b""
        while len(received) >= _LENGTH:
            frame = bytes(received[:_LENGTH])
            del received[:_LENGTH]
            if checksum(frame[:-2]) != frame[-2:]:
                received.clear()
            elif frame[0] == _ADDRESS:
                replies += self._carry_out(frame)
        return replies

    def _carry_out(self, frame: bytes) -> bytes:
        function = frame[1]
        try:
            data = self._do(function, int.from_bytes(frame[2:4]), int.from_bytes(frame[4:6]), frame)
        except _RefusedError as refusal:
            data = bytes((_ADDRESS, function | 0x80, refusal.code))
        return data + checksum(data)

    def _do(self, function: int, start: int, value: int, frame: bytes) -> bytes:
        if function == _READ_COILS:
            return bytes((_ADDRESS, _READ_COILS, 1, self._states(start, value)))
        if function != _WRITE_COIL:
            raise _RefusedError(_ILLEGAL_FUNCTION)
        if start & 0xFF00 == _FLASH_ON:
            self._coils.drive_for(self._channel(start & 0xFF), value * _UNIT)
        elif value not in {_ON, _OFF}:
            raise _RefusedError(_ILLEGAL_VALUE)
        else:
            every = range(1, _COUNT + 1)
            for channel in every if start == _ALL else (self._channel(start),):
                self._coils.drive(channel, value == _ON)
        return frame[:-2]

    def _states(self, start: int, count: int) -> int:
        if not 1 <= count <= _COUNT - start:
            raise _RefusedError(_ILLEGAL_ADDRESS)
        return sum(self._coils.driven(start + place + 1) << place for place in range(count))

    def _channel(self, coil: int) -> int:
        if coil >= _COUNT:
            raise _RefusedError(_ILLEGAL_ADDRESS)
        return coil + 1


class WaveshareBoard(BinaryBoard):
    """The one with eight relays, at address 1."""

    def __init__(self, contacts: Contacts) -> None:
        super().__init__(contacts, _COUNT, _Listening)
