from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bmshil.errors import InputError

V1 = "14 02 74 0E 74 0E CC 01"  # capture of ten US3000 by Setfire Labs: 53.2 V, 370.0 A, 370.0 A, 46.0 V

Make = Callable[..., Any]


def test_a_node_says_what_the_capture_says(scene: Make) -> None:
    one = scene(1, kind="us3000c", soc=0.26, scheme="base")
    one.fleet[1].limit(cvl=53.2, ccl=370.0, dcl=370.0, dvl=46.0)
    one.timeline.run(1.5)
    assert one.sender.of(0x351) == [V1, V1]
    assert one.sender.of(0x355) == ["1A 00 64 00"] * 2
    assert one.sender.of(0x359) == ["00 00 00 00 01 50 4E"] * 2
    assert one.sender.of(0x35C) == ["C0 00"] * 2
    assert one.sender.of(0x35E) == ["50 59 4C 4F 4E 20 20 20"] * 2


def test_dialect_1_3_has_its_own_set(scene: Make) -> None:
    one = scene(1, kind="us5000", language="pylontech-lv-1.3", scheme="base")
    one.timeline.run(0.5)
    assert [frame.id for _, frame in one.sender.sent] == [0x351, 0x355, 0x356, 0x35A, 0x35E, 0x35F]
    assert one.sender.of(0x351) == ["14 02 20 03 20 03 C2 01"]  # 53.2 V, 80 A, 80 A, 45.0 V
    assert one.sender.of(0x35F) == ["4C 49 01 03 64 00 AA 00"]  # 100 Ah


def test_messages_of_a_set_are_spaced_and_repeat_every_second(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.timeline.run(1.5)
    assert [when for when, _ in one.sender.sent[:6]] == [0.0, 0.005, 0.01, 0.015, 0.02, 0.025]
    assert one.sender.times(0x356) == [0.01, 1.01]


def test_a_period_of_the_settings_replaces_that_of_the_dialect(scene: Make) -> None:
    one = scene(1, scheme="base", period=0.1)
    one.timeline.run(0.35)
    assert one.sender.times(0x351) == [0.0, 0.1, 0.2, 0.3]


def test_a_node_is_silent_until_it_has_started(scene: Make) -> None:
    one = scene(1, scheme="base", start_up=2.0)
    one.timeline.run(1.9)
    assert one.sender.sent == []
    assert not one.fleet[1].on_air
    one.timeline.run(0.2)
    assert one.sender.times(0x351) == [2.0]
    assert one.fleet[1].on_air


def test_a_stopped_node_says_nothing_and_starts_with_silence_again(scene: Make) -> None:
    one = scene(1, scheme="base", start_up=2.0)
    one.timeline.run(3.5)
    one.fleet[1].stop()
    one.sender.clear()
    one.timeline.run(10.0)
    assert one.sender.sent == []
    one.fleet[1].start()
    one.timeline.run(2.4)
    assert one.sender.sent == []
    one.timeline.run(1.0)
    assert one.sender.times(0x351) == [16.0]


def test_measurements_follow_the_pack(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.bank[1].temperature = 33.0
    one.bank.step(-27.0, 0.0)
    one.timeline.run(0.1)
    # 16 cells of 3.271 V less 27 A over 20 mohm warmed to 33 degC; -27.0 A; 33.0 degC
    assert one.sender.of(0x356)[0][6:] == "F2 FE 4A 01"


def test_the_voltage_is_the_one_measured_at_the_terminals(scene: Make) -> None:
    one = scene(1, scheme="base", terminal_voltage=lambda: 49.86)
    one.timeline.run(0.1)
    assert one.sender.of(0x356)[0][:5] == "7A 13"


@pytest.mark.parametrize("dead", [0.0, 3.0, float("nan")])
def test_dead_terminals_make_the_node_report_its_own_cells(scene: Make, dead: float) -> None:
    one = scene(1, scheme="base", terminal_voltage=lambda: dead)
    assert one.fleet[1].report.voltage == pytest.approx(52.34, abs=0.02)  # 16 cells at 60 %


def test_a_limit_replaces_only_its_quantity_and_stays(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.fleet[1].limit(cvl=55.2)
    one.fleet[1].limit(ccl=20.0)
    one.timeline.run(0.5)
    assert one.sender.of(0x351) == ["28 02 C8 00 84 03 C0 01"]  # 55.2 V, 20 A, 90 A, 44.8 V
    one.fleet[1].unlimit()
    one.timeline.run(1.0)
    assert one.sender.of(0x351)[-1] == "30 02 F4 01 84 03 C0 01"  # 56.0 V, 50 A, 90 A, 44.8 V


def test_a_set_limit_is_not_tapered(scene: Make) -> None:
    one = scene(1, scheme="base", soc=1.0)
    assert one.fleet[1].report.ccl == 0.0  # 3.65 V per cell
    one.fleet[1].limit(ccl=20.0)
    assert one.fleet[1].report.ccl == 20.0


def test_the_report_tells_a_limit_at_once(scene: Make) -> None:
    one = scene(1, scheme="base", start=False)
    one.fleet[1].limit(cvl=55.2)
    assert one.fleet[1].report.cvl == 55.2


def test_limits_are_written_to_the_journal_when_they_change(scene: Make) -> None:
    one = scene(2)
    one.fleet[2].limit(cvl=55.2)
    one.fleet[2].limit(cvl=55.2)
    one.fleet[2].unlimit()
    assert one.events("limit") == [("pack2", {"cvl": 55.2}), ("pack2", {"decided_by": "node"})]


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"ccl": -10.0}, "limit ccl=-10: give a number of 0 or more"),
        ({"cvl": float("nan")}, "limit cvl=nan"),
        ({"cvl": 7000.0}, r"pack1.limit cvl=7000: .*7000"),
    ],
)
def test_a_limit_that_cannot_be_said_is_refused_and_changes_nothing(
    scene: Make, limits: dict[str, float], message: str
) -> None:
    one = scene(1, scheme="base")
    with pytest.raises(InputError, match=message):
        one.fleet[1].limit(**limits)
    assert (one.fleet[1].report.cvl, one.fleet[1].report.ccl) == (56.0, 50.0)


