"""Each bad inverter does what its title says, and the good profiles do not.

Three packs at CVL 56.0, CCL 24, DCL 24 unless a test says otherwise, at 52 V behind 24 mohm.
"""

from collections.abc import Callable
from typing import Any

import pytest

from bmshil.errors import InputError
from bmshil.inverter import Profile, mutation, mutations, profile, profile_names
from bmshil.twin.inverter import Behaviour, check_deviations, merged

SEVERAL = ["pylon_parallel", "pylon_parallel_13", "pylon_fixed3"]


@pytest.fixture
def mutated(make_rig: Callable[..., Any]) -> Callable[..., Any]:
    """Return a maker of settled rigs with `pylon_parallel` and one mutation."""

    def make(name: str, **options: Any) -> Any:
        good = profile("pylon_parallel")
        return make_rig(behaves=mutation(name, good).apply(good.behaves()), **options)

    return make


def charging(rig: Any, seconds: float = 10.0) -> float:
    current: float = rig.run(seconds)
    return current


def discharging(rig: Any) -> float:
    rig.load(5000.0)
    current: float = rig.run(10.0)
    return current


@pytest.mark.parametrize("name", profile_names())
def test_the_deviations_of_every_profile_mean_something(name: str) -> None:
    check_deviations(profile(name).deviations)


@pytest.mark.parametrize("name", profile_names())
def test_every_mutation_can_be_applied(name: str) -> None:
    good = profile(name)
    for bad in mutations(name):
        assert Behaviour.read(merged(bad.apply(good.behaves()))) != Behaviour.read(merged(good.behaves()))


def test_mutations_apply_to_profiles_that_exist() -> None:
    assert {name for one in mutations() for name in one.profiles} <= set(profile_names())


@pytest.mark.parametrize("name", SEVERAL)
def test_good_profiles_follow_the_lowest_cvl_and_the_sum_of_currents(
    make_rig: Callable[..., Any], name: str
) -> None:
    good: Profile = profile(name)
    rig = make_rig(behaves=good.behaves())
    rig.packs[1].ccl = 12.0
    assert charging(rig) == pytest.approx(60.0)
    rig.packs[1].cvl = 53.0
    charging(rig)
    assert rig.world.voltage == pytest.approx(53.0, abs=1e-3)
    rig.silence()
    assert 59.0 <= rig.first_idle(80.0) <= 60.6
    rig.speak_again()
    rig.run(15.0)
    assert rig.world.voltage == pytest.approx(53.0, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "volts"),
    [("averages_cvl", 53.4), ("max_cvl", 53.6), ("first_pack_cvl", 53.6), ("last_pack_cvl", 53.6)],
)
def test_another_cvl_than_the_lowest(mutated: Callable[..., Any], name: str, volts: float) -> None:
    rig = mutated(name)
    for pack, cvl in zip(rig.packs, (53.6, 53.0, 53.6), strict=True):
        pack.cvl = cvl
    charging(rig)
    assert rig.world.voltage == pytest.approx(volts, abs=1e-3)


def test_first_battery_only(mutated: Callable[..., Any]) -> None:
    rig = mutated("first_battery_only")
    rig.packs[0].ccl = 20.0
    rig.packs[1].cvl = 52.1
    rig.packs[2].protections = 0x02
    assert charging(rig) == pytest.approx(20.0)
    assert rig.inverter.display.alarms == 0


def test_last_value(mutated: Callable[..., Any]) -> None:
    rig = mutated("last_value")
    for pack, ccl in zip(rig.packs, (10.0, 20.0, 16.0), strict=True):
        pack.ccl = ccl
    charging(rig)
    # Pack 3 speaks last before each full second, pack 2 before each half.
    assert {round(charging(rig, 0.5)) for _ in range(20)} == {16, 20}


def test_ignores_third_pack(mutated: Callable[..., Any]) -> None:
    rig = mutated("ignores_third_pack")
    rig.packs[2].cvl = 52.1
    rig.packs[2].protections = 0x02
    assert charging(rig) == pytest.approx(48.0)
    assert rig.inverter.display.packs == 3  # it counts what it overlooks


