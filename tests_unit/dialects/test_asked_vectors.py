"""Vectors of the polled, big-endian and 29-bit dialects, literal bytes and literal values, both ways.

Sources: eevblog "Pylontech sc0500 protocol hacking" and bms-to-inverter issue 85 (captures), values that
dalathegreat/Battery-Emulator begins with (PYLON-CAN, SOFAR-CAN, BYD-CAN), its issues 28 and 1534,
Pylontech HV V1.18, Growatt LV V1.04.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.dialects import CompiledMessage, Report, dialect, load_dbc
from bmshil.dialects.asking import When

HV = "pylontech-hv"
SOFAR = "sofar-ext"
BYD = "byd-hvs"
GROWATT_HV = "growatt-hv"


def numbered(*names: str) -> dict[str, float]:
    return dict.fromkeys(names, 0)


def letters(text: str) -> dict[str, float]:
    return {f"Character{place}": ord(letter) for place, letter in enumerate(text, 1)}


# vector, dialect, base identifier, payload, values; signals that are left out are 0
VECTORS = [
    ("V51", HV, 0x7320, "2D 00 03 0F 90 00 32 00",
     {"CellCount": 45, "ModulesInSeries": 3, "CellsPerModule": 15, "VoltageLevel": 144, "Capacity": 50}),
    ("V61", HV, 0x4210, "A5 09 30 75 9D 04 2E 64",
     {"Voltage": 246.9, "Current": 0.0, "Temperature": 18.1, "SOC": 46, "SOH": 100}),
    ("V62", HV, 0x4220, "8C 0A E9 07 4A 79 4A 79",
     {"ChargeVoltageLimit": 270.0, "DischargeVoltageLimit": 202.5,
      "ChargeCurrentLimit": 105.0, "DischargeCurrentLimit": 105.0}),
    ("V63", HV, 0x4230, "DF 0C DA 0C 03 00 06 00",
     {"CellMax": 3.295, "CellMin": 3.290, "CellMaxNumber": 3, "CellMinNumber": 6}),
    ("V64", HV, 0x4240, "7E 04 62 04 11 00 03 00",
     {"CellHottest": 15.0, "CellColdest": 12.2, "CellHottestNumber": 17, "CellColdestNumber": 3}),
    ("V64", HV, 0x4270, "7E 04 62 04 05 00 01 00",
     {"ModuleHottest": 15.0, "ModuleColdest": 12.2, "ModuleHottestNumber": 5, "ModuleColdestNumber": 1}),
    ("V65", HV, 0x4250, "03 02 00 00 00 00 00 00", {"Mode": 3, "Cycles": 2}),
    ("V65", HV, 0x4260, "AC C7 74 27 03 00 02 00",
     {"ModuleMax": 51.116, "ModuleMin": 10.100, "ModuleMaxNumber": 3, "ModuleMinNumber": 2}),
    ("V66", HV, 0x7310, "01 00 02 01 01 02 00 00",
     {"HardwareBoard": 1, "HardwareMajor": 2, "HardwareMinor": 1, "SoftwareMajor": 1, "SoftwareMinor": 2}),
    # The same values in the disputed variants.
    ("V61", f"{HV}-msb", 0x4210, "09 A5 75 30 04 9D 2E 64",
     {"Voltage": 246.9, "Current": 0.0, "Temperature": 18.1, "SOC": 46, "SOH": 100}),
    ("V62", f"{HV}-no-offset", 0x4220, "8C 0A E9 07 1A 04 1A 04",
     {"ChargeVoltageLimit": 270.0, "DischargeVoltageLimit": 202.5,
      "ChargeCurrentLimit": 105.0, "DischargeCurrentLimit": 105.0}),
    ("V62", f"{HV}-msb-no-offset", 0x4220, "0A 8C 07 E9 04 1A 04 1A",
     {"ChargeVoltageLimit": 270.0, "DischargeVoltageLimit": 202.5,
      "ChargeCurrentLimit": 105.0, "DischargeCurrentLimit": 105.0}),
    ("V77", SOFAR, 0x351, "C6 08 FA 00 FA 00 80 07",
     {"ChargeVoltageLimit": 224.6, "ChargeCurrentLimit": 25.0,
      "DischargeCurrentLimit": 25.0, "DischargeVoltageLimit": 192.0}),
    ("V77", SOFAR, 0x356, "36 08 10 00 D0 00 01 00",
     {"Voltage": 210.2, "Current": 1.6, "Temperature": 20.8, "Cycles": 1}),
    ("V78", SOFAR, 0x355, "31 00 64 00 FF FF F6 00",
     {"SOC": 49, "SOH": 100, "SOCHighResolution": 0xFFFF, "Remaining": 246}),
    ("V78", SOFAR, 0x35F, "00 00 24 4E 32 00 00 00", {"Version": 0x4E24, "Capacity": 50}),
    # By the layout of the program the 25.0 A are the DCL, and a CCL of 0 A goes with "no charge": SOC 100 %.
    ("V53", GROWATT_HV, 0x3110, "08 E0 00 00 00 FA 30 41",
     {"ChargeVoltageLimit": 227.2, "ChargeCurrentLimit": 0.0, "DischargeCurrentLimit": 25.0,
      "IsolationDetected": 1, "BatteryNormal": 1, "ChargeForbidden": 1, "Mode": 1}),
    ("V58", BYD, 0x190, "00 00 00 00 00 00 00 0F", {"Counter": 15}),
    ("V82", BYD, 0x3D0, "00 42 61 74 74 65 72 79", {"Part": 0, **letters("Battery")}),
    ("V82", BYD, 0x3D0, "01 2D 42 6F 78 20 50 72", {"Part": 1, **letters("-Box Pr")}),
    ("V82", BYD, 0x3D0, "02 65 6D 69 75 6D 20 48", {"Part": 2, **letters("emium H")}),
    ("V82", BYD, 0x3D0, "03 56 53 00 00 00 00 00", {"Part": 3, **letters("VS")}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "language", "base_id", "payload", "values"), VECTORS)
def test_vectors_both_ways(
    name: str, language: str, base_id: int, payload: str, values: dict[str, float]
) -> None:
    assert name.startswith("V")
    message = dialect(language).message(base_id)
    data = bytes.fromhex(payload)
    everything = {signal.name: values.get(signal.name, 0) for signal in message.layout.signals}
    assert message.decode(data) == pytest.approx(everything)
    assert message.encode(everything) == data


def test_what_nobody_knows_in_a_capture_is_not_read() -> None:
    # V58: byte 3 of a BYD HVM is 0x15, its meaning is unknown; the counter is read all the same.
    assert dialect(BYD).decode(0x190, bytes.fromhex("00 00 00 15 00 00 00 0F")) == {"Counter": 15}


def test_the_inverter_of_a_byd_says_its_brand() -> None:
    # V59, a GoodWe
    heard = load_dbc(dialect(BYD).path).get_message_by_frame_id(0x151)
    message = CompiledMessage(heard)
    data = bytes.fromhex("00 47 4F 4F 44 57 45 00")
    values = {"AsksIdentification": 0, **letters("GOODWE\0")}
    assert message.decode(data) == values
    assert message.encode(values) == data
    assert {0x151, 0x191} <= dialect(BYD).inverter_ids


def test_questions_of_a_real_host_are_understood() -> None:
    # V52: a Growatt SPH with an ARK battery asks for the equipment with E3 at the end, and gives the command
    asks = dialect(HV).asks
    equipment = bytes.fromhex("02 00 00 00 00 00 00 E3")
    assert [ask.answers for ask in asks if ask.id == 0x4200 and ask.fits(equipment)] == [
        (0x7310, 0x7320, 0x7330, 0x7340)
    ]
    command = bytes.fromhex("AA 00 00 00 00 00 00 00")
    assert [ask.then for ask in asks if ask.id == 0x8210 and ask.fits(command)] == ["command"]


@pytest.mark.parametrize(
    ("base_id", "payload", "values"),
    [
        (0x3010, "0E DF 14 00 00 00 00 00", {"Counter": 0x0EDF, "SafetySpecification": 0x14}),
        (0x4200, "02 00 00 00 00 00 00 E3", {"Kind": 2, "Mark": 0xE3}),
        (0x8210, "AA 00 00 00 00 00 00 00", {"Charge": 0xAA}),
        # 2024-12-19 23:28:23
        (0x3030, "18 0C 13 17 1C 17 00 01",
         {"Year": 24, "Month": 12, "Day": 19, "Hour": 23, "Minute": 28, "Second": 23, "WorkingStatus": 1}),
    ],
)  # fmt: skip
def test_v52_what_a_growatt_of_high_voltage_says(
    base_id: int, payload: str, values: dict[str, float]
) -> None:
    language = dialect(GROWATT_HV)
    message = CompiledMessage(load_dbc(language.path).get_message_by_frame_id(base_id))
    data = bytes.fromhex(payload)
    everything = {signal.name: values.get(signal.name, 0) for signal in message.layout.signals}
    assert message.decode(data) == everything
    assert message.encode(everything) == data
    assert base_id in language.inverter_ids & language.extended


def test_a_growatt_battery_of_high_voltage_begins_at_the_heartbeat() -> None:
    language = dialect(GROWATT_HV)
    assert (language.grade, language.begins, language.asked_by) == ("code", True, {0x3010})
    told = language.frames(REPORT)
    assert list(told) == [*range(0x3110, 0x31A0, 0x10), *range(0x3200, 0x32A0, 0x10), 0x3F00]
    for base_id, payload in (
        (0x3110, "02 30 03 E8 04 B0 30 43"),  # 56.0 V, 100 A, 120 A; no charge, discharging
        (0x3120, "00 00 00 00 00 00 00 00"),
        (0x3130, "02 0B FF 85 00 FA 64 64"),  # 52.3 V, -12.3 A, 25.0 degC
        (0x3140, "27 10 27 10 42 48 00 00"),  # 100 of 100 Ah, BH
        (0x3150, "01 D6 00 FA 00 10 00 01"),  # 47.0 V, 25.0 degC, 16 cells
        (0x3190, "00 0C E4 0C 80 00 00 00"),  # 3.3 V, 3.2 V
    ):
        assert told[base_id] == bytes.fromhex(payload), hex(base_id)
    back = language.read(told)
    assert (back["cvl"], back["ccl"], back["dcl"], back["dvl"]) == pytest.approx((56.0, 100.0, 120.0, 47.0))
    assert (back["charge_enabled"], back["discharge_enabled"]) == (False, True)
    assert "protections" not in back


@pytest.mark.parametrize("payload", ["11 22 33 44 55 66 77 88", "0B 16 21 2C 37 42 4D 58"])
def test_the_poll_of_a_growatt_is_taken_in_both_readings(payload: str) -> None:
    # V81
    (ask,) = dialect("growatt-lv").asks
    assert ask.id == 0x301
    assert ask.fits(bytes.fromhex(payload))


@given(st.binary(max_size=8), st.integers(0, 7), st.integers(1, 255), st.integers(0, 255))
def test_a_question_needs_its_byte(data: bytes, byte: int, mask: int, value: int) -> None:
    ask = dialect("growatt-lv").asks[0]
    assert ask.fits(data)
    conditional = type(ask)(1, when=When(byte, mask, value))
    assert conditional.fits(data) == (len(data) > byte and data[byte] & mask == value)


REPORT = Report(
    cvl=56.0, ccl=100.0, dcl=120.0, dvl=47.0, soc=1.0, soh=1.0, voltage=52.3, current=-12.3, temperature=25.0,
    cell_max=3.3, cell_min=3.2, capacity=100.0, charge_enabled=False,
)  # fmt: skip


def test_a_sofar_battery_is_never_full() -> None:
    assert dialect(SOFAR).encode(0x355, REPORT) == bytes.fromhex("63 00 64 00 FF FF 64 00")  # 99 %, 100 Ah
    assert dialect(SOFAR).encode(0x30F, REPORT)[0] == 0x01  # discharging only


def test_what_is_forbidden_says_aa() -> None:
    data = dialect(HV).encode(0x4280, REPORT)
    assert data == bytes.fromhex("AA 00 00 00 00 00 00 00")
    assert dialect(HV).read({0x4280: data}) == {"charge_enabled": False, "discharge_enabled": True}
    assert dialect(HV).read({0x4280: bytes.fromhex("01 AA 00 00 00 00 00 00")}) == {
        "charge_enabled": True,
        "discharge_enabled": False,
    }


@pytest.mark.parametrize(
    ("language", "limits"),
    [
        (HV, "30 02 D6 01 18 79 E0 79"),  # 560, 470, 30000 + 1000, 30000 + 1200
        (f"{HV}-msb", "02 30 01 D6 79 18 79 E0"),
        (f"{HV}-no-offset", "30 02 D6 01 E8 03 B0 04"),
        (f"{HV}-msb-no-offset", "02 30 01 D6 03 E8 04 B0"),
        (f"{HV}-dcl-minus", "30 02 D6 01 18 79 80 70"),  # 30000 - 1200
        ("byd-hvs", "02 30 01 D6 04 B0 03 E8"),  # DCL, then CCL
        ("growatt-lv", "02 30 03 E8 04 B0 00 23"),  # discharge output, discharging
    ],
)
def test_limits_in_every_variant(language: str, limits: str) -> None:
    speaks = dialect(language)
    base = speaks.role("limits")
    assert speaks.encode(base, REPORT) == bytes.fromhex(limits)
    read = speaks.read({base: bytes.fromhex(limits)})
    assert (read["cvl"], read["ccl"], read["dcl"]) == pytest.approx((56.0, 100.0, 120.0))


def test_big_and_little_endian_variants_differ_in_nothing_but_the_order() -> None:
    least = {m.name: m for m in load_dbc(dialect(HV).path).messages}
    most = {m.name: m for m in load_dbc(dialect(f"{HV}-msb").path).messages}
    assert least.keys() == most.keys()
    for name, message in least.items():
        other = most[name]
        assert (message.frame_id, message.length) == (other.frame_id, other.length)
        assert [
            (s.name, s.length, s.scale, s.offset) for s in sorted(message.signals, key=lambda s: s.name)
        ] == [(s.name, s.length, s.scale, s.offset) for s in sorted(other.signals, key=lambda s: s.name)]


@pytest.mark.parametrize("language", ["growatt-lv", "sofar-ext", "pylontech-hv", "byd-hvs"])
def test_each_dialect_says_what_it_waits_for(language: str) -> None:
    asked = {
        "growatt-lv": {0x301},
        "sofar-ext": {0x605, 0x705},
        "pylontech-hv": {0x4200, 0x8240},
        "byd-hvs": {0x151},
    }
    speaks = dialect(language)
    assert speaks.asked_by == asked[language]
    assert speaks.grade == ("document" if language in ("growatt-lv", "pylontech-hv") else "code")
    assert speaks.begins == (language == "byd-hvs")
