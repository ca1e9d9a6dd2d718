"""Voltronic "BMS 485", against a captured reply, its register map and its rules for several packs."""

from dataclasses import replace

import pytest

from bmshil.dialects import NO_ALARM, Alarm, Report
from bmshil.dialects.modbus import Block, Refusal, block_at
from bmshil.dialects.pack_data import PackData
from bmshil.dialects.voltronic_aggregate import aggregate
from bmshil.dialects.voltronic_rs485 import decode, encode, read_reply, words_of
from bmshil.errors import CodecError, InputError

REPORT = Report(
    cvl=56.8,
    ccl=50.0,
    dcl=100.0,
    dvl=44.8,
    soc=0.75,
    soh=1.0,
    voltage=53.2,
    current=-12.5,
    temperature=25.0,
    cell_max=3.33,
    cell_min=3.32,
    capacity=100.0,
)
PACK = PackData(1, REPORT, (3.33,) * 15 + (3.2,), (25.0, 24.0), remaining=75.0)


def words(pack: PackData, address: int, count: int) -> tuple[int, ...]:
    return block_at(encode(pack), address).words(address, count)


def test_the_captured_reply_counts_words_in_two_bytes() -> None:
    eight = replace(PACK, cells=(3.3,) * 8)
    v49 = bytes.fromhex("01 03 00 01 00 08 15 CC")
    assert read_reply(1, 3, words(eight, 0x10, 1)) == v49
    assert words_of(v49) == (8,)
    assert words_of(read_reply(1, 3, (1, 2, 3))) == (1, 2, 3)


def test_replies_of_standard_modbus_are_none() -> None:
    for reply in ("01 03 02 00 42 38 75", "01 03 00 01 00 08 15 CD"):
        with pytest.raises(CodecError):
            words_of(bytes.fromhex(reply))


@pytest.mark.parametrize(
    ("address", "registers"),
    [
        (0x02, (0x0100,)),
        (0x10, (16, 33)),  # cells, the first one 3.3 V
        (0x20, (32, 0)),  # the last one, and one that is not there
        (0x25, (2, 2981, 2971, 0)),  # sensors in 0.1 K
        (0x30, (0, 125)),  # charging, discharging: 12.5 A
        (0x32, (532, 75)),
        (0x34, (0x0001, 0x86A0)),  # 100 Ah
        (0x36, (1,)),
        (0x70, (568, 448, 500, 1000)),
        (0x74, (0xC0,)),
        (0x76, (0x0001, 0x24F8)),  # 75 Ah
    ],
)
def test_registers(address: int, registers: tuple[int, ...]) -> None:
    assert words(PACK, address, len(registers)) == registers


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"charge_enabled": False}, 0x40),
        ({"discharge_enabled": False}, 0x80),
        ({"soc": 0.09}, 0xE0),
        ({"soc": 0.14}, 0xD0),
        ({"soc": 0.15}, 0xC0),
    ],
)
def test_status(change: dict[str, object], status: int) -> None:
    pack = replace(PACK, report=replace(REPORT, **change))  # type: ignore[arg-type]  # its own fields
    assert words(pack, 0x74, 1) == (status,)


