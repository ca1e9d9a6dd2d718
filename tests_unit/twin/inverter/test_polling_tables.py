"""The device's own tables for RS485 against captures of real batteries and the layout of documents."""

from __future__ import annotations

import pytest

from bmshil.twin.inverter import frames
from bmshil.twin.inverter.polling import PROTOCOLS, ascii_frame, modbus, pylontech
from bmshil.twin.inverter.polling.protocols import Checks, Query
from bmshil.twin.inverter.polling.reading import Reading, Unfit

STRICT = Checks()
SYSTEM = {one.name: one for one in PROTOCOLS["pylontech-system"].queries}
PACK = {one.name: one for one in PROTOCOLS["pylontech-pack"].queries}
GROWATT = PROTOCOLS["growatt-1xsxxp"].queries[0]
VOLTRONIC = PROTOCOLS["voltronic-bms485"].queries


def framed(text: str) -> bytes:
    return b"~" + text.encode() + b"\r"


# Replies of real batteries: a JK of 8 cells, one whose charge limit had wrapped, a US2000, a US5000 at
# address 3, a UP2500; all from public captures.
@pytest.mark.parametrize(
    ("query", "address", "reply", "reading"),
    [
        (
            SYSTEM["63"],
            2,
            "20024600D01270805460064006A4C0F9E5",
            Reading(limits=frames.Limits(28.8, 160.0, 170.0, 21.6), enables=(True, True)),
        ),
        (
            PACK["92"],
            2,
            "20024600B01402D002B79800FAFF06C0F92D",
            Reading(limits=frames.Limits(53.25, 25.0, 25.0, 47.0), enables=(True, True)),
        ),
        (
            PACK["92"],
            3,
            "20034600B01403D002AFC800C8FE0CC0F913",
            Reading(limits=frames.Limits(53.25, 20.0, 50.0, 45.0), enables=(True, True)),
        ),
        (
            PACK["42"],
            2,
            (
                "20024600C06E00020F0D1F0D200D200D200D200D200D210D200D200D210D220D200D220D220D21050BCD0BAF0BAF0BAF"
                "0BAF0015C4E88AAC02C350004FE594"
            ),
            Reading(soc=0.71, measured=frames.Measured(50.408, 2.1, 26.0), capacity=50.0),
        ),
        (
            PACK["42"],
            4,
            (
                "20044600F07A00040F0D180D150D160D140D180D180D150D160D140D180D190D150D160D150D18050BFB0BEE0BED0BE9"
                "0BF800BDC44FFFFF04FFFF00B2016CC90186A0E263"
            ),
            Reading(soc=0.93385, measured=frames.Measured(50.255, 18.9, 33.3), capacity=100.0),
        ),
    ],
)
def test_captured_replies(query: Query, address: int, reply: str, reading: Reading) -> None:
    told = query.answer(framed(reply), address, STRICT)
    assert told._replace(measured=None) == reading._replace(measured=None)
    if reading.measured is not None:
        assert told.measured == pytest.approx(reading.measured)


@pytest.mark.parametrize(
    ("query", "address", "request_"),
    [
        (SYSTEM["61"], 0x12, "201246610000FDAA"),
        (SYSTEM["62"], 0x12, "201246620000FDA9"),
        (SYSTEM["63"], 0x02, "200246630000FDA9"),
        (PACK["42"], 2, "20024642E00202FD33"),
        (PACK["92"], 2, "20024692E00202FD2E"),
        (PROTOCOLS["pylontech-pack"].opening, 2, "2002464F0000FD98"),
    ],
)
def test_requests_are_those_of_the_document(query: Query, address: int, request_: str) -> None:
    assert query.ask(address) == framed(request_)


def system_analog() -> bytes:
    """0x61: 52.75 V, -12.5 A, 63 %, highest cell 28.5 degC; every other field is something else."""
    info = bytearray(range(100, 149))
    info[0:5] = bytes.fromhex("CE0E") + bytes.fromhex("FB1E") + bytes([63])
    info[21:23] = (2731 + 285).to_bytes(2, "big")
    return bytes(info)


def test_the_current_of_the_system_is_in_hundredths_of_an_ampere() -> None:
    told = pylontech.decode(0x61, system_analog(), 2, 0.1, strict=True)
    assert told.soc == 0.63
    assert told.measured == pytest.approx((52.75, -12.5, 28.5))


def test_a_temperature_of_zero_is_none_at_all() -> None:
    info = bytearray(system_analog())
    info[21:23] = bytes(2)
    info[19:21] = (2731 + 240).to_bytes(2, "big")
    told = pylontech.decode(0x61, bytes(info), 2, 0.1, strict=True)
    assert told.measured is not None
    assert told.measured.temperature == pytest.approx(24.0)


@pytest.mark.parametrize(
    ("info", "word"),
    [
        ("00000000", 0),
        ("80000000", frames.HIGH_VOLTAGE << 8),
        ("10000000", frames.LOW_VOLTAGE << 8),
        ("00002000", frames.HIGH_VOLTAGE),
        ("00000800", frames.HIGH_TEMPERATURE),
        ("00000400", frames.LOW_TEMPERATURE),
        ("00000040", frames.CHARGE_CURRENT),
        ("00000020", frames.DISCHARGE_CURRENT),
        ("00000008", frames.INTERNAL),
        ("00100000", frames.INTERNAL << 8),
    ],
)
def test_alarms_of_the_system(info: str, word: int) -> None:
    assert pylontech.decode(0x62, bytes.fromhex(info), 2, 0.1, strict=True).alarms == word


