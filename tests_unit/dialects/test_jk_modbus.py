"""JK PB over Modbus, against a captured frame and the published register map."""

from dataclasses import replace

import pytest

from bmshil.dialects import Alarm, Report
from bmshil.dialects.jk_modbus import Kind, ask, blocks, decode, encode, read_data, read_settings
from bmshil.dialects.jk_modbus import alarms as bits
from bmshil.dialects.modbus import Refusal, block_at
from bmshil.dialects.pack_data import PackData
from bmshil.errors import CodecError

# V39: the status of a PB with 16 cells, captured.
STATUS = bytes.fromhex(
    "55aaeb900200dd0cdd0cdd0cdd0cdd0cdd0cde0cdd0cde0cde0cde0cde0cde0cdd0cde0cdd0c000000000000000000000000"
    "0000000000000000000000000000000000000000ffff0000dd0c01000100330034003f0042004d0058006600710077007100"
    "660062005a004400400036000000000000000000000000000000000000000000000000000000000000000000cb0000000000"
    "d7cd00000000000000000000c300c6000000000000000037535e0200c04504003e00000086b70901640000000422e5020101"
    "0000000000000000000000000000ff00010000009703000000001671404000000000951400000001010100060000b4e3af00"
    "00000000cb00c200c7009703863ec40b100900008051010000000302000000000000000001feff7fdc2f0101b0cf07000021"
)

REPORT = Report(
    cvl=55.2,
    ccl=140.0,
    dcl=200.0,
    dvl=44.8,
    soc=0.55,
    soh=1.0,
    voltage=52.695,
    current=0.0,
    temperature=19.7,
    cell_max=3.294,
    cell_min=3.293,
    capacity=280.0,
)
CELLS = tuple(3.294 if number in {7, 9, 10, 11, 12, 13, 15} else 3.293 for number in range(1, 17))
PACK = PackData(1, REPORT, CELLS, (20.3, 19.5, 19.8, 20.3, 19.4, 19.9), remaining=155.219, cycles=62)


def words(pack: PackData, address: int, count: int) -> tuple[int, ...]:
    return block_at(blocks(pack, 3), address).words(address, count)


def test_the_captured_frame_is_read() -> None:
    told = decode(STATUS)
    assert told.cells == pytest.approx(CELLS)
    assert told.temperatures == pytest.approx((20.3, 19.5, 19.8, 20.3, 19.4, 19.9))
    assert told.remaining == pytest.approx(155.219)
    assert told.cycles == 62
    assert told.report["voltage"] == pytest.approx(52.695)
    assert told.report["current"] == 0.0
    assert told.report["soc"] == pytest.approx(0.55)
    assert told.report["soh"] == pytest.approx(1.0)
    assert told.report["capacity"] == pytest.approx(280.0)
    assert told.report["charge_enabled"]
    assert told.report["discharge_enabled"]


# Bytes of the frame in which both know all: the captured one measures finer than it tells.
KNOWN = [
    (0, 70),
    (70, 78),
    (144, 146),
    (150, 162),
    (162, 172),
    (173, 186),
    (190, 191),
    (198, 200),
    (254, 260),
]


@pytest.mark.parametrize(("first", "last"), KNOWN)
def test_the_same_pack_gives_the_same_bytes(first: int, last: int) -> None:
    assert encode(Kind.STATUS, PACK, 3)[first:last] == STATUS[first:last]


def test_a_frame_ends_with_the_sum_of_all_before() -> None:
    assert len(encode(Kind.STATUS, PACK, 3, counter=7)) == 300
    assert encode(Kind.STATUS, PACK, 3, counter=7)[5] == 7
    assert sum(STATUS[:-1]) & 0xFF == 0x21 == STATUS[-1]
    assert decode(encode(Kind.STATUS, PACK, 3, counter=300)).cells == pytest.approx(CELLS)
    for damaged in (STATUS[:-1] + b"\x22", STATUS[:-1], b"\x00" + STATUS[1:]):
        with pytest.raises(CodecError, match="JK frame"):
            decode(damaged)
    unknown = bytes.fromhex("55aaeb9004") + bytes(294)
    with pytest.raises(CodecError, match="unknown kind 04"):
        decode(unknown + bytes((sum(unknown) & 0xFF,)))


