"""Vectors of the Victron family: a BYD LVS with a Venus GX, a Discover Lynk II, and emulators, both ways.

Sources: dfch/BydCanProtocol (V16 to V28, V70); ai-republic/bms-to-inverter issues 107 (V48 to V50) and 34
(V54, V55); esphome-virtual-can-bms unit tests (V71 to V73).
"""

import math
from dataclasses import replace

import pytest

from bmshil.dialects import Alarm, Dialect, Report, dialect, load_dbc
from bmshil.errors import CodecError

BYD, VICTRON, SMA = dialect("byd-lvs"), dialect("victron"), dialect("sma-si")
ITEMS = (
    *("General", "HighVoltage", "LowVoltage", "HighTemperature", "LowTemperature", "HighTemperatureCharging"),
    *("LowTemperatureCharging", "HighDischargeCurrent", "HighChargeCurrent", "Contactor", "ShortCircuit"),
    *("BmsInternal", "CellImbalance", "Reserved1", "Reserved2", "Reserved3"),
)
HALVES = ("Alarm", "Warning")
RAISED = {item: 2 if item in {"General", "Contactor", "ShortCircuit"} else 1 for item in ITEMS[:13]}
REPORT = Report(
    cvl=58.4,
    ccl=128.0,
    dcl=128.0,
    dvl=43.0,
    soc=0.67,
    soh=1.0,
    voltage=53.10,
    current=-0.7,
    temperature=14.0,
    cell_max=3.329,
    cell_min=3.306,
    modules=2,
    capacity=156.0,
    remaining=105.0,
    temperature_max=16.85,
    temperature_min=13.85,
    manufacturer="BYD",
)


def limits(*values: float) -> dict[str, float]:
    names = ("ChargeVoltageLimit", "ChargeCurrentLimit", "DischargeCurrentLimit", "DischargeVoltageLimit")
    return dict(zip(names, values, strict=True))


def measured(*values: float) -> dict[str, float]:
    return dict(zip(("Voltage", "Current", "Temperature"), values, strict=True))


def charge(*values: float) -> dict[str, float]:
    return dict(zip(("SOC", "SOH", "SOCHighResolution"), values, strict=True))


def modules(*values: float) -> dict[str, float]:
    names = ("ModulesOnline", "ModulesBlockingCharge", "ModulesBlockingDischarge", "ModulesOffline")
    return dict(zip(names, values, strict=True))


def text(characters: str) -> dict[str, float]:
    return {f"Character{place}": ord(one) for place, one in enumerate(characters.ljust(8, "\0"), 1)}