@pytest.mark.parametrize(
    ("alarm", "states"),
    [
        (NO_ALARM, (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
        (Alarm.CELL_HIGH_VOLTAGE, (2, 0, 2, 0, 0, 0, 0, 0, 0, 0)),
        (Alarm.CELL_LOW_VOLTAGE, (0, 1, 0, 1, 0, 0, 0, 0, 0, 0)),
        (Alarm.CHARGE_OVERCURRENT, (0, 0, 0, 0, 2, 0, 0, 0, 0, 0)),
        (Alarm.DISCHARGE_OVERCURRENT, (0, 0, 0, 0, 0, 2, 0, 0, 0, 0)),
        (Alarm.HIGH_TEMPERATURE, (0, 0, 0, 0, 0, 0, 2, 2, 2, 2)),
        (Alarm.LOW_TEMPERATURE, (0, 0, 0, 0, 0, 0, 1, 1, 1, 1)),
    ],
)
def test_states(alarm: Alarm, states: tuple[int, ...]) -> None:
    pack = replace(PACK, report=replace(REPORT, protections=alarm))
    assert words(pack, 0x60, 10) == states
    assert decode(encode(pack)[1].image).report["alarms"] == alarm


def test_registers_are_read_back() -> None:
    told = decode(encode(PACK)[1].image)
    assert told.report["current"] == pytest.approx(-12.5)
    assert told.report["voltage"] == pytest.approx(53.2)
    assert told.report["cvl"] == pytest.approx(56.8)
    assert told.report["ccl"] == pytest.approx(50.0)
    assert told.report["dcl"] == pytest.approx(100.0)
    assert told.report["soc"] == pytest.approx(0.75)
    assert told.report["modules"] == 1
    assert len(told.cells) == 16
    assert told.temperatures == pytest.approx((25.0, 24.0))
    assert told.remaining == pytest.approx(75.0)
    with pytest.raises(CodecError, match="10 bytes"):
        decode(bytes(10))


def test_registers_that_there_are_not() -> None:
    for address in (0x00, 0x06, 0x0F, 0x78):
        with pytest.raises(Refusal):
            words(PACK, address, 1)
    assert isinstance(encode(PACK)[0], Block)


# Three packs: 53.2, 53.6 and 54.0 V; -10, -20 and +3 A; 60, 70 and 80 %.
def pack_of(number: int, **change: object) -> PackData:
    report = replace(REPORT, **change)  # type: ignore[arg-type]  # its own fields
    return replace(PACK, number=number, report=report)


THREE = (
    pack_of(1, voltage=53.2, current=-10.0, soc=0.6, cvl=56.8, ccl=50.0),
    pack_of(2, voltage=53.6, current=-20.0, soc=0.7, cvl=56.0, ccl=40.0, alarms=Alarm.HIGH_TEMPERATURE),
    pack_of(3, voltage=54.0, current=3.0, soc=0.8, cvl=57.6, ccl=30.0, protections=Alarm.CELL_HIGH_VOLTAGE),
)


def test_several_packs_become_one_as_the_document_has_it() -> None:
    bank = aggregate(THREE)
    assert bank.report.voltage == pytest.approx(53.6)
    assert bank.report.soc == pytest.approx(0.7)
    assert bank.report.current == pytest.approx(-27.0)
    assert (bank.report.capacity, bank.remaining) == (300.0, 225.0)
    assert bank.report.alarms == Alarm.HIGH_TEMPERATURE
    assert bank.report.protections == Alarm.CELL_HIGH_VOLTAGE
    assert (bank.report.cvl, bank.report.ccl, bank.report.dcl) == (56.0, 120.0, 300.0)
    assert words(bank, 0x36, 1) == (3,)
    assert bank.number == 1


@pytest.mark.parametrize(
    ("charging", "discharging", "status"),
    [
        ((True, True, True), (True, True, True), 0xC0),
        ((True, False, True), (True, False, True), 0x40),  # one disables both: only charging is disabled
        ((False, False, False), (False, False, False), 0x00),
        ((True, True, True), (False, False, True), 0xC0),
    ],
)
def test_enable_bits_of_several_packs(
    charging: tuple[bool, ...], discharging: tuple[bool, ...], status: int
) -> None:
    packs = [
        pack_of(number, charge_enabled=charge, discharge_enabled=discharge)
        for number, (charge, discharge) in enumerate(zip(charging, discharging, strict=True), 1)
    ]
    assert words(aggregate(packs), 0x74, 1) == (status,)


def test_nobody_answers_for_nobody() -> None:
    with pytest.raises(InputError, match="no pack is there"):
        aggregate([])
