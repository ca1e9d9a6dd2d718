"""The twin's Sunny Island does what the document of the real one says.

Source of all expected values: SMA FSS-ConnectingBat-TI-en-10 V1.0. One pack at CVL 56.0, CCL 24, DCL 24
unless a test says otherwise, at 52 V behind 24 mohm.
"""

import struct
from collections.abc import Callable
from typing import Any

import pytest

from bmshil.inverter import profile
from bmshil.twin.inverter import frames
from bmshil.twin.inverter import sunny_island as sma
from bmshil.twin.inverter.frames import Limits

BEFORE = Limits(55.2, 50.0, 60.0, 45.0)


@pytest.fixture
def island(make_rig: Callable[..., Any]) -> Any:
    """A settled rig with the shipped profile."""
    rig = make_rig(1, behaves=profile("sma_si").behaves())
    assert rig.run(20.0) == pytest.approx(24.0)
    return rig


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        ("2002F401F401CC01", (54.4, 50.0, 50.0, 46.0)),
        ("9901F401F401CC01", (55.2, 50.0, 50.0, 46.0)),  # 40.9 V: rejected, the rest is taken
        ("7702F401F401CC01", (55.2, 50.0, 50.0, 46.0)),  # 63.1 V
        ("20029CFFF401CC01", (54.4, 50.0, 50.0, 46.0)),  # a CCL of -10 A
        ("2002F401E12ECC01", (54.4, 50.0, 60.0, 46.0)),  # a DCL of 1200.1 A
        ("2002F401E02EE101", (54.4, 50.0, 1200.0, 45.0)),  # 1200 A is taken, 48.1 V is not
        ("FFFF00800080FFFF", (54.0, 0.0, 0.0, 41.0)),  # invalid sets back to the defaults
    ],
)
def test_every_limit_is_taken_or_rejected_by_itself(data: str, limits: tuple[float, ...]) -> None:
    assert sma.read_limits(bytes.fromhex(data), BEFORE) == limits


def test_limits_before_anything_was_accepted() -> None:
    assert sma.read_limits(bytes.fromhex("0A00FFFFFFFF0000"), None) == (54.0, 0.0, 0.0, 41.0)
    assert sma.read_limits(bytes.fromhex("2002F401F401"), BEFORE) is None


@pytest.mark.parametrize(
    ("data", "soc"),
    [
        ("550064006621", 0.8550),
        ("55006400FFFF", 0.85),
        ("55006400", 0.85),
        ("540060000000", 0.0),  # a fine 0.00 % is a value like any other
        ("55006400160D", 0.335),  # a LuxPower puts 3350 mV there
        ("550064001127", None),  # 100.01 %
        ("65006400", None),
        ("FFFF6400", 0.0),
        ("55", None),
    ],
)
def test_the_fine_state_of_charge_is_used_instead(data: str, soc: float | None) -> None:
    assert sma.read_soc(bytes.fromhex(data)) == soc


def test_v70_all_items_arrive() -> None:
    items = sma.read_pairs(bytes.fromhex("565569A9565569A9"), 0)
    assert sma.conditions(items) == 0x7F7F


def test_v83_an_item_stays_until_it_leaves() -> None:
    items = sma.read_pairs(bytes.fromhex("04"), 0)
    assert sma.conditions(items) == frames.HIGH_VOLTAGE
    for ignored in ("00", "0C", ""):
        items = sma.read_pairs(bytes.fromhex(ignored), items)
        assert sma.conditions(items) == frames.HIGH_VOLTAGE
    assert sma.conditions(sma.read_pairs(bytes.fromhex("08"), items)) == 0


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("01", frames.INTERNAL),
        ("10", frames.LOW_VOLTAGE),
        ("0004", frames.HIGH_TEMPERATURE),
        ("0010", frames.LOW_TEMPERATURE),
        ("0040", frames.DISCHARGE_CURRENT),
        ("000001", frames.CHARGE_CURRENT),
        ("000004", frames.INTERNAL),
        ("00000001", frames.INTERNAL),
        ("00000040", 0),  # the generator must not be used
        ("0000000040", frames.HIGH_TEMPERATURE << 8),
    ],
)
def test_items_become_conditions(data: str, word: int) -> None:
    assert sma.conditions(sma.read_pairs(bytes.fromhex(data), 0)) == word


