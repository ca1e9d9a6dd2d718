"""SMA Sunny Island: vectors both ways, and an alarm that is told to leave.

Sources: SMA FSS-ConnectingBat-TI-en-10 V1.0; unit tests of dfch/BydCanProtocol (V70) and of
esphome-virtual-can-bms (V71, V72); a log in bms-to-inverter issue 34 (V54).
"""

from dataclasses import replace

import pytest

from bmshil.dialects import Alarm, Report, dialect, load_dbc

SMA = dialect("sma-si")
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
HEALTHY = Report(
    cvl=54.4,
    ccl=50.0,
    dcl=50.0,
    dvl=46.0,
    soc=0.8550,
    soh=1.0,
    voltage=52.50,
    current=-3.1,
    temperature=25.0,
    cell_max=3.3,
    cell_min=3.2,
    capacity=105.0,
    manufacturer="SMA",
)


def pairs(*arrived: str) -> dict[str, float]:
    """Every alarm and warning leaves but those that arrive."""
    return {f"{half}{item}": 1 if item in arrived else 2 for half in ("Alarm", "Warning") for item in ITEMS}


VECTORS = [
    (
        "V70",
        0x35A,
        "56 55 69 A9 56 55 69 A9",
        pairs(*(one for one in ITEMS if one not in {"General", "Contactor", "ShortCircuit"})),
    ),
    (
        "V71",
        0x351,
        "20 02 F4 01 F4 01 CC 01",
        {
            "ChargeVoltageLimit": 54.4,
            "ChargeCurrentLimit": 50.0,
            "DischargeCurrentLimit": 50.0,
            "DischargeVoltageLimit": 46.0,
        },
    ),
    ("V71", 0x355, "55 00 64 00 66 21", {"SOC": 85, "SOH": 100, "SOCHighResolution": 85.50}),
    ("V71", 0x356, "82 14 E1 FF FA 00", {"Voltage": 52.50, "Current": -3.1, "Temperature": 25.0}),
    ("V72", 0x355, "55 00 64 00 FF FF", {"SOC": 85, "SOH": 100, "SOCHighResolution": 655.35}),
    ("V54", 0x356, "78 14 6A FF 00 00", {"Voltage": 52.40, "Current": -15.0, "Temperature": 0.0}),
]


@pytest.mark.parametrize(("vector", "base_id", "payload", "values"), VECTORS)
def test_vectors_both_ways(vector: str, base_id: int, payload: str, values: dict[str, float]) -> None:
    data = bytes.fromhex(payload)
    decoded = SMA.decode(base_id, data)
    assert decoded == pytest.approx(values, abs=1e-9), vector
    again = SMA.message(base_id).encode(values)
    # V70 fills the reserved pairs of byte 3 and 7 too; we leave them at 00, which is ignored.
    assert again == (bytes.fromhex("56 55 69 01 56 55 69 01") if vector == "V70" else data)


@pytest.mark.parametrize(("byte", "pair"), [("04", 1), ("08", 2), ("00", 0), ("0C", 3)])
def test_v83_high_voltage_is_the_second_pair(byte: str, pair: int) -> None:
    decoded = SMA.decode(0x35A, bytes.fromhex(byte + "00" * 7))
    assert decoded["AlarmHighVoltage"] == pair
    assert sum(decoded.values()) == pair
    raised = SMA.read({0x35A: bytes.fromhex(byte + "00" * 7)})["protections"]
    assert raised == (Alarm.CELL_HIGH_VOLTAGE if byte == "04" else Alarm(0))


def test_a_healthy_battery_lets_every_alarm_leave() -> None:
    assert SMA.frames(HEALTHY) == {
        0x351: bytes.fromhex("20 02 F4 01 F4 01 CC 01"),
        0x355: bytes.fromhex("56 00 64 00 66 21"),  # 85.50 % is 86 % where there are no decimals
        0x356: bytes.fromhex("82 14 E1 FF FA 00"),
        0x35A: bytes.fromhex("AA AA AA 02 AA AA AA 02"),
        0x35E: b"SMA     ",
        0x35F: bytes.fromhex("FF FF FF FF 69 00 FF FF"),
    }


@pytest.mark.parametrize(
    ("protections", "alarms", "payload"),
    [
        (Alarm.CELL_HIGH_VOLTAGE, Alarm(0), "A6 AA AA 02 AA AA AA 02"),
        (Alarm(0), Alarm.CELL_LOW_VOLTAGE, "AA AA AA 02 9A AA AA 02"),
        (Alarm.CHARGE_OVERCURRENT | Alarm.INTERNAL, Alarm(0), "AA AA 69 02 AA AA AA 02"),
        (
            Alarm.LOW_TEMPERATURE | Alarm.DISCHARGE_OVERCURRENT,
            Alarm.HIGH_TEMPERATURE,
            "AA 69 AA 02 6A AA AA 02",
        ),
    ],
)
def test_an_alarm_arrives_and_leaves(protections: Alarm, alarms: Alarm, payload: str) -> None:
    raised = replace(HEALTHY, protections=protections, alarms=alarms)
    assert SMA.encode(0x35A, raised) == bytes.fromhex(payload)
    back = SMA.read({0x35A: bytes.fromhex(payload)})
    assert (back["protections"], back["alarms"]) == (protections, alarms)


def test_the_fine_state_of_charge_is_sent_and_wins() -> None:
    assert SMA.encode(0x355, replace(HEALTHY, soc=0.1234)) == bytes.fromhex("0C 00 64 00 D2 04")
    assert SMA.read({0x355: bytes.fromhex("0C 00 64 00 D2 04")})["soc"] == pytest.approx(0.1234)
    assert SMA.read({0x355: bytes.fromhex("55 00 64 00 FF FF")})["soc"] == pytest.approx(0.85)
    assert SMA.read({0x355: bytes.fromhex("55 00 64 00")})["soc"] == pytest.approx(0.85)


def test_what_the_inverter_says_is_in_the_dbc() -> None:
    database = load_dbc(SMA.path)
    told = database.get_message_by_frame_id(0x305).decode_simple(bytes.fromhex("08 02 6A FF E6 00 DE 03"))
    assert told == pytest.approx(
        {"InverterVoltage": 52.0, "InverterCurrent": -15.0, "InverterTemperature": 23.0, "InverterSOC": 99.0}
    )
    state = database.get_message_by_frame_id(0x306).decode_simple(bytes.fromhex("64 00 0A 04 B8 03 1C 02"))
    assert (state["ChargingProcedure"], state["OperatingState"]) == ("external BMS", "failure")
    assert state["ErrorNumber"] == 952
    assert state["ChargeVoltageSetPoint"] == pytest.approx(54.0)
    assert SMA.inverter_ids == set(range(0x300, 0x30A))
