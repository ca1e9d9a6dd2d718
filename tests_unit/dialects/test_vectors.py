"""The Pylontech LV vectors of the field: captures of real batteries, and examples of emulators.

Literal bytes and literal values, both ways. Sources: Setfire Labs (US2000/US3000 and US5000 captures),
bms-to-inverter unit tests, esphome-virtual-can-bms unit tests, JK-BMSToPylontechCAN, diyBMSv4ESP32 issue 87.
"""

import pytest

from bmshil.dialects import dialect

LIMITS = ("ChargeVoltageLimit", "ChargeCurrentLimit", "DischargeCurrentLimit", "DischargeVoltageLimit")
CHARGE = ("SOC", "SOH", "SOCHighResolution")
MEASURED = ("Voltage", "Current", "Temperature")
MARKS = {"MarkP": 80, "MarkN": 78}
BOTH = ("pylontech-lv-1.2", "pylontech-lv-1.3")
OLD, NEW = ("pylontech-lv-1.2",), ("pylontech-lv-1.3",)

PROTECTION_BITS = (
    "ProtectionHighVoltage",
    "ProtectionLowVoltage",
    "ProtectionHighTemperature",
    "ProtectionLowTemperature",
    "ProtectionDischargeCurrent",
    "ProtectionChargeCurrent",
    "ProtectionSystemError",
    "AlarmHighVoltage",
    "AlarmLowVoltage",
    "AlarmHighTemperature",
    "AlarmLowTemperature",
    "AlarmDischargeCurrent",
    "AlarmChargeCurrent",
    "AlarmCommunicationFail",
)
ITEMS = (
    "General",
    "HighVoltage",
    "LowVoltage",
    "HighTemperature",
    "LowTemperature",
    "HighTemperatureCharging",
    "LowTemperatureCharging",
    "HighDischargeCurrent",
    "HighChargeCurrent",
    "Contactor",
    "ShortCircuit",
    "BmsInternal",
    "CellImbalance",
)


def limits(*values: float) -> dict[str, float]:
    return dict(zip(LIMITS, values, strict=True))


def charge(*values: float) -> dict[str, float]:
    return dict(zip(CHARGE, values, strict=False))


def measured(*values: float) -> dict[str, float]:
    return dict(zip(MEASURED, values, strict=True))


def healthy(modules: int) -> dict[str, float]:
    return {**dict.fromkeys(PROTECTION_BITS, 0), "ModuleCount": modules, **MARKS}


def text(characters: str) -> dict[str, float]:
    return {f"Character{place}": ord(character) for place, character in enumerate(characters, 1)}


NOT_SIGNALLED = {f"{half}{item}": 0 for half in ("Alarm", "Warning") for item in ITEMS}
REQUESTS = {"FullCharge": 0, "ForceCharge2": 0, "ForceCharge1": 0, "DischargeEnable": 1, "ChargeEnable": 1}
IDENTITY = {
    "ChemistryL": 0x4C,
    "ChemistryI": 0x49,
    "VersionMajor": 1,
    "VersionMinor": 3,
    "Capacity": 572,
    "ManufacturerId": 0x00AA,
}