@pytest.mark.parametrize(("name", "amps"), [("ccl_minimum", 12.0), ("first_ccl_times_n", 72.0)])
def test_other_sums_of_charge_limits(mutated: Callable[..., Any], name: str, amps: float) -> None:
    rig = mutated(name)
    rig.packs[1].ccl = 12.0
    assert charging(rig) == pytest.approx(amps)


def test_dcl_average(mutated: Callable[..., Any]) -> None:
    rig = mutated("dcl_average")
    rig.packs[1].dcl = 12.0
    assert discharging(rig) == pytest.approx(-20.0)


def test_soc_plain_mean(mutated: Callable[..., Any]) -> None:
    rig = mutated("soc_plain_mean", capacities=(50.0, 100.0, 50.0))
    rig.packs[1].soc = 80
    rig.run(3.0)
    assert rig.inverter.display.soc == pytest.approx(0.6667, abs=1e-4)  # weighted: 0.70


def test_alarms_first_only(mutated: Callable[..., Any]) -> None:
    rig = mutated("alarms_first_only")
    rig.packs[2].warnings = 0x08
    rig.run(3.0)
    assert rig.inverter.display.alarms == 0
    rig.packs[0].warnings = 0x08
    rig.run(3.0)
    assert rig.inverter.display.alarms == 0x0400


@pytest.mark.parametrize(("name", "volts"), [("cvl_offset_plus_0v4", 53.2), ("cvl_ceiling", 54.8)])
def test_another_voltage_than_the_cvl(mutated: Callable[..., Any], name: str, volts: float) -> None:
    rig = mutated(name)
    rig.world.set_supply(voltage=54.0 if volts > 54.0 else 52.0)
    for pack in rig.packs:
        pack.cvl = 56.0 if volts > 54.0 else 52.8
    charging(rig)
    assert rig.world.voltage == pytest.approx(volts, abs=1e-3)


@pytest.mark.parametrize(("name", "amps"), [("ccl0_ignored", 72.0), ("ccl0_quarter_of_capacity", 75.0)])
def test_charges_on_at_zero(mutated: Callable[..., Any], name: str, amps: float) -> None:
    rig = mutated(name, capacities=(100.0, 100.0, 100.0))
    for pack in rig.packs:
        pack.ccl = 0.0
    assert charging(rig) == pytest.approx(amps)


def test_discharges_on_at_zero(mutated: Callable[..., Any]) -> None:
    rig = mutated("dcl0_ignored")
    assert discharging(rig) == pytest.approx(-72.0)
    for pack in rig.packs:
        pack.dcl = 0.0
    assert rig.run(10.0) == pytest.approx(-72.0)


def test_no_resume_after_zero(mutated: Callable[..., Any]) -> None:
    rig = mutated("no_resume_after_zero")
    for pack in rig.packs:
        pack.ccl = 0.0
    charging(rig)
    for pack in rig.packs:
        pack.ccl = 24.0
    assert charging(rig, 60.0) == 0.0
    rig.world.switch_relay("ac_grid", False)
    rig.run(2.0)
    rig.world.switch_relay("ac_grid", True)
    assert charging(rig) == pytest.approx(72.0)


def test_slow_follow(mutated: Callable[..., Any]) -> None:
    rig = mutated("slow_follow")
    for pack in rig.packs:
        pack.ccl = 12.0
    assert charging(rig, 11.0) == pytest.approx(72.0)
    assert charging(rig, 5.0) == pytest.approx(36.0)


def test_creeps_with_repeats(mutated: Callable[..., Any]) -> None:
    rig = mutated("creeps_with_repeats")
    for pack in rig.packs:
        pack.ccl = 10.0
    before = charging(rig)
    after = charging(rig, 1000.0)
    assert after - before == pytest.approx(6.0, abs=0.1)  # three packs, 1000 messages, 2 mA


def test_exports_down_to_cvl(mutated: Callable[..., Any]) -> None:
    rig = mutated("exports_down_to_cvl")
    for pack in rig.packs:
        pack.cvl = 51.0
    assert charging(rig) == pytest.approx(-41.67, abs=0.05)  # 1 V over 24 mohm