EXTREMES = {
    "CellVoltageMin": 3.306,
    "CellVoltageMax": 3.329,
    "TemperatureMin": 13.85,
    "TemperatureMax": 16.85,
}
IDENTITY = {
    "ProductId": 0x694C,
    "FirmwareMajor": 1,
    "FirmwareMinor": 0x17,
    "AvailableCapacity": 105,
    "HardwareVersion": 0,
}
VECTORS = [
    ("V16", BYD, 0x351, "48 02 00 05 00 05 AE 01", limits(58.4, 128.0, 128.0, 43.0)),
    ("V17", BYD, 0x355, "43 00 64 00 00 00 00 00", charge(67, 100, 0)),
    ("V18", BYD, 0x356, "BE 14 F9 FF 8C 00 00 00", measured(53.10, -0.7, 14.0)),
    ("V19", BYD, 0x35A, "AA " * 8, {f"{half}{item}": 2 for half in HALVES for item in ITEMS}),
    ("V20", BYD, 0x35F, "4C 69 01 17 69 00 00 00", IDENTITY),
    ("V21", BYD, 0x372, "02 00 00 00 00 00 00 00", modules(2, 0, 0, 0)),
    ("V21 power-up", BYD, 0x372, "02 00 02 00 01 00 00 00", modules(2, 2, 1, 0)),
    ("V22", BYD, 0x373, "EA 0C 01 0D 1F 01 22 01", EXTREMES),
    ("V23", BYD, 0x374, "32 00 00 00 00 00 00 00", text("2")),
    ("V24", BYD, 0x378, "40 08 00 00 2B 07 00 00", {"EnergyCharged": 211.2, "EnergyDischarged": 183.5}),
    ("V25", BYD, 0x379, "9C 00 00 00 00 00 00 00", {"InstalledCapacity": 156}),
    ("V26", BYD, 0x382, "50 52 45 4D 49 55 4D 00", text("PREMIUM")),
    (
        "V70",
        BYD,
        0x35A,
        "56 55 69 A9 56 55 69 A9",
        {f"{half}{item}": RAISED.get(item, 2) for half in HALVES for item in ITEMS},
    ),
    ("V49", VICTRON, 0x35E, "44 49 53 43 4F 56 45 52", text("DISCOVER")),
    ("V49", VICTRON, 0x370, "44 69 73 63 6F 76 65 72", text("Discover")),
    ("V49", VICTRON, 0x371, "20 41 45 53 00 00 00 00", text(" AES")),
    ("V16", VICTRON, 0x351, "48 02 00 05 00 05 AE 01", limits(58.4, 128.0, 128.0, 43.0)),
    ("V22", VICTRON, 0x373, "EA 0C 01 0D 1F 01 22 01", EXTREMES),
    ("V71", VICTRON, 0x351, "20 02 F4 01 F4 01 CC 01", limits(54.4, 50.0, 50.0, 46.0)),
    ("V71", VICTRON, 0x355, "55 00 64 00 66 21", charge(85, 100, 85.50)),
    ("V71", VICTRON, 0x356, "82 14 E1 FF FA 00", measured(52.50, -3.1, 25.0)),
    ("V72", VICTRON, 0x355, "55 00 64 00 FF FF", charge(85, 100, 655.35)),
    ("V54", VICTRON, 0x356, "78 14 6A FF 00 00", measured(52.40, -15.0, 0.0)),
    ("V54", SMA, 0x356, "78 14 E2 FF 00 00", measured(52.40, -3.0, 0.0)),
    ("V56", SMA, 0x355, "10 00 64 00 40 06", charge(16, 100, 16.00)),
]


@pytest.mark.parametrize(
    ("speaker", "base_id", "payload", "values"),
    [pytest.param(*rest, id=f"{vector} {rest[0].name} 0x{rest[1]:X}") for vector, *rest in VECTORS],
)
def test_both_ways(speaker: Dialect, base_id: int, payload: str, values: dict[str, float]) -> None:
    data = bytes.fromhex(payload)
    assert speaker.decode(base_id, data) == pytest.approx(values, abs=1e-9)
    assert speaker.message(base_id).encode(values) == data


def test_a_report_becomes_the_capture() -> None:
    frames = BYD.frames(REPORT)
    assert list(frames) == [
        *(0x35E, 0x382, 0x35F, 0x35A, 0x35B, 0x351, 0x355, 0x356, 0x360, 0x372, 0x373),
        *(0x374, 0x375, 0x376, 0x377, 0x378, 0x379),
    ]
    for base_id, payload in (
        (0x351, "48 02 00 05 00 05 AE 01"),
        (0x355, "43 00 64 00 00 00 00 00"),
        (0x356, "BE 14 F9 FF 8C 00 00 00"),
        (0x35A, "AA AA AA AA AA AA AA AA"),
        (0x35B, "00 00 00 00 00 00 00 00"),
        (0x35E, "42 59 44 00 00 00 00 00"),
        (0x35F, "4C 69 01 17 69 00 00 00"),
        (0x360, "00 00 00 00 00 00 00 00"),
        (0x372, "02 00 00 00 00 00 00 00"),
        (0x373, "EA 0C 01 0D 1F 01 22 01"),
        (0x379, "9C 00 00 00 00 00 00 00"),
        (0x382, "50 52 45 4D 49 55 4D 00"),
    ):
        assert frames[base_id] == bytes.fromhex(payload), hex(base_id)
    back = BYD.read(frames)
    assert (back["remaining"], back["installed"], back["manufacturer"]) == (105.0, 156.0, "BYD")
    assert back["temperature_min"] == pytest.approx(13.85)


