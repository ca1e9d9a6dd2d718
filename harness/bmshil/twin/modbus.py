"""The Modbus TCP server of the device: what it believes, in 16-bit registers, and what it can be told.

Source: MODBUS Application Protocol V1.1b3 (functions 3, 4, 6 and 16), MODBUS Messaging on TCP/IP V1.0b.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from struct import Struct, pack, unpack
from typing import Any

from bmshil.errors import InputError
from bmshil.twin import sunspec
from bmshil.twin.commands import Writer

_HEADER = Struct(">HHHB")  # transaction, protocol, length of what follows, unit
_REQUEST = Struct(">BHH")  # function, address, count
_FUNCTIONS = {3: "holding", 4: "input"}
_MOST_REGISTERS = 125
_NOT_REGISTERS = frozenset(("unit", "running", "writes"))
_WRITE_ONE, _WRITE = 6, 16
_ILLEGAL_FUNCTION, _ILLEGAL_ADDRESS, _ILLEGAL_VALUE, _NO_TARGET = 1, 2, 3, 11

Values = Callable[[], Mapping[str, float]]
"""Returns what the device shows now, by name."""


@dataclass(frozen=True, slots=True)
class _Register:
    """Where a value stands: physical value = raw value x scale."""

    name: str
    address: int
    scale: float
    signed: bool
    words: int

    def encode(self, value: float) -> list[int]:
        """Return the words, high word first; what does not fit stops at the end of the range."""
        bits = 16 * self.words
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if self.signed else (0, (1 << bits) - 1)
        raw = max(low, min(high, round(value / self.scale)))
        return [raw >> shift & 0xFFFF for shift in range(bits - 16, -1, -16)]


class RegisterMap:
    """The registers of one device.

    Args:
        readback: `readback` of a profile: name -> {address, scale, signed, words, table}, and
            `unit`; which states mean `running` is the reader's business.
        values: gives the values; asked once per request.

    Raises:
        InputError: a name that the device does not show.
    """

    def __init__(self, readback: Mapping[str, Any], values: Values) -> None:
        self.unit = int(readback.get("unit", 1))
        self._values = values
        known = values()
        self._tables: dict[str, list[_Register]] = {"holding": [], "input": []}
        for name, place in readback.items():
            if name in _NOT_REGISTERS or place is None:
                continue
            if name not in known:
                raise InputError(f"readback.{name}: the twin's inverter does not show it: {', '.join(known)}")
            self._tables[place.get("table", "input")].append(
                _Register(
                    name,
                    int(place["address"]),
                    float(place.get("scale", 1.0)),
                    bool(place.get("signed", False)),
                    int(place.get("words", 1)),
                )
            )

    def read(self, table: str) -> dict[int, int]:
        """Return all registers of a table as they are now: address -> word."""
        values = self._values()
        models = sunspec.registers(values) if table == "holding" and "state" in values else {}
        return models | {
            register.address + offset: word
            for register in self._tables[table]
            for offset, word in enumerate(register.encode(values[register.name]))
        }


class ModbusSession:
    """A client's connection.

    Args:
        registers: what can be read.
        writer: takes what is written; without it nothing can be.
    """

    def __init__(self, registers: RegisterMap, writer: Writer | None = None) -> None:
        self._registers = registers
        self._writer = writer

    def answer(self, received: bytearray) -> bytes | None:
        """Answer all complete requests; None hangs up on something that is not Modbus."""
        replies = b""
        while len(received) >= _HEADER.size:
            transaction, protocol, length, unit = _HEADER.unpack_from(received)
            if protocol != 0 or not 2 <= length <= 254:
                return None
            if len(received) < _HEADER.size - 1 + length:
                break
            request = bytes(received[_HEADER.size : _HEADER.size - 1 + length])
            del received[: _HEADER.size - 1 + length]
            reply = self._reply(unit, request)
            replies += _HEADER.pack(transaction, 0, len(reply) + 1, unit) + reply
        return replies

    def _reply(self, unit: int, request: bytes) -> bytes:
        function = request[0]
        if unit != self._registers.unit:
            return _refuse(function, _NO_TARGET)
        if function in {_WRITE_ONE, _WRITE} and self._writer is not None:
            return self._write(request, self._writer)
        if function in _FUNCTIONS:
            return self._read(request)
        return _refuse(function, _ILLEGAL_FUNCTION)

    def _read(self, request: bytes) -> bytes:
        if len(request) != _REQUEST.size:
            return _refuse(request[0], _ILLEGAL_VALUE)
        function, address, count = _REQUEST.unpack(request)
        if not 1 <= count <= _MOST_REGISTERS:
            return _refuse(function, _ILLEGAL_VALUE)
        words = self._registers.read(_FUNCTIONS[function])
        wanted = range(address, address + count)
        if not all(place in words for place in wanted):
            return _refuse(function, _ILLEGAL_ADDRESS)
        return pack(f">BB{count}H", function, 2 * count, *(words[place] for place in wanted))

    def _write(self, request: bytes, writer: Writer) -> bytes:
        words = _written(request)
        if words is None:
            return _refuse(request[0], _ILLEGAL_VALUE)
        reason = writer.write(_REQUEST.unpack_from(request)[1], words)
        return _refuse(request[0], reason) if reason else request[: _REQUEST.size]


def _written(request: bytes) -> tuple[int, ...] | None:
    """The words that a request writes; None where its length does not fit."""
    if len(request) < _REQUEST.size:
        return None
    function, _, number = _REQUEST.unpack_from(request)
    if function == _WRITE_ONE:
        return (number,) if len(request) == _REQUEST.size else None
    data = request[_REQUEST.size + 1 :]
    if number < 1 or len(data) != 2 * number or request[_REQUEST.size] != len(data):
        return None
    return unpack(f">{number}H", data)


def _refuse(function: int, reason: int) -> bytes:
    return bytes((function | 0x80, reason))
