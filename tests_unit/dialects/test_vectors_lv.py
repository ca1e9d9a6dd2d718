"""Vectors of Sol-Ark, LuxPower, Seplos and Deye PCS: literal bytes and literal values, both ways.

Sources: Sleeper85/esphome-yambms and its issue 168 (V56, V79); bms-to-inverter unit tests (V67, V68);
JK-BMSToPylontechCAN (V74, V84); dalathegreat/Battery-Emulator (V80); the vendors' documents for the rest.
"""

from dataclasses import replace

import pytest

from bmshil.dialects import Alarm, Dialect, Report, dialect, load_dbc

SOLARK, LUX = dialect("solark-1.3"), dialect("luxpower")
SEPLOS, DEYE, PYLON = dialect("seplos"), dialect("deye-pcs-3.3"), dialect("pylontech-lv-1.2")
REPORT = Report(
    cvl=55.2,
    ccl=50.0,
    dcl=80.0,
    dvl=48.0,
    soc=0.42,
    soh=1.0,
    voltage=52.50,
    current=-24.1,
    temperature=23.5,
    cell_max=3.350,
    cell_min=3.280,
    modules=2,
    capacity=200.0,
    temperature_max=25.0,
    temperature_min=21.5,
    cycles=300,
    blocking_charge=1,
    offline=1,
    on_grid_ccl=40.0,
    on_grid_dcl=60.0,
)


def limits(*values: float) -> dict[str, float]:
    names = ("ChargeVoltageLimit", "ChargeCurrentLimit", "DischargeCurrentLimit", "DischargeVoltageLimit")
    return dict(zip(names, values, strict=True))


def requests(charge: int, discharge: int, force_1: int = 0, force_2: int = 0) -> dict[str, float]:
    return {
        "FullCharge": 0,
        "ForceCharge2": force_2,
        "ForceCharge1": force_1,
        "DischargeEnable": discharge,
        "ChargeEnable": charge,
    }


NAME = {
    **{f"Character{place}": ord(one) for place, one in enumerate("DY001", 1)},
    "Maker": 3,
    "Capacity": 100.0,
}
VECTORS = [
    *[
        ("V67", one, 0x351, "34 02 D0 07 A0 0F B0 01", limits(56.4, 200.0, 400.0, 43.2))
        for one in (SOLARK, LUX)
    ],
    *[
        ("V74", one, 0x351, "28 02 F4 01 20 03 E0 01", limits(55.2, 50.0, 80.0, 48.0))
        for one in (SEPLOS, DEYE)
    ],
    ("V56", SEPLOS, 0x351, "28 02 00 00 00 00 C0 01", limits(55.2, 0.0, 0.0, 44.8)),
    (
        "V56 a temperature that cannot be",
        SEPLOS,
        0x356,
        "B9 14 35 01 24 FA 02 00",
        {"Voltage": 53.05, "Current": 30.9, "Temperature": -150.0, "Cycles": 2},
    ),
    ("V68", SOLARK, 0x355, "2A 00 64 00 00 00 00 00", {"SOC": 42, "SOH": 100}),
    (
        "V84 in steps of 0.01 V",
        DEYE,
        0x356,
        "82 14 00 00 00 00",
        {"Voltage": 52.5, "Current": 0, "Temperature": 0},
    ),
    (
        "V84 in steps of 0.1 V",
        DEYE,
        0x356,
        "0D 02 00 00 00 00",
        {"Voltage": 5.25, "Current": 0, "Temperature": 0},
    ),
    (
        "V84 where 0.1 V is right",
        SOLARK,
        0x356,
        "0D 02 00 00 00 00 00 00",
        {"Voltage": 52.5, "Current": 0, "Temperature": 0},
    ),
    ("V79", DEYE, 0x35E, "44 59 30 30 31 03 E8 03", NAME),
    ("Deye versions", DEYE, 0x363, "20 08 21 02", {"SoftwareVersion": 0x0820, "HardwareVersion": 0x0221}),
    *[
        (f"V80 {payload}", PYLON, 0x35C, payload, requests(*bits))
        for payload, bits in (
            ("C0 00", (1, 1)),
            ("00 00", (0, 0)),
            ("A0 00", (1, 0, 1)),
            ("40 00", (0, 1)),
            ("80 00", (1, 0)),
        )
    ],
]