VECTORS = [
    ("V1 US3000", BOTH, 0x351, "14 02 74 0E 74 0E CC 01", limits(53.2, 370.0, 370.0, 46.0)),
    ("V2 US3000", OLD, 0x355, "1A 00 64 00", charge(26, 100)),
    ("V3 US3000", BOTH, 0x356, "02 13 00 00 4A 01", measured(48.66, 0.0, 33.0)),
    ("V4 US3000", OLD, 0x359, "00 00 00 00 0A 50 4E", healthy(10)),
    ("V5 US3000", OLD, 0x35C, "C0 00", REQUESTS),
    ("V6 US3000", BOTH, 0x35E, "50 59 4C 4F 4E 20 20 20", text("PYLON   ")),
    ("V7 US5000 1.2", BOTH, 0x351, "14 02 C0 12 C0 12 C2 01", limits(53.2, 480.0, 480.0, 45.0)),
    ("V8 US5000 1.2", OLD, 0x355, "58 00 5E 00", charge(88, 94)),
    ("V9 US5000 1.2", BOTH, 0x356, "7A 13 F2 FE 6B 01", measured(49.86, -27.0, 36.3)),
    ("V10 US5000 1.2", OLD, 0x359, "00 00 00 00 06 50 4E", healthy(6)),
    ("V11 US5000 1.3", BOTH, 0x351, "10 02 C0 12 C0 12 C2 01", limits(52.8, 480.0, 480.0, 45.0)),
    ("V12 US5000 1.3", NEW, 0x355, "54 00 60 00 00 00", charge(84, 96, 0.0)),
    ("V13 US5000 1.3", BOTH, 0x356, "7B 13 E9 FE 6B 01", measured(49.87, -27.9, 36.3)),
    ("V14 US5000 1.3", NEW, 0x35A, "00 00 00 00 00 00 00 00", NOT_SIGNALLED),
    ("V15 US5000 1.3", NEW, 0x35F, "4C 49 01 03 3C 02 AA 00", IDENTITY),
    ("V67 emulator", BOTH, 0x351, "34 02 D0 07 A0 0F B0 01", limits(56.4, 200.0, 400.0, 43.2)),
    ("V71 emulator", BOTH, 0x351, "20 02 F4 01 F4 01 CC 01", limits(54.4, 50.0, 50.0, 46.0)),
    ("V71 emulator", NEW, 0x355, "55 00 64 00 66 21", charge(85, 100, 85.50)),
    ("V71 emulator", BOTH, 0x356, "82 14 E1 FF FA 00", measured(52.50, -3.1, 25.0)),
    ("V71 emulator", NEW, 0x35A, "00 00 00 00 00 00 00 00", NOT_SIGNALLED),
    ("V72 not available", NEW, 0x355, "55 00 64 00 FF FF", charge(85, 100, 655.35)),
    ("V74 emulator", BOTH, 0x351, "28 02 F4 01 20 03 E0 01", limits(55.2, 50.0, 80.0, 48.0)),
    ("V74 emulator", BOTH, 0x356, "6C 14 04 00 DC 00", measured(52.28, 0.4, 22.0)),
    ("V74 emulator", OLD, 0x359, "00 00 00 00 01 50 4E", healthy(1)),
    ("V76 negative DCL", BOTH, 0x351, "44 02 64 00 9C FF 3F 02", limits(58.0, 10.0, -10.0, 57.5)),
    ("V76 emulator", BOTH, 0x356, "94 14 00 00 8C 00", measured(52.68, 0.0, 14.0)),
]
CASES = [
    pytest.param(name, base_id, bytes.fromhex(payload), values, id=f"{vector} 0x{base_id:X} {name[-3:]}")
    for vector, names, base_id, payload, values in VECTORS
    for name in names
]


@pytest.mark.parametrize(("name", "base_id", "payload", "values"), CASES)
def test_bytes_to_values(name: str, base_id: int, payload: bytes, values: dict[str, float]) -> None:
    assert dialect(name).decode(base_id, payload) == pytest.approx(values, abs=1e-9)


@pytest.mark.parametrize(("name", "base_id", "payload", "values"), CASES)
def test_values_to_bytes(name: str, base_id: int, payload: bytes, values: dict[str, float]) -> None:
    assert dialect(name).message(base_id).encode(values) == payload


@pytest.mark.parametrize(
    ("name", "base_id", "payload", "values"),
    [
        ("pylontech-lv-1.2", 0x355, "2A 00 64 00 00 00 00 00", charge(42, 100)),
        ("pylontech-lv-1.3", 0x355, "2A 00 64 00 00 00 00 00", charge(42, 100, 0.0)),
        ("pylontech-lv-1.2", 0x356, "63 14 0F FF EB 00 00 00", measured(52.19, -24.1, 23.5)),
        ("pylontech-lv-1.3", 0x356, "63 14 0F FF EB 00 00 00", measured(52.19, -24.1, 23.5)),
    ],
)
def test_v68_bytes_beyond_the_message_are_ignored(
    name: str, base_id: int, payload: str, values: dict[str, float]
) -> None:
    data = bytes.fromhex(payload)
    assert dialect(name).decode(base_id, data) == pytest.approx(values, abs=1e-9)
    encoded = dialect(name).message(base_id).encode(values)
    assert encoded == data[: len(encoded)]
    assert len(encoded) == (4 if (name, base_id) == ("pylontech-lv-1.2", 0x355) else 6)