def test_byd_sends_at_its_own_pace() -> None:
    periods = {message.id: message.period for message in BYD.messages}
    assert (periods[0x351], periods[0x35E]) == (2.0, 60.0)
    assert {periods[one] for one in periods.keys() - {0x351, 0x35E}} == {10.0}


def test_v27_v28_what_a_venus_says_is_in_the_dbc() -> None:
    database = load_dbc(VICTRON.path)
    mark = database.get_message_by_frame_id(0x307)
    assert mark.length == 8
    said = mark.decode_simple(bytes.fromhex("12 34 56 78 56 49 43 00"))
    assert said == {"Magic": 0x78563412, "Letter1": 0x56, "Letter2": 0x49, "Letter3": 0x43, "Letter4": 0}
    assert mark.encode(said) == bytes.fromhex("12 34 56 78 56 49 43 00")
    assert [database.get_message_by_frame_id(one).length for one in (0x305, 0x306)] == [8, 8]
    assert VICTRON.inverter_ids == {0x305, 0x306, 0x307}


def test_v48_seven_bytes_and_pairs_that_say_nothing() -> None:
    data = bytes.fromhex("AB AA FE AF AA FA FF")
    values = VICTRON.decode(0x35A, data)
    assert values["AlarmGeneral"] == 3
    assert values["AlarmHighVoltage"] == 2
    assert values["AlarmHighChargeCurrent"] == 2
    assert values["AlarmContactor"] == 3
    assert "WarningCellImbalance" not in values  # in the byte that is missing
    back = VICTRON.read({0x35A: data})
    assert (back["protections"], back["alarms"]) == (Alarm(0), Alarm(0))
    complete = BYD.decode(0x35A, data + b"\xff")
    assert BYD.message(0x35A).encode(complete)[:7] == data


def test_v50_another_layout_on_the_same_identifiers_is_short() -> None:
    assert VICTRON.decode(0x372, bytes.fromhex("00 00 00 02")) == {
        "ModulesOnline": 0,
        "ModulesBlockingCharge": 512,
    }
    assert VICTRON.decode(0x373, bytes.fromhex("01 00 00 00")) == pytest.approx(
        {"CellVoltageMin": 0.001, "CellVoltageMax": 0.0}
    )


def test_v55_alarms_on_the_wrong_identifier_reach_nobody() -> None:
    for speaker in (SMA, VICTRON, BYD):
        assert speaker.read({0x359: bytes(8)}) == {}


@pytest.mark.parametrize(
    ("field", "base_id"), [("cvl", 0x351), ("soc", 0x355), ("soh", 0x355), ("temperature", 0x356)]
)
def test_v73_what_is_no_number_is_not_sent(field: str, base_id: int) -> None:
    with pytest.raises(CodecError, match="finite"):
        VICTRON.encode(base_id, replace(REPORT, **{field: math.nan}))  # type: ignore[arg-type]  # a table


@pytest.mark.parametrize(
    ("protections", "alarms", "payload"),
    [
        (Alarm.CELL_HIGH_VOLTAGE, Alarm(0), "A6 AA AA 02 AA AA AA 0A"),
        (Alarm(0), Alarm.INTERNAL, "AA AA AA 02 AA AA 6A 0A"),
    ],
)
def test_an_alarm_is_raised(protections: Alarm, alarms: Alarm, payload: str) -> None:
    raised = replace(REPORT, protections=protections, alarms=alarms)
    assert VICTRON.encode(0x35A, raised) == bytes.fromhex(payload)
    back = VICTRON.read({0x35A: bytes.fromhex(payload)})
    assert (back["protections"], back["alarms"]) == (protections, alarms)


def test_a_charge_is_asked_for_with_a_full_byte() -> None:
    assert VICTRON.encode(0x360, replace(REPORT, force_charge_2=True)) == b"\xff"
    assert VICTRON.encode(0x360, REPORT) == b"\0"
    assert VICTRON.read({0x360: b"\x01"}) == {"force_charge_2": True}