@pytest.mark.parametrize(
    ("speaker", "base_id", "payload", "values"),
    [pytest.param(*rest, id=f"{vector} {rest[0].name} 0x{rest[1]:X}") for vector, *rest in VECTORS],
)
def test_both_ways(speaker: Dialect, base_id: int, payload: str, values: dict[str, float]) -> None:
    data = bytes.fromhex(payload)
    assert speaker.decode(base_id, data) == pytest.approx(values, abs=1e-9)
    assert speaker.message(base_id).encode(values) == data


@pytest.mark.parametrize(
    ("speaker", "frames"),
    [
        pytest.param(
            SOLARK,
            {
                0x359: "00 00 00 00 02 50 4E 00",
                0x351: "28 02 F4 01 20 03 E0 01",
                0x355: "2A 00 64 00 00 00 00 00",
                0x356: "0D 02 0F FF EB 00 00 00",
                0x35C: "C0 00 00 00 00 00 00 00",
                0x35E: "50 59 4C 4F 4E 20 20 20",
                0x379: "C8 00 00 00 00 00 00 00",
            },
            id="solark",
        ),
        pytest.param(
            LUX,
            {
                0x359: "00 00 00 00 02 C8 00 00",
                0x351: "28 02 F4 01 20 03 E0 01",
                0x355: "2A 00 64 00 16 0D D0 0C",
                0x356: "82 14 0F FF FA 00 D7 00",
                0x35C: "C0 00 2C 01 00 00 00 00",
                0x35E: "50 59 4C 4F 4E 20 20 20",
            },
            id="luxpower",
        ),
        pytest.param(
            SEPLOS,
            {
                0x351: "28 02 F4 01 20 03 E0 01",
                0x355: "2A 00 64 00 68 10 00 00",
                0x356: "82 14 0F FF EB 00 2C 01",
                0x359: "00 00 00 00 02 50 4E 03",
                0x35C: "C0 00",
                0x35E: "50 59 4C 4F 4E 20 20 20",
                0x070: "FA 00 D7 00 4F 01 48 01",
                0x371: "00 00 00 00 00 00 00 00",
            },
            id="seplos",
        ),
        pytest.param(
            DEYE,
            {
                0x359: "00 00 00 00 00 00 00",
                0x351: "28 02 F4 01 20 03 E0 01",
                0x355: "2A 00 64 00",
                0x356: "82 14 F1 00 EB 00",  # positive while discharging
                0x361: "16 0D D0 0C FA 00 D7 00",
                0x363: "20 08 21 02",
                0x364: "02 01 00 01 03",
                0x371: "90 01 58 02",
                0x35C: "C0 00",
                0x35E: "44 59 30 30 31 03 D0 07",
            },
            id="deye",
        ),
    ],
)
def test_a_whole_set(speaker: Dialect, frames: dict[int, str]) -> None:
    expected = {base_id: bytes.fromhex(payload) for base_id, payload in frames.items()}
    assert speaker.frames(REPORT) == expected
    back = speaker.read(expected)
    assert back["current"] == pytest.approx(-24.1)
    assert back["voltage"] == pytest.approx(52.5)
    assert (back["cvl"], back["ccl"], back["dcl"], back["dvl"]) == pytest.approx((55.2, 50.0, 80.0, 48.0))


def test_a_sol_ark_takes_eight_bytes_only() -> None:
    assert {message.length for message in SOLARK.messages} == {8}


def test_what_deye_tells_of_each_pack() -> None:
    warm = replace(REPORT, alarms=Alarm.CELL_LOW_VOLTAGE, charge_enabled=False, ccl=49.9)
    told = {message.id: DEYE.encode(message.id, warm) for message in DEYE.pack_messages}
    assert told == {
        base_id: bytes.fromhex(payload)
        for base_id, payload in (
            (0x110, "00 00 00 00 02 00 00 21"),  # a warning; in parallel, only the discharge switch closed
            (0x150, "0D 02 F1 00 A4 01 E8 03"),
            (0x200, "16 0D D0 0C FA 00 D7 00"),
            (0x250, "FA 00 EB 00 31 00 50 00"),  # 49 A and 80 A: never more than it allows
            (0x400, "02 01 2C 01 00 00 00 00"),  # discharging, a minor fault, 300 cycles
            (0x500, "20 08 AA 31 2E 30 00 00"),
            (0x550, "B0 10 30 00 B0 10 30 00"),  # 300 cycles of 200 Ah at 52.5 V: 3150 kWh
            (0x600, "42 4D 53 48 49 4C 30 30"),
            (0x650, "30 30 30 30 30 30 30 30"),
            (0x700, "00 00 00 00 00 00 00 00"),
            (0x750, "00 00 00 00 00 00 00 00"),
        )
    }
    for base_id, data in told.items():
        assert DEYE.message(base_id).encode(DEYE.decode(base_id, data)) == data
    assert DEYE.decode(0x550, told[0x550]) == {"PackEnergyCharged": 3150.0, "PackEnergyDischarged": 3150.0}
    assert DEYE.read({0x150: bytes.fromhex("0D 02 F1 00 A4 01 E8 03")})["current"] == pytest.approx(-24.1)