def test_it_tells_what_it_measures_every_second(island: Any) -> None:
    count = len(island.wire.sent)
    island.run(10.0)
    told = island.wire.sent[count:]
    assert [identifier for _, identifier, _ in told] == [0x305, 0x306] * 10
    volts, amps, degrees, soc = struct.unpack("<Hhhh", told[-2][2])
    assert (volts, amps, degrees, soc) == (526, -240, 250, 600)
    assert struct.unpack("<HBBHH", told[-1][2]) == (100, 10, 1, 0, 560)


def test_a_new_limit_takes_about_ten_seconds(island: Any) -> None:
    island.packs[0].ccl = 12.0
    assert island.run(6.0) == pytest.approx(24.0)
    assert island.run(4.0) == pytest.approx(12.0)


def test_without_limits_it_warns_and_takes_the_defaults(island: Any) -> None:
    island.packs[0].silent.add(0x351)
    assert 58.5 <= island.first_idle(80.0) <= 60.6
    island.run(2.0)
    assert struct.unpack("<HBBHH", island.wire.sent[-1][2]) == (100, 10, 3, 952, 540)
    assert island.inverter.display.soc == 0.6
    island.speak_again()
    assert island.run(20.0) == pytest.approx(24.0)


def test_without_a_state_of_charge_it_stops_and_believes_the_battery_empty(island: Any) -> None:
    island.packs[0].silent.add(0x355)
    assert 58.5 <= island.first_idle(80.0) <= 60.6
    island.run(2.0)
    assert island.inverter.display.soc == 0.0
    assert struct.unpack("<HBBHH", island.wire.sent[-1][2])[2:4] == (4, 952)
    island.speak_again()
    assert island.run(20.0) == pytest.approx(24.0)
    assert struct.unpack("<HBBHH", island.wire.sent[-1][2])[2:4] == (1, 0)
    assert island.inverter.display.soc == 0.6


def test_it_keeps_the_last_accepted_limit(island: Any) -> None:
    island.packs[0].cvl = 70.0
    island.packs[0].ccl = 10.0
    assert island.run(12.0) == pytest.approx(10.0)
    assert island.inverter.display.cvl == 56.0


def test_any_alarm_stops_it_until_the_alarm_leaves(island: Any) -> None:
    island.wire.deliver(0x35A, bytes.fromhex("1000000000000000"))  # low voltage: it stops charging too
    assert abs(island.run(10.0)) < 0.1
    assert struct.unpack("<HBBHH", island.wire.sent[-1][2])[2] == 4
    assert abs(island.run(60.0)) < 0.1  # the pack sends 00, which says nothing
    island.wire.deliver(0x35A, bytes.fromhex("2000000000000000"))
    assert island.run(12.0) == pytest.approx(24.0)


def test_a_warning_is_only_told(island: Any) -> None:
    island.wire.deliver(0x35A, bytes.fromhex("0000000010000000"))
    assert island.run(12.0) == pytest.approx(24.0)
    assert struct.unpack("<HBBHH", island.wire.sent[-1][2])[2] == 3


def test_the_dcl_binds_on_grid_and_not_off_grid(island: Any) -> None:
    island.load(3000.0)
    assert island.run(10.0) == pytest.approx(-24.0)
    island.load(0.0)
    island.world.switch_relay("ac_grid", False)
    island.run(2.0)
    island.load(3000.0)
    assert island.run(1.0) * island.world.voltage == pytest.approx(-3000.0, rel=1e-3)


def test_above_the_cvl_it_feeds_a_load_without_regard_to_the_dcl(island: Any) -> None:
    island.packs[0].cvl = 48.0
    island.packs[0].dcl = 10.0
    assert abs(island.run(20.0)) < 0.1
    island.load(3000.0)
    assert island.run(10.0) * island.world.voltage == pytest.approx(-3000.0, rel=1e-3)
    island.packs[0].cvl = 56.0
    assert island.run(12.0) == pytest.approx(-10.0)