def test_user_limit_binds(mutated: Callable[..., Any]) -> None:
    assert charging(mutated("user_limit_binds")) == pytest.approx(10.0)


@pytest.mark.parametrize(("name", "amps"), [("keeps_last", 72.0), ("maximum_on_loss", 110.0)])
def test_goes_on_without_its_batteries(mutated: Callable[..., Any], name: str, amps: float) -> None:
    rig = mutated(name)
    rig.silence()
    assert charging(rig, 120.0) == pytest.approx(amps, rel=0.02)


@pytest.mark.parametrize(("name", "message"), [("any_frame_alive", 0x351), ("soc355_loss_ignored", 0x355)])
def test_does_not_miss_one_message(mutated: Callable[..., Any], name: str, message: int) -> None:
    rig = mutated(name)
    for pack in rig.packs:
        pack.silent.add(message)
    assert charging(rig, 120.0) == pytest.approx(72.0)


def test_too_early_timeout(mutated: Callable[..., Any]) -> None:
    rig = mutated("too_early_timeout")
    rig.silence()
    assert 29.0 <= rig.first_idle(80.0) <= 30.6


def test_no_recovery(mutated: Callable[..., Any]) -> None:
    rig = mutated("no_recovery")
    rig.silence()
    rig.run(70.0)
    rig.speak_again()
    assert abs(charging(rig, 120.0)) < 0.1


def test_keeps_lost_pack(mutated: Callable[..., Any]) -> None:
    rig = mutated("keeps_lost_pack")
    rig.packs[1].all_silent = True
    assert charging(rig, 50.0) == pytest.approx(72.0)


def test_fixed_count(mutated: Callable[..., Any]) -> None:
    rig = mutated("fixed_count")
    rig.packs[1].all_silent = True
    assert 9.0 <= rig.first_idle(20.0) <= 10.6


def test_no_keepalive(mutated: Callable[..., Any]) -> None:
    rig = mutated("no_keepalive")
    assert charging(rig) == pytest.approx(72.0)
    assert rig.wire.sent == []


def test_wrong_protocol(mutated: Callable[..., Any]) -> None:
    rig = mutated("wrong_protocol")
    assert abs(charging(rig, 60.0)) < 0.1
    assert {(identifier, data.hex()) for _, identifier, data in rig.wire.sent} == {
        (0x301, "1122334455667788")
    }


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ({"agregation.cvl": "average"}, "agregation"),
        ({"aggregation.cvi": "average"}, r"set.aggregation.cvi .* cvl, ccl"),
        ({"aggregation.cvl": "avarage"}, r"aggregation.cvl: no behaviour 'avarage'.* average"),
        ({"dialect": "pylontech-lv-1.4"}, "pylontech-lv-1.4"),
        ({"id_scheme": "+0x200"}, "id_scheme"),
    ],
)
def test_a_mistake_is_named(patch: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Behaviour.read(merged({}, patch))


def test_a_deviation_that_means_nothing_is_named() -> None:
    with pytest.raises(InputError, match="lagg means nothing"):
        check_deviations({"lagg": 3.0})


def falls_back(make_rig: Callable[..., Any], **changes: Any) -> Any:
    rig = make_rig(behaves=profile("pylon_voltage_soc").behaves(), **changes)
    assert charging(rig) == pytest.approx(72.0)
    rig.silence()
    rig.run(70.0)
    return rig


def test_goes_on_by_voltage_with_values_of_its_own(make_rig: Callable[..., Any]) -> None:
    rig = falls_back(make_rig)
    assert rig.world.current == pytest.approx(30.0, abs=0.2)
    # 48.8 V are taken for empty and 57.6 V for full.
    assert rig.inverter.display.soc == pytest.approx((rig.world.voltage - 48.8) / 8.8, abs=0.01)
    rig.speak_again()
    rig.run(20.0)
    assert rig.inverter.display.soc == 0.6
    assert rig.world.current == pytest.approx(72.0)


def test_its_own_values_are_never_more_than_its_rating(make_rig: Callable[..., Any]) -> None:
    rig = falls_back(make_rig, fallback__charge_current=500.0, rating__charge_current=80.0)
    assert rig.world.current == pytest.approx(80.0, abs=0.2)
