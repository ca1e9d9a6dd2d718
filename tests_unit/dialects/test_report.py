"""Report to frames and back: what each field becomes on the wire, and what comes back."""

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.dialects import NO_ALARM, Alarm, PartialReport, Report, dialect
from bmshil.errors import CodecError, InputError

OLD, NEW, SMA = "pylontech-lv-1.2", "pylontech-lv-1.3", "sma-si"
US3000 = Report(
    cvl=53.2,
    ccl=370.0,
    dcl=370.0,
    dvl=46.0,
    soc=0.26,
    soh=1.0,
    voltage=48.66,
    current=0.0,
    temperature=33.0,
    cell_max=3.25,
    cell_min=3.24,
    modules=10,
)
US5000 = Report(
    cvl=52.8,
    ccl=480.0,
    dcl=480.0,
    dvl=45.0,
    soc=0.84,
    soh=0.96,
    voltage=49.87,
    current=-27.9,
    temperature=36.3,
    cell_max=3.33,
    cell_min=3.32,
    capacity=572,
)


def test_messages_of_1_2() -> None:
    assert [(m.name, m.id, m.length, m.period) for m in dialect(OLD).messages] == [
        ("Limits", 0x351, 8, 1.0),
        ("StateOfCharge", 0x355, 4, 1.0),
        ("Measurements", 0x356, 6, 1.0),
        ("Protections", 0x359, 7, 1.0),
        ("Requests", 0x35C, 2, 1.0),
        ("Manufacturer", 0x35E, 8, 1.0),
    ]
    assert dialect(OLD).inverter_ids == {0x305}


def test_messages_of_1_3() -> None:
    assert [(m.name, m.id, m.length, m.period) for m in dialect(NEW).messages] == [
        ("Limits", 0x351, 8, 1.0),
        ("StateOfCharge", 0x355, 6, 1.0),
        ("Measurements", 0x356, 6, 1.0),
        ("Alarms", 0x35A, 8, 1.0),
        ("Manufacturer", 0x35E, 8, 1.0),
        ("Identity", 0x35F, 8, 1.0),
    ]
    assert dialect(NEW).inverter_ids == {0x305}


def test_a_report_gives_the_bytes_of_ten_us3000() -> None:
    assert dialect(OLD).frames(US3000) == {
        0x351: bytes.fromhex("14 02 74 0E 74 0E CC 01"),
        0x355: bytes.fromhex("1A 00 64 00"),
        0x356: bytes.fromhex("02 13 00 00 4A 01"),
        0x359: bytes.fromhex("00 00 00 00 0A 50 4E"),
        0x35C: bytes.fromhex("C0 00"),
        0x35E: bytes.fromhex("50 59 4C 4F 4E 20 20 20"),
    }


def test_a_report_gives_the_bytes_of_a_us5000_of_1_3() -> None:
    assert dialect(NEW).frames(US5000) == {
        0x351: bytes.fromhex("10 02 C0 12 C0 12 C2 01"),
        0x355: bytes.fromhex("54 00 60 00 00 00"),
        0x356: bytes.fromhex("7B 13 E9 FE 6B 01"),
        0x35A: bytes.fromhex("00 00 00 00 00 00 00 00"),
        0x35E: bytes.fromhex("50 59 4C 4F 4E 20 20 20"),
        0x35F: bytes.fromhex("4C 49 01 03 3C 02 AA 00"),
    }


@pytest.mark.parametrize(
    ("alarm", "protection_bytes", "alarm_bytes"),
    [
        (Alarm.CELL_HIGH_VOLTAGE, "02 00 00 00", "00 00 02 00"),
        (Alarm.CELL_LOW_VOLTAGE, "04 00 00 00", "00 00 04 00"),
        (Alarm.HIGH_TEMPERATURE, "08 00 00 00", "00 00 08 00"),
        (Alarm.LOW_TEMPERATURE, "10 00 00 00", "00 00 10 00"),
        (Alarm.DISCHARGE_OVERCURRENT, "80 00 00 00", "00 00 80 00"),
        (Alarm.CHARGE_OVERCURRENT, "00 01 00 00", "00 00 00 01"),
        (Alarm.INTERNAL, "00 08 00 00", "00 00 00 08"),
        (Alarm.CELL_HIGH_VOLTAGE | Alarm.CHARGE_OVERCURRENT, "02 01 00 00", "00 00 02 01"),
    ],
)
def test_bits_of_0x359(alarm: Alarm, protection_bytes: str, alarm_bytes: str) -> None:
    tail = bytes.fromhex("0A 50 4E")
    lv = dialect(OLD)
    protected = lv.encode(0x359, replace(US3000, protections=alarm))
    alarmed = lv.encode(0x359, replace(US3000, alarms=alarm))
    assert protected == bytes.fromhex(protection_bytes) + tail
    assert alarmed == bytes.fromhex(alarm_bytes) + tail
    assert lv.read({0x359: protected}) == {"protections": alarm, "alarms": NO_ALARM, "modules": 10}
    assert lv.read({0x359: alarmed}) == {"protections": NO_ALARM, "alarms": alarm, "modules": 10}