def test_enable_bits_are_told_apart_from_the_limits() -> None:
    told = pylontech.decode(0x63, bytes.fromhex("D002AFC800C801F440"), 2, 0.1, strict=True)
    assert told.limits == (53.25, 20.0, 50.0, 45.0)
    assert told.enables == (False, True)


@pytest.mark.parametrize(
    ("reply", "garbled"),
    [
        ("20024600D01270805460064006A4C0F9E6", True),  # checksum
        ("20024600D01270805460064006A5C0F9E5", True),  # one digit
        ("20024600D01270805460064006A4C0F9", True),  # cut off
        ("200246020000FDB0", False),  # return code 02: checksum error
        ("20034600D01270805460064006A4C0F9E4", False),  # another address
        ("2002460080080000000000FB31", True),  # checksum of a reply to 0x62 that is wrong
    ],
)
def test_what_is_no_answer_is_refused(reply: str, garbled: bool) -> None:
    with pytest.raises(Unfit) as caught:
        SYSTEM["63"].answer(framed(reply), 2, STRICT)
    assert caught.value.garbled is garbled


def test_the_answer_to_another_command_is_refused_by_its_length() -> None:
    late = ascii_frame.request(2, 0x00, bytes(4))  # with the return code 00 a reply looks like a request
    with pytest.raises(Unfit, match="4 bytes") as caught:
        SYSTEM["63"].answer(late, 2, STRICT)
    assert not caught.value.garbled


def test_a_battery_that_answers_from_its_own_address_is_taken_where_both_are_its_own() -> None:
    both = Checks(addresses=frozenset({0x02, 0x12}))
    told = SYSTEM["63"].answer(framed("20024600D01270805460064006A4C0F9E5"), 0x12, both)
    assert told.limits is not None


def test_frames_are_found_between_noise() -> None:
    buffer = bytearray(b"\x00\xff~2002~200246630000FDA9\rnoise~2002")
    assert ascii_frame.split(buffer) == b"~200246630000FDA9\r"
    assert ascii_frame.split(buffer) is None
    assert buffer == b"noise~2002"


def test_noise_does_not_pile_up() -> None:
    buffer = bytearray(b"~" + 5000 * b"0")
    assert ascii_frame.split(buffer) is None
    assert buffer == b""


def test_growatt_registers() -> None:
    assert GROWATT.ask(1).hex(" ") == "01 03 00 13 00 11 74 03"
    values = {0x13: 0x0060, 0x15: 66, 0x16: 5261, 0x17: 0xFF38, 0x18: 20, 0x19: 2500, 0x1B: 10000}
    values |= {0x21: 5600, 0x23: 5000}
    told = GROWATT.answer(rtu(1, [values.get(at, 0) for at in range(0x13, 0x24)]), 1, STRICT)
    assert told.limits == (56.0, 25.0, 50.0, None)
    assert (told.soc, told.enables, told.alarms, told.capacity) == (0.66, (True, True), 0, 100.0)
    assert told.measured == pytest.approx((52.61, -2.0, 20.0))


def test_voltronic_replies_count_words_in_two_bytes() -> None:
    # A capture of real hardware: 8 cells.
    assert modbus.read(bytes.fromhex("010300010008 15CC"), 1, 1, words=True) == (8,)
    told = VOLTRONIC[1].answer(rtu(1, [560, 480, 250, 500, 0x80], words=True), 1, STRICT)
    assert told.limits == (56.0, 25.0, 50.0, 48.0)
    assert told.enables == (True, False)
    state = [2, 2981, 3001, *[0] * 8, 0, 125, 526, 63, 1, 0x86A0]
    told = VOLTRONIC[0].answer(rtu(1, state, words=True), 1, STRICT)
    assert (told.soc, told.capacity) == (0.63, 100.0)
    assert told.measured == pytest.approx((52.6, -12.5, 27.0))


@pytest.mark.parametrize(
    "reply", ["01 83 02 C0 F1", "02 03 02 0C D8 F9 1E", "01 03 02 0C D8 BD 1F", "01 03 00 08"]
)
def test_modbus_replies_that_are_none(reply: str) -> None:
    assert modbus.read(bytes.fromhex("01 03 02 0C D8 BD 1E"), 1, 1) == (3288,)  # a JK: cell 1, mV
    with pytest.raises(Unfit):
        modbus.read(bytes.fromhex(reply), 1, 1)


def rtu(station: int, registers: list[int], *, words: bool = False) -> bytes:
    """A reply with the CRC of the standard, worked out bit by bit."""
    data = b"".join(one.to_bytes(2, "big") for one in registers)
    length = len(registers).to_bytes(2, "big") if words else bytes([len(data)])
    body = bytes([station, 3]) + length + data
    crc = 0xFFFF
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc, carry = crc >> 1, crc & 1
            crc ^= 0xA001 * carry
    return body + crc.to_bytes(2, "little")
