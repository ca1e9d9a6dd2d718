"""Growatt 1xSxxP ESS over RS485, against captured replies and the published register map."""

from dataclasses import replace

import pytest

from bmshil.dialects import Alarm, Report
from bmshil.dialects.growatt_rs485 import decode, encode
from bmshil.dialects.modbus import Refusal, read_reply, words_of
from bmshil.dialects.pack_data import PackData

# The battery of V46 and V47: 8 cells, 26.31 V, no current, 66 %, 20 degC, balancing.
REPORT = Report(
    cvl=28.0,
    ccl=50.0,
    dcl=80.0,
    dvl=22.4,
    soc=0.66,
    soh=0.98,
    voltage=26.31,
    current=0.0,
    temperature=20.0,
    cell_max=3.290,
    cell_min=3.287,
    capacity=100.0,
)
CELLS = (3.289, 3.289, 3.290, 3.288, 3.287, 3.289, 3.289, 3.289)
PACK = PackData(1, REPORT, CELLS, (22.0, 20.0), remaining=66.0, cycles=12)


def test_captured_replies() -> None:
    block = encode(PACK, balancing=True)
    assert read_reply(1, 3, block.words(0x15, 1)) == bytes.fromhex("01 03 02 00 42 38 75")  # V46
    v47 = bytes.fromhex("01 03 0C 04 69 00 00 00 42 0A 47 00 00 00 14 64 8C")
    assert read_reply(1, 3, block.words(0x13, 6)) == v47
    assert words_of(v47) == (0x0469, 0, 66, 2631, 0, 20)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (0x10, (0xFC18,)),  # -10 A
        (0x17, (0xFC18,)),
        (0x19, (5000,)),  # 50 A
        (0x1A, (6600, 10000)),  # 66 of 100 Ah
        (0x1E, (12, 1)),  # cycles, box
        (0x20, (98, 2800)),  # SOH, 28.00 V
        (0x23, (8000,)),  # 80 A
        (0x25, (3290, 3287, 3, 5, 8)),  # highest and lowest cell, their numbers, cells in series
        (0x71, (3289, 3289, 3290)),
        (0x78, (3289, 0)),
    ],
)
def test_registers(address: int, words: tuple[int, ...]) -> None:
    block = encode(replace(PACK, report=replace(REPORT, current=-10.0)))
    assert block.words(address, len(words)) == words


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"current": 20.0}, 0x0462),
        ({"current": -20.0}, 0x0463),
        ({"charge_enabled": False}, 0x0421),
        ({"discharge_enabled": False}, 0x0441),
        ({"force_charge_1": True}, 0x1461),
        ({"protections": Alarm.CELL_HIGH_VOLTAGE, "charge_enabled": False}, 0x0425),
    ],
)
def test_status(change: dict[str, object], status: int) -> None:
    block = encode(replace(PACK, report=replace(REPORT, **change)))  # type: ignore[arg-type]  # its own fields
    assert block.words(0x13, 2) == (status, 0)


def test_limits_of_zero_are_said() -> None:
    block = encode(replace(PACK, report=replace(REPORT, ccl=0.0, dcl=0.0)))
    assert block.words(0x19, 1) + block.words(0x23, 1) == (0, 0)


def test_registers_are_read_back() -> None:
    told = decode(encode(replace(PACK, report=replace(REPORT, current=-10.0))).image)
    assert told.report["current"] == pytest.approx(-10.0)
    assert told.report["cvl"] == pytest.approx(28.0)
    assert told.report["ccl"] == pytest.approx(50.0)
    assert told.report["dcl"] == pytest.approx(80.0)
    assert told.report["capacity"] == pytest.approx(100.0)
    assert told.report["charge_enabled"]
    assert "protections" not in told.report
    assert told.cells == pytest.approx(CELLS)
    assert told.temperatures == pytest.approx((20.0,))
    assert (told.remaining, told.cycles) == (pytest.approx(66.0), 12)
    tripped = replace(PACK, report=replace(REPORT, protections=Alarm.LOW_TEMPERATURE))
    assert decode(encode(tripped).image).report["protections"] == Alarm.INTERNAL  # no more is told
    assert "soc" not in decode(bytes(8)).report


def test_registers_that_there_are_not() -> None:
    for address in (0x0F, 0x81):
        with pytest.raises(Refusal):
            encode(PACK).words(address, 1)


def test_what_does_not_fit_is_told() -> None:
    told: list[tuple[str, float]] = []
    big = replace(PACK, report=replace(REPORT, capacity=700.0), remaining=660.0)
    block = encode(big, tell=lambda name, value: told.append((name, value)))
    assert block.words(0x1A, 2) == (0xFFFF, 0xFFFF)
    assert told == [("remaining", 660.0), ("full", 700.0)]
