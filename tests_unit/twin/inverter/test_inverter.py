"""The good twin inverter follows the lowest CVL and the sum of currents, and reacts to silence."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

Make = Callable[..., Any]


def test_it_boots_speaks_and_charges(make_rig: Make) -> None:
    rig = make_rig(settled=False)
    assert rig.wire.sent == []
    current = rig.run(20.0)
    assert rig.inverter.display.state.name == "RUNNING"
    assert current == pytest.approx(72.0)  # 3 x 24 A
    assert {(identifier, data) for _, identifier, data in rig.wire.sent} == {(0x305, bytes(8))}
    times = [when for when, _, _ in rig.wire.sent]
    assert [b - a for a, b in pairwise(times)] == pytest.approx([1.0] * (len(times) - 1))


@pytest.mark.parametrize("low", [0, 1, 2])
def test_the_lowest_cvl_wins_at_every_position(make_rig: Make, low: int) -> None:
    rig = make_rig()
    rig.packs[low].cvl = 53.2
    rig.run(10.0)
    assert rig.world.voltage == pytest.approx(53.2, abs=1e-3)


@pytest.mark.parametrize("low", [0, 1, 2])
def test_charge_limits_add_up(make_rig: Make, low: int) -> None:
    rig = make_rig()
    rig.packs[low].ccl = 12.0
    assert rig.run(10.0) == pytest.approx(60.0)


def test_discharge_limits_add_up(make_rig: Make) -> None:
    rig = make_rig()
    rig.load(5000.0)
    rig.packs[1].dcl = 12.0
    assert rig.run(15.0) == pytest.approx(-60.0)


def test_a_limit_is_followed_after_the_lag_and_not_before(make_rig: Make) -> None:
    rig = make_rig()
    for pack in rig.packs:
        pack.ccl = 10.0
    assert rig.run(1.0) == pytest.approx(72.0)
    assert rig.run(3.0) == pytest.approx(30.0)


def test_zero_limits_stop_and_restoring_resumes(make_rig: Make) -> None:
    rig = make_rig()
    for pack in rig.packs:
        pack.ccl = 0.0
    assert rig.run(6.0) == 0.0
    for pack in rig.packs:
        pack.ccl = 24.0
    assert rig.run(6.0) == pytest.approx(72.0)


def test_the_rating_binds_above_it(make_rig: Make) -> None:
    rig = make_rig()
    for pack in rig.packs:
        pack.ccl = 370.0
    assert rig.run(8.0) == pytest.approx(6000.0 / rig.world.voltage, rel=1e-3)


def test_a_pack_without_charge_enable_contributes_nothing(make_rig: Make) -> None:
    rig = make_rig()
    rig.packs[0].enables = 0x40
    assert rig.run(6.0) == pytest.approx(48.0)


def test_a_protection_stops_charging_and_is_shown(make_rig: Make) -> None:
    rig = make_rig()
    rig.packs[2].protections = 0x02  # over-voltage
    assert rig.run(6.0) == 0.0
    assert rig.inverter.display.alarms == 0x0001


def test_a_warning_is_only_shown(make_rig: Make) -> None:
    rig = make_rig()
    rig.packs[2].warnings = 0x10  # low temperature
    assert rig.run(6.0) == pytest.approx(72.0)
    assert rig.inverter.display.alarms == 0x0800


def test_soc_is_weighted_by_the_capacities_of_the_menu(make_rig: Make) -> None:
    rig = make_rig(capacities=(50.0, 100.0, 50.0))
    rig.packs[1].soc = 80
    rig.run(3.0)
    assert rig.inverter.display.soc == pytest.approx(0.70)
    assert rig.inverter.display.capacity == 200.0


@pytest.mark.parametrize(("ccl", "whole"), [(0.0, 48.0), (30.0, 72.0)])
def test_a_frame_with_an_impossible_charge_voltage_lowers_limits_and_raises_none(
    make_rig: Make, ccl: float, whole: float
) -> None:
    rig = make_rig()
    rig.packs[0].cvl = 512.2  # 0x0214 read in the wrong byte order
    rig.packs[0].ccl = ccl
    assert rig.run(6.0) == pytest.approx(whole)


def test_all_silent_stops_after_60_s(make_rig: Make) -> None:
    rig = make_rig()
    rig.silence()
    assert 59.0 <= rig.first_idle(80.0) <= 60.6


@pytest.mark.parametrize("message", [0x351, 0x355])
def test_one_message_missing_stops_after_60_s(make_rig: Make, message: int) -> None:
    rig = make_rig()
    for pack in rig.packs:
        pack.silent.add(message)
    assert 59.0 <= rig.first_idle(80.0) <= 60.6
    assert rig.inverter.display.state.name == "LOST"


def test_foreign_frames_do_not_count_as_communication(make_rig: Make) -> None:
    rig = make_rig()
    rig.silence()
    rig.timeline.every(0.2, lambda: rig.wire.deliver(0x123, bytes(8)))
    assert 59.0 <= rig.first_idle(80.0) <= 60.6


def test_it_recovers_by_itself(make_rig: Make) -> None:
    rig = make_rig()
    rig.silence()
    rig.run(70.0)
    rig.speak_again()
    rig.run(2.0)
    assert rig.inverter.display.state.name == "RECOVERING"
    assert rig.run(11.0) == pytest.approx(72.0)


def test_a_silent_pack_is_dropped_and_taken_back(make_rig: Make) -> None:
    rig = make_rig()
    rig.packs[1].all_silent = True
    assert rig.run(8.0) == pytest.approx(72.0)
    assert rig.run(6.0) == pytest.approx(48.0)
    assert rig.inverter.display.packs == 2
    rig.speak_again()
    assert rig.run(6.0) == pytest.approx(72.0)
    assert rig.inverter.display.packs == 3


def test_a_fixed_number_of_packs_stops_it_when_one_is_lost(make_rig: Make) -> None:
    rig = make_rig(module_count="fixed", count=3)
    assert rig.run(0.1) == pytest.approx(72.0)
    rig.packs[1].all_silent = True
    assert 9.0 <= rig.first_idle(20.0) <= 10.6
    rig.speak_again()
    assert rig.run(13.0) == pytest.approx(72.0)


def test_a_fixed_number_waits_for_all(make_rig: Make) -> None:
    rig = make_rig(settled=False, module_count="fixed", count=3)
    rig.packs[2].all_silent = True
    rig.run(30.0)
    assert rig.inverter.display.state.name == "WAITING"


def test_an_incomplete_set_is_not_enough(make_rig: Make) -> None:
    rig = make_rig(settled=False)
    for pack in rig.packs:
        pack.silent.add(0x359)
    assert abs(rig.run(30.0)) < 0.1
    assert rig.inverter.display.state.name == "WAITING"


def test_version_1_3_reads_pairs_instead_of_bits(make_rig: Make) -> None:
    rig = make_rig(dialect="pylontech-lv-1.3")
    assert rig.run(0.1) == pytest.approx(72.0)
    for pack in rig.packs:
        pack.protections = 0x02
    assert rig.run(6.0) == pytest.approx(72.0)


def test_a_single_battery_inverter_hears_the_base_set_only(make_rig: Make) -> None:
    rig = make_rig(id_scheme="base", batteries="one")
    rig.packs[0].ccl = 20.0
    assert rig.run(6.0) == pytest.approx(20.0)
    assert rig.inverter.display.packs == 1


def test_it_answers_0x356_when_that_is_its_custom(make_rig: Make) -> None:
    rig = make_rig(keepalive__trigger="answer")
    count = len(rig.wire.sent)
    rig.run(10.0)
    assert len(rig.wire.sent) - count == 30


def test_losing_its_dc_voltage_switches_it_off_and_it_boots_again(make_rig: Make) -> None:
    rig = make_rig()
    rig.world.switch_relay("dc_main", False)
    rig.world.switch_relay("dc_precharge", False)
    rig.world.switch_relay("dc_discharge", True)
    rig.run(3.0)
    assert rig.inverter.display.state.name == "OFF"
    count = len(rig.wire.sent)
    rig.run(5.0)
    assert len(rig.wire.sent) == count
    rig.world.switch_relay("dc_discharge", False)
    rig.energise()
    assert rig.run(15.0) == pytest.approx(72.0)


def test_off_grid_it_feeds_the_load_from_the_battery(make_rig: Make) -> None:
    rig = make_rig()
    rig.world.switch_relay("ac_grid", False)
    rig.load(1000.0)
    assert rig.run(2.0) * rig.world.voltage == pytest.approx(-1000.0, rel=1e-3)
