"""Modbus RTU as the device speaks it: it asks for registers, 8N1, CRC with the low byte first.

Source: Modbus over Serial Line V1.02. Voltronic BMS 485 differs in its replies: two bytes of length, which
count words (capture in the reference of a hardware test: 01 03 00 01 00 08 15 CC).
"""

from struct import pack, unpack

from bmshil.twin.inverter.polling.reading import Unfit

READ_HOLDING = 0x03
EXCEPTION = 0x80


def request(station: int, first: int, count: int) -> bytes:
    """Ask for holding registers."""
    body = pack(">BBHH", station, READ_HOLDING, first, count)
    return body + _crc(body)


def read(
    reply: bytes, station: int, count: int, *, words: bool = False, checked: bool = True
) -> tuple[int, ...]:
    """Read a reply; returns the registers.

    Args:
        reply: all of it.
        station: that was asked.
        count: of registers that were asked for.
        words: whether its length has two bytes and counts words.
        checked: whether a wrong CRC is noticed.

    Raises:
        Unfit: damaged, from somebody else, or of another length.
    """
    if len(reply) < 5:
        raise Unfit("too short", garbled=True)
    if checked and _crc(reply[:-2]) != reply[-2:]:
        raise Unfit("wrong CRC", garbled=True)
    if reply[0] != station:
        raise Unfit(f"of station {reply[0]}")
    if reply[1] != READ_HOLDING:
        raise Unfit(f"exception {reply[2]}" if reply[1] & EXCEPTION else f"function {reply[1]:02X}")
    head = 4 if words else 3
    told = int.from_bytes(reply[2:head], "big") * (2 if words else 1)
    data = reply[head:-2]
    if told != 2 * count or len(data) != told:
        raise Unfit(f"{len(data)} bytes")
    return unpack(f">{count}H", data)


def expected(count: int, *, words: bool = False) -> int:
    """Length of a whole reply, bytes."""
    return (6 if words else 5) + 2 * count


def _crc(body: bytes) -> bytes:
    register = 0xFFFF
    for byte in body:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ 0xA001 if register & 1 else register >> 1
    return register.to_bytes(2, "little")


def signed(register: int) -> int:
    """A register in two's complement."""
    return register - 0x10000 if register & 0x8000 else register