def test_the_other_kinds() -> None:
    settings = decode(encode(Kind.SETTINGS, PACK, 3)).report
    assert settings["cvl"] == pytest.approx(55.2)
    assert settings["dvl"] == pytest.approx(44.8)
    assert settings["ccl"] == pytest.approx(140.0)
    assert settings["dcl"] == pytest.approx(200.0)
    assert decode(encode(Kind.ABOUT, replace(PACK, name="JK_PB2A16S"), 3)).name == "JK_PB2A16S"


def test_what_asks_for_a_frame() -> None:
    assert ask(3) == bytes.fromhex("03 10 16 20 00 01 02 00 00 CF 91")  # V38
    assert ask(3, Kind.SETTINGS)[2:4] == bytes.fromhex("161E")
    assert ask(3, Kind.ABOUT)[2:4] == bytes.fromhex("161C")


@pytest.mark.parametrize(
    ("address", "registers"),
    [
        (0x1200, (3293, 3293)),
        (0x121E, (3293, 0)),  # the 16th cell, and one that is not there
        (0x1240, (0x0000, 0xFFFF)),  # 32 bits: the high word comes first
        (0x1248, (0x0600,)),  # cells 7 and 1, counted from 0: the higher byte is the highest
        (0x1290, (0x0000, 0xCDD7)),  # 52.695 V
        (0x1298, (0xFFFF, 0xC180)),  # -16 A
        (0x12A6, (0x0037,)),  # 55 %
        (0x12AC, (0x0004, 0x45C0)),  # 280 Ah
        (0x12C0, (0x0100,)),  # charging enabled, discharging not
        (0x1020, (0x0000, 0x0D7A)),  # request charge: 3.450 V for a cell
        (0x102C, (0x0002, 0x22E0)),  # 140 A
        (0x1108, (0x0000, 0x0003)),  # device address
        (0x1400, (0x4A4B, 0x5F50, 0x4200)),  # "JK_PB"
    ],
)
def test_registers(address: int, registers: tuple[int, ...]) -> None:
    report = replace(REPORT, current=-16.0, discharge_enabled=False)
    pack = replace(PACK, report=report, name="JK_PB")
    assert words(pack, address, len(registers)) == registers


def test_addresses_count_bytes() -> None:
    for address in (0x1201, 0x1326, 0x0FFE, 0x1000 + 0x11C, 0x1600):
        with pytest.raises(Refusal):
            words(PACK, address, 1)


def test_the_blocks_are_read_back() -> None:
    pack = replace(PACK, report=replace(REPORT, current=-16.25), temperatures=(25.0, -5.5))
    images = [block.image for block in blocks(pack, 3)]
    assert read_settings(images[0]).report["cvl"] == pytest.approx(55.2)
    told = read_data(images[1])
    assert told.report["current"] == pytest.approx(-16.25)
    assert told.temperatures == pytest.approx((25.0, -5.5))  # sensors that are not there are left out
    assert told.cells == pytest.approx(CELLS)


@pytest.mark.parametrize(
    ("alarm", "raised"),
    [
        (Alarm.CELL_HIGH_VOLTAGE, 1 << 4),
        (Alarm.CELL_LOW_VOLTAGE, 1 << 11),
        (Alarm.HIGH_TEMPERATURE, 1 << 8 | 1 << 15),
        (Alarm.LOW_TEMPERATURE, 1 << 9),
        (Alarm.CHARGE_OVERCURRENT, 1 << 6),
        (Alarm.DISCHARGE_OVERCURRENT, 1 << 13),
        (Alarm.INTERNAL, 1 << 10),
    ],
)
def test_alarms(alarm: Alarm, raised: int) -> None:
    for report in (replace(REPORT, protections=alarm), replace(REPORT, alarms=alarm)):
        high, low = words(replace(PACK, report=report), 0x12A0, 2)
        assert high << 16 | low == raised
    assert bits.decode(raised) == alarm


def test_bits_that_are_read_and_never_written() -> None:
    assert bits.decode(1 << 14) == Alarm.DISCHARGE_OVERCURRENT  # short circuit
    assert bits.decode(1 << 21) == Alarm.HIGH_TEMPERATURE  # of the pack
    assert bits.decode(1 << 18 | 1 << 19) == Alarm(0)  # GPS, password


def test_what_does_not_fit_is_told() -> None:
    told: list[tuple[str, float]] = []
    blocks(replace(PACK, cells=(70.0,)), 3, lambda name, value: told.append((name, value)))
    assert ("cells", 70.0) in told
