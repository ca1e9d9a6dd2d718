"""SunSpec models 1, 802 and 803 as registers."""

from dataclasses import replace

import pytest

from bmshil.dialects import Alarm, Report
from bmshil.dialects.pack_data import PackData
from bmshil.dialects.sunspec import BankState, Place, StringState, image, place_of

REPORT = Report(
    cvl=56.0,
    ccl=150.0,
    dcl=250.0,
    dvl=44.8,
    soc=0.655,
    soh=0.98,
    voltage=53.2,
    current=-20.5,
    temperature=24.0,
    cell_max=3.33,
    cell_min=3.31,
    capacity=250.0,
)
CELLS = (3.33, *(3.325,) * 14, 3.31)
ONE = StringState(PackData(1, replace(REPORT, current=-10.2), CELLS, (24.0, 22.0), 65.0, cycles=40), True)
TWO = StringState(PackData(2, replace(REPORT, current=-10.4), (3.32,) * 16, (26.0, -4.0), 65.0), True)
BANK = BankState(REPORT, (ONE, TWO), heartbeat=7)


def registers(bank: BankState, start: int, count: int) -> list[int]:
    data = image(bank, serial="A1", device=1, version="1.0")
    at = 2 * (start - 40_000)
    return [int.from_bytes(data[place : place + 2]) for place in range(at, at + 2 * count, 2)]


def battery(bank: BankState, offset: int, count: int = 1) -> list[int]:
    return registers(bank, 40_070 + offset, count)


def lithium(bank: BankState, offset: int, count: int = 1) -> list[int]:
    return registers(bank, 40_134 + offset, count)


def test_models_stand_one_behind_the_other() -> None:
    assert registers(BANK, 40_000, 4) == [0x5375, 0x6E53, 1, 66]
    assert registers(BANK, 40_070, 2) == [802, 62]
    assert registers(BANK, 40_134, 2) == [803, 26 + 2 * 32]
    assert registers(BANK, 40_134 + 28 + 2 * 32, 2) == [0xFFFF, 0]
    assert len(image(BANK, serial="A1", device=1, version="1.0")) == 2 * (40_228 - 40_000)


def test_the_common_model() -> None:
    assert registers(BANK, 40_004, 4) == [0x626D, 0x7368, 0x696C, 0]  # "bmshil"
    assert registers(BANK, 40_052, 2) == [0x4131, 0]  # "A1"
    assert registers(BANK, 40_068, 2) == [1, 0x8000]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (2, [250, 1330, 798, 1330]),  # Ah; 13.3 kWh, 7.98 and 13.3 kW in tens
        (6, [0xFFFF, 1000, 0, 0xFFFF, 0xFFFF, 655, 345, 980]),  # SOC 65.5 %, DOD 34.5 %, SOH 98 %
        (14, [0, 40, 3, 1, 7, 0, 0, 4, 3]),  # cycles, discharging, local, heartbeat, lithium, connected
        (34, [5320, 5600, 4480]),
        (37, [3330, 1, 1, 3310, 1, 1, 3322]),  # highest and lowest cell: both in string 1
        (44, [0xFF33, 1500, 2500, 0xFF93]),  # -20.5 A, limits, -1090.6 W in tens: positive is charging
        (48, [0, 0x8000, 1, 3]),
        (52, [0, 1, 1, 0x8000, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE, 0xFFFD, 0xFFFF, 0xFFFF, 1]),
    ],
)
def test_the_battery_model(offset: int, expected: list[int]) -> None:
    assert battery(BANK, offset, len(expected)) == expected


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"current": 20.0}, 4),
        ({"current": 0.0}, 6),
        ({"current": 0.0, "soc": 1.0}, 5),
        ({"current": 0.0, "soc": 0.0}, 2),
    ],
)
def test_charge_states(change: dict[str, object], state: int) -> None:
    report = replace(REPORT, **change)  # type: ignore[arg-type]  # its own fields
    assert battery(replace(BANK, report=report), 16) == [state]


