"""What the device believes, and what bad ones make of odd values. Limits stand as CVL, CCL, DCL, DVL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.twin.inverter import Behaviour, merged
from bmshil.twin.inverter.following import Follower
from bmshil.twin.inverter.forcing import Forcing
from bmshil.twin.inverter.frames import HIGH_VOLTAGE, INTERNAL, LOW_VOLTAGE, Limits, Measured
from bmshil.twin.inverter.reactions import Targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.twin.inverter.believing import Believing

LAST = Limits(56.0, 20.0, 40.0, 45.0)
TARGETS = Targets(56.0, 45.0, 20.0, 40.0)


def behaviour(**changes: Any) -> Behaviour:
    return Behaviour.read(merged({}, {key.replace("__", "."): value for key, value in changes.items()}))


def believing(**changes: Any) -> Believing:
    return behaviour(**changes).believes


@pytest.mark.parametrize(
    ("said", "used"),
    [
        (Limits(55.0, 30.0, 50.0, 45.0), Limits(55.0, 30.0, 50.0, 45.0)),
        # 0x351 in the wrong byte order: nothing is raised.
        (Limits(1229.0, 3072.0, 30.0, 45.0), Limits(56.0, 20.0, 30.0, 45.0)),
        (Limits(0.0, 20.0, 40.0, 45.0), LAST),
        (Limits(0.1, 0.1, 0.1, 45.0), Limits(56.0, 0.1, 0.1, 45.0)),
        (Limits(56.0, 20.0, -10.0, 45.0), Limits(56.0, 20.0, 10.0, 45.0)),
        (Limits(56.0, -5.0, 40.0, 45.0), LAST),
    ],
)
def test_a_good_device_lowers_limits_with_an_odd_message_and_raises_none(said: Limits, used: Limits) -> None:
    assert believing().take_limits(said, LAST) == used


def test_nothing_odd_begins() -> None:
    good = believing()
    assert good.take_limits(Limits(0.0, 20.0, 40.0, 45.0), None) is None
    assert good.take_limits(LAST, None) == LAST


@pytest.mark.parametrize(
    ("changes", "said", "used"),
    [
        ({"zero__cvl": "obey"}, Limits(0.0, 20.0, 40.0, 45.0), Limits(0.0, 20.0, 40.0, 45.0)),
        ({"zero__cvl": "stop"}, Limits(0.0, 20.0, 40.0, 45.0), Limits(56.0, 0.0, 40.0, 45.0)),
        ({"believes__odd": "keep_last"}, Limits(0.1, 0.1, 0.1, 45.0), LAST),
        ({"believes__odd": "apart"}, Limits(0.1, 30.0, 0.1, 45.0), Limits(56.0, 30.0, 0.1, 45.0)),
        ({"believes__odd": "stop"}, Limits(0.1, 0.1, 0.1, 45.0), Limits(56.0, 0.0, 0.0, 45.0)),
        ({"believes__negative": "keep_last"}, Limits(56.0, 20.0, -10.0, 45.0), LAST),
        ({"believes__negative": "reject"}, Limits(55.0, 20.0, -10.0, 45.0), Limits(55.0, 20.0, 40.0, 45.0)),
        ({"values__outside": "accept"}, Limits(512.2, 20.0, 40.0, 45.0), Limits(512.2, 20.0, 40.0, 45.0)),
        ({"values__outside": "clamp"}, Limits(512.2, 20.0, 40.0, 45.0), Limits(63.0, 20.0, 40.0, 45.0)),
        ({"values__cvl": [48.0, 57.0]}, Limits(58.0, 20.0, 40.0, 45.0), LAST),
    ],
)
def test_others_do_what_their_words_say(changes: dict[str, Any], said: Limits, used: Limits) -> None:
    assert believing(**changes).take_limits(said, LAST) == used


@pytest.mark.parametrize(
    ("changes", "used"),
    [({}, 1.0), ({"believes__soc_above": "reject"}, 0.6), ({"believes__soc_above": "accept"}, 1.4)],
)
def test_a_soc_of_140_percent(changes: dict[str, Any], used: float) -> None:
    assert believing(**changes).take_soc(1.4, 0.6) == used


def test_alarms_may_be_read_from_the_wrong_bits() -> None:
    exchanged = believing(believes__alarms="high_low_exchanged").alarms
    assert exchanged(HIGH_VOLTAGE | INTERNAL) == LOW_VOLTAGE | INTERNAL
    assert exchanged(LOW_VOLTAGE << 8) == HIGH_VOLTAGE << 8
    assert believing(believes__alarms="internal_elsewhere").alarms(INTERNAL | LOW_VOLTAGE) == LOW_VOLTAGE


@pytest.mark.parametrize(
    ("word", "told", "cvl", "charge"),
    [
        ("own", 5.3, 56.0, 20.0),
        ("reported", 5.3, 103.7, 20.0),
        ("reported", 52.5, 56.5, 20.0),
        ("checked", 5.3, 56.0, 20.0),
        ("checked", 52.5, 56.5, 20.0),
        ("stops", 5.3, 56.0, 0.0),
        ("stops", 52.5, 56.0, 20.0),
    ],
)
def test_the_voltage_of_the_battery_may_move_the_end_of_the_charge(
    word: str, told: float, cvl: float, charge: float
) -> None:
    used = believing(believes__voltage=word).regulate(TARGETS, 53.0, [Measured(told, 0.0, 25.0)])
    assert used.cvl == pytest.approx(cvl)
    assert used.charge == charge


def test_a_requested_charge_goes_on_until_the_soc_has_risen() -> None:
    forcing = Forcing(behaviour(force_charge__on_request=True).forces)
    states = []
    for soc, requested in ((0.09, True), (0.10, False), (0.09, True), (0.105, False), (0.115, False)):
        forcing.look(soc, requested=requested)
        states.append(forcing.on)
    assert states == [True, True, True, True, False]


def test_a_charge_by_its_own_mind_begins_below_a_soc() -> None:
    forcing = Forcing(behaviour(force_charge__below=0.25).forces)
    none = TARGETS._replace(charge=0.0)
    given = []
    for soc in (0.30, 0.24, 0.26, 0.28):
        forcing.look(soc, requested=False)
        given.append(forcing.bend(none).charge)
    assert given == [0.0, 8.0, 8.0, 0.0]


def test_a_filter_follows_with_its_time_constant() -> None:
    follower = Follower(10.0, 1.0)
    assert follower.follow(TARGETS) == TARGETS
    lower = TARGETS._replace(charge=10.0)
    charges = [follower.follow(lower).charge for _ in range(60)]
    assert charges[9] == pytest.approx(10.0 + 10.0 * 0.367879, abs=1e-4)
    assert charges[-1] == 10.0


@pytest.mark.parametrize(
    ("changes", "speak", "amps"),
    [
        ({}, {}, 72.0),
        ({"believes__soc_full": "stop"}, {"soc": 100}, 0.0),
        ({}, {"soc": 100}, 72.0),
        ({"believes__missing_requests": "forbids"}, {"silent": {0x35C}}, 0.0),
        ({}, {"silent": {0x35C}}, 72.0),
        ({"believes__modules": "sets_current"}, {}, 72.0),
        ({"believes__shortest_limits": 8}, {}, 72.0),
    ],
)
def test_only_limits_move_the_current_of_a_good_device(
    make_rig: Callable[..., Any], changes: dict[str, Any], speak: dict[str, Any], amps: float
) -> None:
    rig = make_rig(**changes)
    for pack in rig.packs:
        for name, value in speak.items():
            setattr(pack, name, value)
    assert rig.run(12.0) == pytest.approx(amps, abs=0.1)
