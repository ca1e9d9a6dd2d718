"""Every CAN vector of the field is in a test, or has a reason why it cannot be read and written back.

The vectors are numbered V1 to V28 and V48 to V84: captures of real devices, values that emulators begin with,
and known defects. Most stand in the tables of ``test_vectors*.py`` and ``test_asked_vectors.py``; those that
fit into no table are here.
"""

import re
from pathlib import Path

import pytest

from bmshil.dialects import CompiledMessage, dialect, load_dbc

HERE = Path(__file__).parent
TABLES = (
    "test_vectors.py",
    "test_vectors_lv.py",
    "test_vectors_victron.py",
    "test_asked_vectors.py",
    "test_every_vector.py",
)
ALL = ["V1", "V2", "V3", "V3b", *(f"V{number}" for number in (*range(4, 29), *range(48, 85)))]

REASONS = {
    "V27": "of the device: both ways in test_v27_v28",
    "V28": "of the device: eight zeros without signals; test_v27_v28",
    "V48": "seven bytes: read as they are, written with the eighth; test_v48",
    "V50": "of another layout on the same identifiers: stays raw; test_v50",
    "V52": "of the device: both ways in test_v52",
    "V55": "defect: alarms on an identifier that the device does not read; test_v55",
    "V57": "other bus: a JK BMS of vehicles, and its highest cell is below its lowest",
    "V59": "of the device: 0x151 both ways in test_the_inverter_of_a_byd; nobody knows what 0x191 means",
    "V69": "other bus: a JK BMS of vehicles at 0x2F4, which no inverter of these dialects hears",
    "V73": "silence: what is no number is not sent; test_v73",
    "V75": "any payload of 0x305 is a sign of life, so none is read; test_v75 below",
    "V81": "a poll, in two readings, of which none is checked; test_the_poll_of_a_growatt",
}
"""Vectors that are in no table, and why. Where a test is named, it is one of this folder."""

VECTORS = [
    # 128.4 degC: a placeholder, not a capture; it is read as what it says.
    ("V3b", "pylontech-lv-1.2", 0x356, "4E 13 02 03 04 05",
     {"Voltage": 49.42, "Current": 77.0, "Temperature": 128.4}),
    ("V60", "sma-si", 0x305, "00 00 00 00 E6 00 DE 03", {"InverterTemperature": 23.0, "InverterSOC": 99.0}),
    ("V83", "sma-si", 0x35A, "04 00 00 00 00 00 00 00", {"AlarmHighVoltage": 1}),
    ("V83", "sma-si", 0x35A, "08 00 00 00 00 00 00 00", {"AlarmHighVoltage": 2}),
    ("V83", "sma-si", 0x35A, "00 00 00 00 00 00 00 00", {}),
    ("V83", "sma-si", 0x35A, "0C 00 00 00 00 00 00 00", {"AlarmHighVoltage": 3}),
]  # fmt: skip


@pytest.mark.parametrize(("vector", "language", "base_id", "payload", "values"), VECTORS)
def test_both_ways(vector: str, language: str, base_id: int, payload: str, values: dict[str, float]) -> None:
    message = CompiledMessage(load_dbc(dialect(language).path).get_message_by_frame_id(base_id))
    data = bytes.fromhex(payload)
    everything = {signal.name: values.get(signal.name, 0) for signal in message.layout.signals}
    assert vector in ALL
    assert message.decode(data) == pytest.approx(everything)
    assert message.encode(everything) == data


def test_v56_what_nobody_says_to_the_end_is_read_as_far_as_it_goes() -> None:
    # bytes 6 and 7 (323) are of no document
    said = dialect("seplos").decode(0x355, bytes.fromhex("10 00 64 00 40 06 43 01"))
    assert said == pytest.approx({"SOC": 16, "SOH": 100, "SOCHighResolution": 16.0})


def test_v75_a_battery_that_sends_the_keep_alive_itself_carries_nothing() -> None:
    for language in ("pylontech-lv-1.2", "pylontech-lv-1.3"):
        keep_alive = load_dbc(dialect(language).path).get_message_by_frame_id(0x305)
        assert keep_alive.signals == []
        assert dialect(language).read({0x305: bytes.fromhex("21 00 00 00 00 00 00 00")}) == {}


def test_every_vector_is_in_a_table_or_has_a_reason() -> None:
    told = {
        vector
        for name in TABLES
        for vector in re.findall(
            r'^\W*f?"(V\d+b?)[ "]', (HERE / name).read_text(encoding="utf-8"), re.MULTILINE
        )
        if not (name == "test_every_vector.py" and vector in REASONS)
    }
    assert set(ALL) - told == set(REASONS)
    assert len(ALL) == 66


def test_what_a_reason_names_is_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    for reason in REASONS.values():
        for name in re.findall(r"test_\w+", reason):
            assert f"def {name}" in code, name