@pytest.mark.parametrize(
    ("alarm", "raised", "cleared"),
    [
        (Alarm.CELL_HIGH_VOLTAGE, "04 00 00 00", "08 00 00 00"),
        (Alarm.CELL_LOW_VOLTAGE, "10 00 00 00", "20 00 00 00"),
        (Alarm.HIGH_TEMPERATURE, "40 00 00 00", "80 00 00 00"),
        (Alarm.LOW_TEMPERATURE, "00 01 00 00", "00 02 00 00"),
        (Alarm.DISCHARGE_OVERCURRENT, "00 40 00 00", "00 80 00 00"),
        (Alarm.CHARGE_OVERCURRENT, "00 00 01 00", "00 00 02 00"),
        (Alarm.INTERNAL, "00 00 40 00", "00 00 80 00"),
    ],
)
def test_pairs_of_0x35a(alarm: Alarm, raised: str, cleared: str) -> None:
    lv, none = dialect(NEW), bytes(4)
    up, down = bytes.fromhex(raised), bytes.fromhex(cleared)
    assert lv.encode(0x35A, replace(US5000, protections=alarm)) == up + none
    assert lv.encode(0x35A, replace(US5000, alarms=alarm)) == none + up
    assert lv.encode(0x35A, replace(US5000, cleared=alarm)) == down + down
    again = lv.encode(0x35A, replace(US5000, alarms=alarm, cleared=alarm))
    assert again == down + up
    assert lv.read({0x35A: again}) == {"protections": NO_ALARM, "alarms": alarm, "cleared": alarm}


def test_version_1_2_does_not_say_cleared() -> None:
    gone = replace(US3000, cleared=Alarm.HIGH_TEMPERATURE)
    assert dialect(OLD).frames(gone) == dialect(OLD).frames(US3000)


@pytest.mark.parametrize(
    ("field", "value", "payload"),
    [
        ("charge_enabled", False, "40 00"),
        ("discharge_enabled", False, "80 00"),
        ("force_charge_1", True, "E0 00"),
        ("force_charge_2", True, "D0 00"),
        ("full_charge", True, "C8 00"),
    ],
)
def test_requests_of_0x35c(field: str, value: bool, payload: str) -> None:
    report = replace(US3000, **{field: value})  # type: ignore[arg-type]
    assert dialect(OLD).encode(0x35C, report) == bytes.fromhex(payload)
    assert dialect(OLD).read({0x35C: bytes.fromhex(payload)})[field] is value  # type: ignore[literal-required]


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (b"PYLON   ", "PYLON"),
        (b"PYLON\0\0\0", "PYLON"),
        (b"PYTES", "PYTES"),
        (b"DISCOVER", "DISCOVER"),
        (b"A B C   ", "A B C"),
        (b" LEFT   ", " LEFT"),
        (b"NO\0MORE\0", "NO"),
        (b"        ", ""),
        (b"\0\0\0\0\0\0\0\0", ""),
    ],
)
def test_manufacturer_is_read_whatever_the_padding(payload: bytes, name: str) -> None:
    assert dialect(OLD).read({0x35E: payload}) == {"manufacturer": name}


def test_manufacturer_is_padded_with_spaces() -> None:
    assert dialect(OLD).encode(0x35E, replace(US3000, manufacturer="BYD")) == b"BYD     "


@pytest.mark.parametrize("name", ["TOO LONG!", "PYLÖN"])
def test_manufacturer_that_does_not_fit(name: str) -> None:
    with pytest.raises(CodecError, match="at most 8 ASCII characters"):
        dialect(OLD).encode(0x35E, replace(US3000, manufacturer=name))


@pytest.mark.parametrize(
    ("payload", "soc"),
    [
        ("54 00 60 00 00 00", 0.84),
        ("54 00 60 00 FF FF", 0.84),
        ("54 00 60 00", 0.84),
        ("55 00 60 00 66 21", 0.855),
    ],
)
def test_fine_soc_counts_only_where_it_is_one(payload: str, soc: float) -> None:
    read = dialect(NEW).read({0x355: bytes.fromhex(payload)})
    assert read == pytest.approx({"soc": soc, "soh": 0.96})


def test_what_no_frame_carries_is_absent() -> None:
    lv = dialect(OLD)
    assert lv.read({}) == {}
    assert lv.read({0x123: b"", 0x35A: bytes(8)}) == {}
    assert lv.read({0x351: bytes.fromhex("14 02 74 0E 74 0E")}) == pytest.approx(
        {"cvl": 53.2, "ccl": 370.0, "dcl": 370.0}
    )
    assert lv.read({0x359: bytes.fromhex("00 00")}) == {"protections": NO_ALARM}
    assert lv.read({0x359: b""}) == {}


