"""Commands of the whole system, as inverters poll them: literal bytes, literal values, both ways."""

from math import inf, isnan, nan

import pytest

from bmshil.dialects import Alarm, Report
from bmshil.dialects.pack_data import PackData
from bmshil.dialects.pylontech_rs485 import (
    frame,
    parse,
    system_alarms,
    system_analog,
    system_basics,
    system_limits,
)
from bmshil.dialects.pylontech_rs485.charge_status import ChargeStatus
from bmshil.dialects.pylontech_rs485.extremes import Extreme, Spread
from bmshil.dialects.pylontech_rs485.management import Management
from bmshil.dialects.pylontech_rs485.system_analog import SystemAnalog
from bmshil.dialects.pylontech_rs485.system_basics import SystemBasics
from bmshil.errors import CodecError

BOTH_ON = ChargeStatus.CHARGE | ChargeStatus.DISCHARGE


def wire(text: str) -> bytes:
    return b"~" + text.encode() + b"\r"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # V29, a JK BMS of 8 cells
        ("20024600D01270805460064006A4C0F9E5", Management(28.8, 21.6, 160.0, 170.0, BOTH_ON)),
        # V30: a battery that let 67.04 V wrap around
        ("20024600D01205E0B180017C076CC0F9B8", Management(1.504, 45.44, 38.0, 190.0, BOTH_ON)),
    ],
)
def test_system_limits_of_the_field(text: str, said: Management) -> None:
    assert system_limits.decode(parse(wire(text)).info) == said
    assert frame(2, 0, system_limits.encode(said)) == wire(text)


def test_67_volts_are_clamped_and_told() -> None:
    told: list[tuple[str, float]] = []
    high = Management(67.04, 45.44, 38.0, 190.0, BOTH_ON)
    info = system_limits.encode(high, tell=lambda name, value: told.append((name, value)))
    assert info == bytes.fromhex("FFFF B180 017C 076C C0")
    assert told == [("cvl", 67.04)]


def report(**changes: object) -> Report:
    said = {"cvl": 56.0, "ccl": 50.0, "dcl": 90.0, "dvl": 44.8, "soc": 0.6, "soh": 0.99, "voltage": 52.8}
    said |= {"current": -36.0, "temperature": 25.0, "cell_max": 3.305, "cell_min": 3.295} | changes
    return Report(**said)  # type: ignore[arg-type]  # a table


TWO_PACKS = [
    PackData(1, report(soh=0.99), (3.3, 3.302), (31.0, 24.0, 25.0), remaining=60.0, cycles=100),
    PackData(2, report(soh=0.95), (3.295, 3.305), (30.0, 27.0, 26.0), remaining=60.0, cycles=201),
]


def test_the_system_says_its_means_and_extremes_with_their_places() -> None:
    system = SystemAnalog.of(report(), TWO_PACKS)
    assert system_analog.encode(system) == bytes.fromhex(
        "CE40 F1F0 3C 0096 00C9 63 5F"  # 52.8 V, -36.00 A, 60 %, 150 and 201 cycles, 99 and 95 %
        "0CE9 0202 0CDF 0201"  # 3.305 V in module 2, cell 2; 3.295 V in module 2, cell 1
        "0BA5 0BB9 0201 0B9B 0101"  # cells 25.0, 27.0 in module 2, 24.0 in module 1
        "0BDC 0BE1 0101 0BD7 0201"  # MOSFETs 30.5, 31.0 in module 1, 30.0 in module 2
        "0BDC 0BE1 0101 0BD7 0201"
    )
    assert system_analog.encode(system)[2:4] == (-3600).to_bytes(2, "big", signed=True)
    assert frame(2, 0, system_analog.encode(system))[9:13] == b"8062"