def test_disconnected_the_node_stays_on_air_and_offers_nothing(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.fleet[1].limit(ccl=20.0)
    one.fleet[1].disconnect()
    assert not one.bank[1].connected
    one.timeline.run(0.5)
    assert one.sender.of(0x351) == ["30 02 00 00 00 00 C0 01"]
    assert one.sender.of(0x35C) == ["00 00"]
    one.fleet[1].connect()
    assert one.bank[1].connected
    one.timeline.run(1.0)
    assert one.sender.of(0x351)[-1] == "30 02 C8 00 84 03 C0 01"
    assert [data["closed"] for _, data in one.events("contactor")] == [False, True]


def test_disconnected_silently_the_node_is_gone(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.timeline.run(0.5)
    one.fleet[1].disconnect(silent=True)
    one.sender.clear()
    one.timeline.run(5.0)
    assert one.sender.sent == []
    assert not one.bank[1].connected
    assert not one.fleet[1].running


@pytest.mark.parametrize("back", ["connect", "reset"])
def test_back_again_it_starts_with_silence_at_its_old_place(scene: Make, back: str) -> None:
    one = scene(2, start_up=2.0)
    one.timeline.run(5.1)
    one.fleet[2].disconnect(silent=True)
    one.timeline.run(5.0)
    one.sender.clear()
    getattr(one.fleet[2], back)()
    one.timeline.run(4.0)
    assert one.sender.times(0x451) == [12.5, 13.5]
    assert one.sender.times(0x351) == [11.0, 12.0, 13.0, 14.0]


def test_a_node_that_was_stopped_on_purpose_stays_stopped(scene: Make) -> None:
    one = scene(2)
    one.fleet[2].stop()
    one.fleet[2].disconnect(silent=True)
    one.fleet[2].connect()
    assert not one.fleet[2].running


def test_an_overcharged_pack_opens_its_contactor_and_says_so(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.bank[1].soc = 1.01
    one.timeline.run(2.5)
    assert not one.bank[1].connected
    assert one.sender.of(0x359) == ["00 00 02 00 01 50 4E"] * 2 + ["02 00 02 00 01 50 4E"]
    assert one.sender.of(0x351)[-1] == "30 02 00 00 00 00 C0 01"
    assert one.sender.of(0x35C) == ["C0 00", "C0 00", "00 00"]
    assert one.events("protection") == [("pack1", {"raised": ["CELL_HIGH_VOLTAGE"]})]
    assert one.events("contactor") == [("pack1", {"closed": False, "cause": "protection"})]


def test_a_protection_that_has_cleared_closes_the_contactor(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.bank[1].soc = 1.01
    one.timeline.run(2.5)
    one.bank[1].soc = 0.6
    one.timeline.run(1.0)
    assert one.bank[1].connected
    assert one.sender.of(0x35C)[-1] == "C0 00"


def test_a_protection_does_not_close_what_the_test_opened(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.bank[1].soc = 1.01
    one.timeline.run(2.5)
    one.fleet[1].disconnect()
    one.bank[1].soc = 0.6
    one.timeline.run(3.0)
    assert not one.bank[1].connected


def test_protection_can_be_switched_off(scene: Make) -> None:
    one = scene(1, scheme="base", protect=False)
    one.bank[1].soc = 1.01
    one.timeline.run(10.0)
    assert one.bank[1].connected
    assert set(one.sender.of(0x359)) == {"00 00 00 00 01 50 4E"}


def test_a_switch_of_the_settings_counts_from_the_next_set_on(scene: Make) -> None:
    one = scene(1, scheme="base", soc=1.0)
    one.timeline.run(0.5)
    one.fleet.settings = replace(one.fleet.settings, taper_by_cell=False, taper_when_full=False)
    one.timeline.run(1.0)
    assert one.sender.of(0x351) == ["30 02 00 00 84 03 C0 01", "30 02 F4 01 84 03 C0 01"]


def test_reset_forgets_limits_protections_and_disconnection(scene: Make) -> None:
    one = scene(1, scheme="base")
    one.fleet[1].limit(cvl=55.2)
    one.bank[1].soc = 1.01
    one.timeline.run(2.5)
    one.bank.reset(0.6)
    one.fleet.reset()
    one.sender.clear()
    one.timeline.run(1.0)
    assert one.sender.of(0x351) == ["30 02 F4 01 84 03 C0 01"]
    assert one.sender.of(0x359) == ["00 00 00 00 01 50 4E"]


def test_soc_on_the_wire_stays_between_0_and_100_percent(scene: Make) -> None:
    one = scene(1, scheme="base", protect=False)
    one.bank[1].soc = 1.01
    one.timeline.run(0.5)
    one.bank[1].soc = -0.02
    one.timeline.run(1.0)
    assert one.sender.of(0x355) == ["64 00 64 00", "00 00 64 00"]


def test_an_empty_pack_asks_for_a_charge(scene: Make) -> None:
    one = scene(1, scheme="base", soc=0.05)
    one.timeline.run(0.5)
    assert one.sender.of(0x35C) == ["F0 00"]
