"""The device's own tables against captures of real batteries and the vendor's bit layout."""

import pytest

from bmshil.twin.inverter import frames, wire_ids


def test_limits_of_ten_us3000() -> None:
    # Capture of Pylontech V1.2, Setfire Labs
    assert frames.read_limits(bytes.fromhex("1402740E740ECC01")) == (53.2, 370.0, 370.0, 46.0)


def test_limits_of_a_us5000_of_version_1_3() -> None:
    assert frames.read_limits(bytes.fromhex("1002C012C012C201")) == (52.8, 480.0, 480.0, 45.0)


def test_six_bytes_say_nothing_about_the_lowest_voltage() -> None:
    assert frames.read_limits(bytes.fromhex("1402740E740E")) == (53.2, 370.0, 370.0, None)


def test_fewer_bytes_are_no_limits() -> None:
    assert frames.read_limits(bytes.fromhex("1402740E74")) is None


def test_a_limit_is_signed() -> None:
    limits = frames.read_limits(bytes.fromhex("1402740E9CFFCC01"))  # diyBMSv4ESP32#87: -10.0 A
    assert limits is not None
    assert limits.dcl == -10.0


@pytest.mark.parametrize(("data", "soc"), [("1A006400", 0.26), ("540060000000", 0.84), ("1A", None)])
def test_state_of_charge(data: str, soc: float | None) -> None:
    assert frames.read_soc(bytes.fromhex(data)) == soc


@pytest.mark.parametrize(
    ("data", "measured"),
    [
        ("02130000 4A01", (48.66, 0.0, 33.0)),
        ("7A13F2FE6B01", (49.86, -27.0, 36.3)),
        ("7B13E9FE6B01", (49.87, -27.9, 36.3)),
        ("7A13F2FE6B", None),
    ],
)
def test_measurements(data: str, measured: tuple[float, float, float] | None) -> None:
    assert frames.read_measured(bytes.fromhex(data)) == measured


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("000000000A504E", 0),
        ("02000000", frames.HIGH_VOLTAGE),
        ("04000000", frames.LOW_VOLTAGE),
        ("08000000", frames.HIGH_TEMPERATURE),
        ("10000000", frames.LOW_TEMPERATURE),
        ("80000000", frames.DISCHARGE_CURRENT),
        ("00010000", frames.CHARGE_CURRENT),
        ("00080000", frames.INTERNAL),
        ("00000200", 0x0100),
        ("00008001", 0x3000),
        ("0800", frames.HIGH_TEMPERATURE),
    ],
)
def test_alarm_bits_of_version_1_2(data: str, word: int) -> None:
    assert frames.read_alarm_bits(bytes.fromhex(data)) == word


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("0000000000000000", 0),  # US5000: nothing said
        ("AAAAAAAAAAAAAAAA", 0),  # BYD LVS: everything cleared
        ("0400000000000000", frames.HIGH_VOLTAGE),
        ("1000000000000000", frames.LOW_VOLTAGE),
        ("4000000000000000", frames.HIGH_TEMPERATURE),
        ("0001000000000000", frames.LOW_TEMPERATURE),
        ("0040000000000000", frames.DISCHARGE_CURRENT),
        ("0000010000000000", frames.CHARGE_CURRENT),
        ("0000400000000000", frames.INTERNAL),
        ("0000000004000000", 0x0100),
        ("0C00000000000000", 0),  # 11 is ignored
    ],
)
def test_alarm_pairs_of_version_1_3(data: str, word: int) -> None:
    assert frames.read_alarm_pairs(bytes.fromhex(data)) == word


@pytest.mark.parametrize(
    ("data", "enables"),
    [("C000", (True, True)), ("40", (False, True)), ("80", (True, False)), ("", (True, True))],
)
def test_enables(data: str, enables: tuple[bool, bool]) -> None:
    assert frames.read_enables(bytes.fromhex(data)) == enables


def test_module_count_and_capacity() -> None:
    assert frames.read_modules(bytes.fromhex("000000000A504E")) == 10
    assert frames.read_capacity(bytes.fromhex("4C4901033C02AA00")) == 572.0


@pytest.mark.parametrize(
    ("scheme", "wire"),
    [
        ("+0x100", (0x551, False)),
        ("+0x10", (0x371, False)),
        ("29bit", (0x551, True)),
        ("<<12", (0x2351, True)),
    ],
)
def test_identifiers_of_the_third_pack(scheme: str, wire: tuple[int, bool]) -> None:
    assert wire_ids("pylontech-lv-1.2", scheme, 3)[wire] == (3, 0x351)


def test_the_base_scheme_knows_one_pack() -> None:
    ids = wire_ids("pylontech-lv-1.2", "base", 3)
    assert sorted(identifier for identifier, _ in ids) == [0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E]