def test_system_values_are_read_as_they_were_meant() -> None:
    said = system_analog.decode(system_analog.encode(SystemAnalog.of(report(), TWO_PACKS)))
    assert said.report == {
        "voltage": 52.8,
        "current": -36.0,
        "soc": 0.6,
        "soh": 0.99,
        "cell_max": 3.305,
        "cell_min": 3.295,
        "temperature": 25.0,
    }
    assert (said.cycles_mean, said.cycles_most, said.soh_least) == (150, 201, 0.95)
    assert said.cell_max == Extreme(3.305, 2, 2)
    assert said.cells == Spread(25.0, Extreme(27.0, 2, 1), Extreme(24.0, 1, 1))


def test_what_the_report_says_counts_where_the_packs_say_otherwise() -> None:
    system = SystemAnalog.of(report(cell_max=3.9, cell_min=2.0), TWO_PACKS)
    assert (system.cell_max, system.cell_min) == (Extreme(3.9, 2, 2), Extreme(2.0, 2, 1))


def test_without_packs_nobody_knows_the_places() -> None:
    info = system_analog.encode(SystemAnalog.of(report(), []))
    assert info.hex().upper() == (
        "CE40F1F03C0000000063630CE900000CDF00000BA50BA500000BA500000000000000000000000000000000000000000000"
    )


def test_raw_zero_is_a_temperature_that_nobody_measures() -> None:
    """A JK BMS sends 0000 for extremes that it does not track: not -273.1 degC."""
    info = bytearray(system_analog.encode(SystemAnalog.of(report(), TWO_PACKS)))
    info[19:29] = bytes(10)
    said = system_analog.decode(bytes(info))
    assert isnan(said.cells.highest.value)
    assert "temperature" not in said.report


def test_more_than_327_amperes_do_not_fit_and_are_told() -> None:
    told: list[tuple[str, float]] = []
    system = SystemAnalog.of(report(current=-400.0, voltage=inf, soc=nan), TWO_PACKS)
    info = system_analog.encode(system, tell=lambda name, value: told.append((name, value)))
    assert info[:5] == bytes.fromhex("FFFF 8000 00")
    assert [name for name, _ in told] == ["voltage", "current", "soc"]


@pytest.mark.parametrize(
    ("alarms", "protections", "info"),
    [
        (Alarm(0), Alarm(0), "00 00 00 00"),
        (Alarm.CELL_HIGH_VOLTAGE | Alarm.LOW_TEMPERATURE, Alarm(0), "24 00 00 00"),
        (Alarm.CELL_LOW_VOLTAGE | Alarm.INTERNAL, Alarm.HIGH_TEMPERATURE, "10 10 08 00"),
        (Alarm.CHARGE_OVERCURRENT, Alarm.DISCHARGE_OVERCURRENT | Alarm.INTERNAL, "00 40 00 28"),
    ],
)
def test_alarms_and_protections_have_their_bits(alarms: Alarm, protections: Alarm, info: str) -> None:
    encoded = system_alarms.encode(report(alarms=alarms, protections=protections))
    assert encoded == bytes.fromhex(info)
    assert system_alarms.decode(encoded) == {"alarms": alarms, "protections": protections}


def test_bits_of_modules_and_mosfets_are_read_as_what_they_warn_of() -> None:
    assert system_alarms.decode(bytes.fromhex("80 00 42 00")) == {
        "alarms": Alarm.CELL_HIGH_VOLTAGE,
        "protections": Alarm.CELL_LOW_VOLTAGE | Alarm.HIGH_TEMPERATURE,
    }


def test_system_basics_name_every_pack() -> None:
    basics = SystemBasics("US3000C", "Pylon", (1, 4), ("K1", "K2"))
    info = system_basics.encode(basics)
    assert info == (b"US3000C\0\0\0Pylon" + bytes(15) + b"\x01\x04\x02K1" + bytes(14) + b"K2" + bytes(14))
    assert system_basics.decode(info) == basics


@pytest.mark.parametrize(
    "read", [system_analog.decode, system_alarms.decode, system_limits.decode, system_basics.decode]
)
def test_a_reply_that_is_too_short_is_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(CodecError, match="ends in the middle"):
        read(b"\x00\x00\x00")
