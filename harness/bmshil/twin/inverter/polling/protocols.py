"""The protocols that the menu of the device offers on RS485: what it asks, and how it reads the answer."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bmshil.twin.inverter.polling import ascii_frame, growatt, modbus, pylontech, voltronic
from bmshil.twin.inverter.polling.reading import Reading, Unfit


class Checks(NamedTuple):
    """What the device looks at before it believes a reply.

    Attributes:
        checksum: whether the checksum is right.
        pairing: whether the reply can belong to what was asked last.
        unit: A per unit of a limit, where the protocol counts in 0.1 A.
        addresses: that a reply may come from, where one battery answers at several.
    """

    checksum: bool = True
    pairing: bool = True
    unit: float = 0.1
    addresses: frozenset[int] = frozenset()


class Query(NamedTuple):
    """One question.

    Attributes:
        name: for people.
        ask: address -> bytes to send.
        split: takes the first whole reply out of a buffer, or returns None.
        answer: (reply, address, checks) -> what it says; raises Unfit.
    """

    name: str
    ask: Callable[[int], bytes]
    split: Callable[[bytearray], bytes | None]
    answer: Callable[[bytes, int, Checks], Reading]


class Protocol(NamedTuple):
    """One entry of the menu.

    Attributes:
        queries: asked of every address, in turn.
        opening: asked of an address that has not answered yet, before anything else.
        one_speaker: whether one battery speaks for all, so that the addresses are places to look for it.
    """

    queries: tuple[Query, ...]
    opening: Query | None = None
    one_speaker: bool = False


def _pylontech(command: int, *, addressed: bool = False) -> Query:
    def ask(address: int) -> bytes:
        return ascii_frame.request(address, command, bytes([address]) if addressed else b"")

    def answer(raw: bytes, address: int, checks: Checks) -> Reading:
        reply = ascii_frame.read(raw, checked=checks.checksum)
        if reply.code != ascii_frame.NORMAL:
            raise Unfit(f"return code {reply.code:02X}")
        if checks.pairing and reply.address != address and reply.address not in checks.addresses:
            raise Unfit(f"from address {reply.address:02X}")
        asked = address if checks.pairing or not addressed else _told(command, reply.info, address)
        return pylontech.decode(command, reply.info, asked, checks.unit, strict=checks.pairing)

    return Query(f"{command:02X}", ask, ascii_frame.split, answer)


def _told(command: int, info: bytes, address: int) -> int:
    """The address in a reply, for a device that does not compare it."""
    at = 1 if command == pylontech.ANALOG else 0
    return info[at] if at < len(info) else address


def _registers(
    first: int, count: int, values: Callable[[tuple[int, ...]], Reading], *, words: bool = False
) -> Query:
    def ask(station: int) -> bytes:
        return modbus.request(station, first, count)

    def split(buffer: bytearray) -> bytes | None:
        if len(buffer) < modbus.expected(count, words=words):
            return None
        whole = bytes(buffer)
        buffer.clear()
        return whole

    def answer(raw: bytes, station: int, checks: Checks) -> Reading:
        return values(modbus.read(raw, station, count, words=words, checked=checks.checksum))

    return Query(f"{first:04X}", ask, split, answer)


PROTOCOLS: Mapping[str, Protocol] = {
    # SRNE, Easun, PowMr, Deye "Lithium 12", Growatt with its Pylon setting: 9600 bit/s, address 02 or 12.
    "pylontech-system": Protocol(
        tuple(
            map(
                _pylontech,
                (pylontech.SYSTEM_ANALOG, pylontech.SYSTEM_ALARMS, pylontech.SYSTEM_MANAGEMENT),
            )
        ),
        one_speaker=True,
    ),
    # Voltronic Axpert VM III: 4F, 42, 92, and never 44 (diyBMSv4ESP32 PR#195).
    "pylontech-pack": Protocol(
        (
            _pylontech(pylontech.ANALOG, addressed=True),
            _pylontech(pylontech.MANAGEMENT, addressed=True),
        ),
        opening=_pylontech(pylontech.VERSION),
    ),
    "growatt-1xsxxp": Protocol((_registers(growatt.FIRST, growatt.COUNT, growatt.values),)),
    "voltronic-bms485": Protocol(
        (
            _registers(voltronic.STATE, voltronic.STATE_COUNT, voltronic.state, words=True),
            _registers(voltronic.LIMITS, voltronic.LIMITS_COUNT, voltronic.limits, words=True),
        )
    ),
}
