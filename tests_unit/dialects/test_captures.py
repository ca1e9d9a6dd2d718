"""Captures of real batteries as an engineer receives them: candump logs, read by python-can."""

from pathlib import Path

import can
import pytest

from bmshil.dialects import NO_ALARM, dialect, load_dbc

DATA = Path(__file__).resolve().parents[1] / "data"
US3000 = {
    "cvl": 53.2,
    "ccl": 370.0,
    "dcl": 370.0,
    "dvl": 46.0,
    "soc": 0.26,
    "soh": 1.0,
    "voltage": 48.66,
    "current": 0.0,
    "temperature": 33.0,
    "protections": NO_ALARM,
    "alarms": NO_ALARM,
    "modules": 10,
    "charge_enabled": True,
    "discharge_enabled": True,
    "force_charge_1": False,
    "force_charge_2": False,
    "full_charge": False,
    "manufacturer": "PYLON",
}
US5000_OLD = US3000 | {
    "ccl": 480.0,
    "dcl": 480.0,
    "dvl": 45.0,
    "soc": 0.88,
    "soh": 0.94,
    "voltage": 49.86,
    "current": -27.0,
    "temperature": 36.3,
    "modules": 6,
}
US5000_NEW = {
    "cvl": 52.8,
    "ccl": 480.0,
    "dcl": 480.0,
    "dvl": 45.0,
    "soc": 0.84,
    "soh": 0.96,
    "voltage": 49.87,
    "current": -27.9,
    "temperature": 36.3,
    "protections": NO_ALARM,
    "alarms": NO_ALARM,
    "cleared": NO_ALARM,
    "manufacturer": "PYLON",
    "capacity": 572.0,
}


@pytest.mark.parametrize(
    ("file", "name", "expected"),
    [
        ("us3000_x10_v1_2.log", "pylontech-lv-1.2", US3000),
        ("us5000_v1_2.log", "pylontech-lv-1.2", US5000_OLD),
        ("us5000_v1_3.log", "pylontech-lv-1.3", US5000_NEW),
    ],
)
def test_a_capture_reads_as_a_report(file: str, name: str, expected: dict[str, object]) -> None:
    lv = dialect(name)
    database = load_dbc(lv.path)
    cycles: dict[int, dict[int, bytes]] = {}
    keep_alives = 0
    with can.LogReader(DATA / file) as reader:
        for message in reader:
            if message.arbitration_id == 0x305:
                assert bytes(message.data) == bytes(8)
                keep_alives += 1
                continue
            payload = bytes(message.data)
            cycles.setdefault(int(message.timestamp), {})[message.arbitration_id] = payload
            record = database.get_message_by_frame_id(message.arbitration_id)
            values = lv.decode(message.arbitration_id, payload)
            assert values == record.decode(payload, decode_choices=False)
            assert lv.message(message.arbitration_id).encode(values) == payload
    assert keep_alives == 5
    assert len(cycles) == 5
    for frames in cycles.values():
        assert len(frames) == 6
        read = lv.read(frames)
        assert set(read) == set(expected)
        for field, value in expected.items():
            wanted = pytest.approx(value) if isinstance(value, float) else value
            assert read[field] == wanted, field  # type: ignore[literal-required]