@pytest.mark.parametrize(
    ("protections", "alarms", "payload"),
    [
        (Alarm.CELL_HIGH_VOLTAGE, Alarm(0), "01 00 00 00 00 00 00"),
        (Alarm.HIGH_TEMPERATURE, Alarm.CELL_LOW_VOLTAGE, "40 01 00 00 02 00 00"),
        (Alarm.INTERNAL | Alarm.CHARGE_OVERCURRENT, Alarm.DISCHARGE_OVERCURRENT, "10 00 00 20 20 00 00"),
        (Alarm.LOW_TEMPERATURE, Alarm.LOW_TEMPERATURE, "80 02 00 00 80 02 00"),
    ],
)
def test_deye_has_a_table_of_its_own(protections: Alarm, alarms: Alarm, payload: str) -> None:
    raised = replace(REPORT, protections=protections, alarms=alarms)
    assert DEYE.encode(0x359, raised) == bytes.fromhex(payload)
    assert DEYE.encode(0x110, raised) == bytes.fromhex(payload) + b"\x31"
    for base_id in (0x359, 0x110):
        back = DEYE.read({base_id: bytes.fromhex(payload)})
        assert (back["protections"], back["alarms"]) == (protections, alarms)


def test_deye_tells_eight_more_faults_in_its_last_byte() -> None:
    # table 7 of V3.3: connector, terminal, fuse, two kinds of open wires, charge voltage too low
    said = DEYE.decode(0x359, bytes.fromhex("00 00 00 00 00 00 94"))
    assert [name for name, value in said.items() if value] == [
        "ProtectionConnectorHighTemperature",
        "ProtectionFuse",
        "ProtectionChargeVoltageTooLow",
    ]


def test_what_is_not_known_is_told_from_what_is() -> None:
    plain = Report(*(55.2, 50.0, 80.0, 48.0, 0.5, 1.0, 52.5, 0.0, 23.5, 3.3, 3.2), capacity=150.0)
    assert DEYE.encode(0x371, plain) == bytes.fromhex("F4 01 20 03")
    assert DEYE.encode(0x361, plain)[4:] == bytes.fromhex("EB 00 EB 00")
    assert SOLARK.encode(0x379, plain)[:2] == bytes.fromhex("96 00")


def test_what_the_inverters_say_is_in_the_dbc() -> None:
    clock = load_dbc(DEYE.path).get_message_by_frame_id(0x305)
    told = clock.decode_simple(bytes.fromhex("3B 1E 17 1F 0C 1A 00 00"))
    assert told == {"Second": 59, "Minute": 30, "Hour": 23, "Day": 31, "Month": 12, "Year": 26}
    command = load_dbc(LUX.path).get_message_by_frame_id(0x300)
    assert command.decode_simple(bytes.fromhex("01 00 00 00 00 00 00 00")) == {"ShutDown": 1}
    assert (LUX.inverter_ids, DEYE.inverter_ids) == ({0x300, 0x305}, {0x305, 0x306})


@pytest.mark.parametrize(
    ("name", "grade"),
    [
        ("victron", "capture"),
        ("byd-lvs", "capture"),
        ("solark-1.3", "document"),
        ("luxpower", "document"),
        ("seplos", "document"),
        ("deye-pcs-3.3", "document"),
        ("pylontech-lv-1.3", "capture"),
    ],
)
def test_every_dialect_says_how_well_it_is_known(name: str, grade: str) -> None:
    assert (dialect(name).grade, bool(dialect(name).source)) == (grade, True)
