"""What the twin reads and says in the sets of Victron, Sol-Ark, LuxPower and Deye, by their documents.

Sources: frames of a Venus GX (dfch/BydCanProtocol); Sol-Ark CAN Bus Protocol V1.3; LuxPower Battery CANBUS
Protocol V04; Deye PCS CAN-Bus-protocol-DY-low-voltage V3.3. Frames are written by hand.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import can
import pytest

from bmshil.inverter import profile
from bmshil.timeline import Nanoseconds
from bmshil.twin.inverter import deye_pcs, frames, luxpower, solark, venus
from bmshil.twin.inverter.behaviour import Behaviour, merged
from bmshil.twin.inverter.identifiers import overlooked_ids, wire_ids
from bmshil.twin.inverter.manners import Ears
from bmshil.twin.inverter.read_sets import DIALECTS
from bmshil.twin.inverter.sunny_island import Telemetry

NOW = Telemetry(52.0, 10.0, 25.0, 0.5, 56.0, stopped=False, silent=False, warned=False)


def test_what_a_venus_says() -> None:
    assert venus.speak(NOW) == {
        0x305: bytes(8),
        0x307: bytes.fromhex("12 34 56 78 56 49 43 00"),
        0x306: bytes(8),
    }
    assert set(venus.speak(NOW._replace(silent=True))) == {0x305, 0x307}
    assert venus.read_installed(bytes.fromhex("9C 00 00 00 00 00 00 00")) == 156.0
    assert venus.read_installed(b"\x9c") is None


def test_a_sol_ark_reads_tenths_of_a_volt() -> None:
    assert solark.read_measured(bytes.fromhex("0D 02 0F FF EB 00 00 00")) == pytest.approx(
        (52.5, -24.1, 23.5)
    )
    assert solark.read_measured(bytes(5)) is None


def test_a_luxpower_finds_the_capacity_where_others_have_letters() -> None:
    pack: Any = SimpleNamespace(alarms=0, modules=None, capacity=None)
    luxpower.protections(pack, bytes.fromhex("02 00 00 01 03 C8 00 00"))
    assert (pack.alarms, pack.modules, pack.capacity) == (0x1001, 3, 200.0)


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        ("00 00 00 00 00 00 00", 0),
        ("01 00 00 00 00 00 00", frames.HIGH_VOLTAGE),
        ("08 00 00 00 00 00 00", frames.LOW_VOLTAGE),
        ("30 00 00 00 00 00 00", frames.CHARGE_CURRENT | frames.DISCHARGE_CURRENT),
        ("00 03 00 00 00 00 00", frames.HIGH_TEMPERATURE | frames.LOW_TEMPERATURE),
        ("00 00 00 20 00 00 00", frames.INTERNAL),
        ("00 00 00 00 02 00 00", frames.LOW_VOLTAGE << frames.WARNING_SHIFT),
        ("00 00 00 00", 0),
    ],
)
def test_alarms_of_a_deye(payload: str, word: int) -> None:
    assert deye_pcs.read_alarms(bytes.fromhex(payload)) == word


def test_what_a_deye_hears_and_says() -> None:
    assert deye_pcs.read_measured(bytes.fromhex("82 14 F1 00 EB 00")) == pytest.approx((52.5, -24.1, 23.5))
    pack: Any = SimpleNamespace(on_grid=None, capacity=None, modules=None)
    deye_pcs.limits_on_grid(pack, bytes.fromhex("90 01 58 02"))
    deye_pcs.name(pack, bytes.fromhex("44 59 30 30 31 03 E8 03"))
    deye_pcs.modules(pack, bytes.fromhex("02 01 00 01 03"))
    assert (pack.on_grid, pack.capacity, pack.modules) == ((40.0, 60.0), 100.0, 2)
    deye_pcs.limits_on_grid(pack, bytes.fromhex("9C FF 58 02"))
    assert pack.on_grid == (40.0, 60.0)  # -10 A cannot be meant
    midnight = NOW._replace(clock=86_399.0)
    assert deye_pcs.speak(midnight) == {0x305: bytes((59, 59, 23, 1, 1, 26, 0, 0))}


def test_a_deye_overlooks_what_each_pack_says_of_itself() -> None:
    ids = wire_ids("deye-pcs-3.3", "base", 1)
    known = overlooked_ids(DIALECTS["deye-pcs-3.3"])
    assert {(0x110, False), (0x15F, False), (0x750, False)} <= set(known)
    assert len(known) == 176
    assert not set(known) & set(ids)
    behaviour = Behaviour.read(merged({"manners": {"flood": "goes_deaf"}}))
    ears = Ears(behaviour.manners, ids, known)
    limits = can.Message(arbitration_id=0x351, is_extended_id=False, data=bytes(8))
    for place in range(150):
        own = can.Message(arbitration_id=0x150 + place % 16, is_extended_id=False, data=bytes(8))
        assert ears.owner(own, Nanoseconds(place)) is None
    assert ears.owner(limits, Nanoseconds(200)) == (1, 0x351)
    for place in range(150):
        foreign = can.Message(arbitration_id=0x122, is_extended_id=False, data=bytes(8))
        assert ears.owner(foreign, Nanoseconds(place)) is None
    assert ears.owner(limits, Nanoseconds(200)) is None
    assert ears.owner(limits, Nanoseconds(1_000_000_000)) is None, "nor early in the next second of a flood"
    assert ears.owner(limits, Nanoseconds(2_000_000_000)) == (1, 0x351)


def test_every_profile_has_an_entry_in_the_menu() -> None:
    for name in ("pylon_spec_strict", "solark_spec", "luxpower", "deye_pcs", "victron_gx_generic"):
        declares = profile(name).declares
        assert declares.dialect in DIALECTS
        assert declares.batteries == "one"


def test_frames_that_are_too_short_are_not_heard(make_rig: Callable[..., Any]) -> None:
    behaves = profile("pylon_spec_strict").behaves()
    assert make_rig(1, behaves=behaves).run(20.0) == pytest.approx(24.0)
    deaf = make_rig(1, behaves={**behaves, "dlc_required": 8})
    assert deaf.run(20.0) == pytest.approx(0.0, abs=0.1)