@given(
    st.builds(
        Report,
        cvl=st.integers(0, 600).map(lambda count: count / 10),
        ccl=st.integers(0, 5000).map(lambda count: count / 10),
        dcl=st.integers(0, 5000).map(lambda count: count / 10),
        dvl=st.integers(0, 600).map(lambda count: count / 10),
        soc=st.integers(0, 100).map(lambda count: count / 100),
        soh=st.integers(0, 100).map(lambda count: count / 100),
        voltage=st.integers(0, 6000).map(lambda count: count / 100),
        current=st.integers(-5000, 5000).map(lambda count: count / 10),
        temperature=st.integers(-400, 800).map(lambda count: count / 10),
        cell_max=st.just(3.3),
        cell_min=st.just(3.2),
        charge_enabled=st.booleans(),
        discharge_enabled=st.booleans(),
        force_charge_1=st.booleans(),
        force_charge_2=st.booleans(),
        full_charge=st.booleans(),
        protections=st.sampled_from(list(Alarm)),
        alarms=st.integers(0, 127).map(Alarm),
        modules=st.integers(0, 255),
        capacity=st.integers(0, 2000).map(float),
        manufacturer=st.text("ABCXYZ09", max_size=8),
    ),
    st.sampled_from((OLD, NEW, SMA)),
)
def test_report_to_frames_and_back(report: Report, name: str) -> None:
    back = dialect(name).read(dialect(name).frames(report))
    absent = {
        OLD: {"cell_max", "cell_min", "capacity", "cleared"},
        NEW: {
            "cell_max",
            "cell_min",
            "charge_enabled",
            "discharge_enabled",
            "force_charge_1",
            "force_charge_2",
            "full_charge",
            "modules",
        },
        SMA: {
            "cell_max",
            "cell_min",
            "charge_enabled",
            "discharge_enabled",
            "force_charge_1",
            "force_charge_2",
            "full_charge",
            "modules",
            "cleared",
        },
    }[name]
    finer = {
        "temperature_max",
        "temperature_min",
        "remaining",
        "installed",
        "cycles",
        "blocking_charge",
        "blocking_discharge",
        "offline",
        "on_grid_ccl",
        "on_grid_dcl",
    }
    assert set(back) == {field.name for field in fields(Report)} - absent - finer
    for field, value in back.items():
        sent = getattr(report, field)
        assert value == (pytest.approx(sent) if isinstance(sent, float) else sent), field


@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(["cvl", "dcl", "soc", "current"]))
def test_direct_path_gives_what_the_values_give(value: float, field: str) -> None:
    report = replace(US3000, **{field: value})  # type: ignore[arg-type]
    base_id = {"cvl": 0x351, "dcl": 0x351, "soc": 0x355, "current": 0x356}[field]
    values = {
        0x351: {
            "ChargeVoltageLimit": report.cvl,
            "ChargeCurrentLimit": report.ccl,
            "DischargeCurrentLimit": report.dcl,
            "DischargeVoltageLimit": report.dvl,
        },
        0x355: {"SOC": report.soc * 100, "SOH": report.soh * 100},
        0x356: {"Voltage": report.voltage, "Current": report.current, "Temperature": report.temperature},
    }[base_id]
    try:
        expected = dialect(OLD).message(base_id).encode(values)
    except CodecError:
        with pytest.raises(CodecError):
            dialect(OLD).encode(base_id, report)
    else:
        assert dialect(OLD).encode(base_id, report) == expected


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("cvl", 7000.0, r"Limits \(0x351\): ChargeVoltageLimit = 7000 V is outside 0 .. 6553.5 V"),
        ("ccl", -4000.0, r"ChargeCurrentLimit = -4000 A is outside -3276.8 .. 3276.7 A"),
        ("soc", 1.2, r"StateOfCharge \(0x355\): SOC = 120 % is outside 0 .. 100 %"),
        ("voltage", math.nan, r"Measurements \(0x356\): Voltage must be a finite number, not nan"),
        ("modules", 256, r"Protections \(0x359\): ModuleCount = 256 is outside 0 .. 255"),
    ],
)
def test_a_value_that_does_not_fit(field: str, value: float, message: str) -> None:
    with pytest.raises(CodecError, match=message):
        dialect(OLD).frames(replace(US3000, **{field: value}))  # type: ignore[arg-type]


def test_unknown_names_and_messages() -> None:
    with pytest.raises(InputError, match=r"no dialect 'pylon': known are pylontech-lv-1.2, pylontech-lv-1.3"):
        dialect("pylon")
    for attempt in (
        lambda: dialect(OLD).encode(0x35F, US3000),
        lambda: dialect(OLD).decode(0x305, bytes(8)),
        lambda: dialect(OLD).message(0x35A),
    ):
        with pytest.raises(
            CodecError, match=r"pylontech-lv-1.2 has no message 0x3.. of the battery: it has 0x351"
        ):
            attempt()


def test_a_dialect_is_loaded_once() -> None:
    assert dialect(OLD) is dialect(OLD)


def test_a_partial_report_has_the_fields_of_a_report() -> None:
    assert set(PartialReport.__annotations__) == {field.name for field in fields(Report)}