@pytest.mark.parametrize(
    ("alarm", "acted", "warned"),
    [
        (Alarm.HIGH_TEMPERATURE, 1 << 1, 1 << 2),
        (Alarm.LOW_TEMPERATURE, 1 << 3, 1 << 4),
        (Alarm.CHARGE_OVERCURRENT, 1 << 5, 1 << 6),
        (Alarm.DISCHARGE_OVERCURRENT, 1 << 7, 1 << 8),
        (Alarm.CELL_HIGH_VOLTAGE, 1 << 9, 1 << 10),
        (Alarm.CELL_LOW_VOLTAGE, 1 << 11, 1 << 12),
        (Alarm.INTERNAL, 1 << 25, 1 << 26),
    ],
)
def test_events(alarm: Alarm, acted: int, warned: int) -> None:
    for report, event in (
        (replace(REPORT, protections=alarm), acted),
        (replace(REPORT, alarms=alarm), warned),
    ):
        assert battery(replace(BANK, report=report), 26, 2) == [event >> 16, event & 0xFFFF]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (2, [2, 2]),
        (4, [230, 1, 1, 110, 2, 1, 170]),  # means of the sensors of each module
        (11, [5320, 1, 5320, 1, 5320]),
        (16, [0xFF9A, 1, 0xFF98, 2, 0xFF99]),  # -10.2 A, -10.4 A, and their mean
        (22, [0xFFFD, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE]),
        (28, [1, 0, 3, 0, 655, 980, 0xFF9A]),  # string 1: enabled, contactor closed
        (35, [3330, 1, 3310, 1, 3324]),
        (40, [240, 1, 220, 1, 230, 0, 0, 1]),
        (56, [1, 1, 0x8000, 0x8000]),
        (60, [1, 0, 3]),  # string 2
        (72, [260, 1, 0xFFD8, 1, 110]),
    ],
)
def test_the_model_of_strings(offset: int, expected: list[int]) -> None:
    assert lithium(BANK, offset, len(expected)) == expected


def test_a_string_that_is_off_and_one_that_is_not_heard() -> None:
    tripped = PackData(2, replace(REPORT, protections=Alarm.CELL_HIGH_VOLTAGE), CELLS, (24.0,), 65.0)
    strings = (
        StringState(None, True),
        StringState(tripped, False),
        StringState(TWO.pack, False),
        StringState(TWO.pack, False, enabled=False),
    )
    bank = replace(BANK, strings=strings)
    assert lithium(bank, 2, 2) == [4, 1]
    assert lithium(bank, 28, 7) == [1, 0, 3, 0, 0xFFFF, 0xFFFF, 0x8000]
    assert lithium(bank, 48, 2) == [0, 1]  # communication error
    status = [lithium(bank, 28 + 32 * string + 1, 3) for string in (1, 2, 3)]
    assert status == [[0, 1, 8], [0, 1, 0], [0, 0, 4]]
    assert [lithium(bank, 28 + 32 * string + 17) for string in (1, 2, 3)] == [[1], [3], [3]]
    assert lithium(bank, 28 + 32 * 3 + 28, 2) == [2, 2]


def test_a_bank_that_nobody_hears() -> None:
    bank = BankState(None, (StringState(None, False),))
    assert battery(bank, 2, 4) == [0xFFFF] * 4
    assert battery(bank, 26, 2) == [0, 1]
    assert battery(bank, 34) + battery(bank, 44) == [0xFFFF, 0x8000]
    assert (battery(bank, 16), battery(bank, 22)) == ([1], [1])
    assert lithium(bank, 2, 3) == [1, 0, 0x8000]


def test_where_commands_go() -> None:
    assert place_of(40_070 + 19, 2) == Place("CtrlHb")
    assert place_of(40_070 + 20, 2) == Place("AlmRst")
    assert place_of(40_070 + 50, 2) == Place("SetOp")
    assert place_of(40_070 + 51, 2) == Place("SetInvState")
    assert place_of(40_134 + 28 + 28, 2) == Place("StrSetEna", 1)
    assert place_of(40_134 + 28 + 32 + 29, 2) == Place("StrSetCon", 2)
    for address in (40_000, 40_081, 40_134 + 2, 40_134 + 28 + 64 + 29, 39_999, 41_000):
        assert place_of(address, 2) is None
