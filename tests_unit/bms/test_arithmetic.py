"""What each arithmetic makes of several packs. The figures are of captures and sources of the field."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.bms.arithmetic import ARITHMETICS, BAD, Member, arithmetic
from bmshil.bms.arithmetic.yambms import yambms
from bmshil.dialects import NO_ALARM, Alarm, Report
from bmshil.errors import InputError

QUIET = Report(
    cvl=56.0, ccl=100.0, dcl=100.0, dvl=44.8, soc=0.5, soh=1.0, voltage=52.0, current=0.0,
    temperature=25.0, cell_max=3.26, cell_min=3.25,
)  # fmt: skip


def packs(*changes: dict[str, object], lost: tuple[int, ...] = ()) -> list[Member]:
    """Packs that differ from a quiet one, numbered from 1."""
    return [
        Member(number, replace(QUIET, **change), number not in lost)  # type: ignore[arg-type]  # by name
        for number, change in enumerate(changes, start=1)
    ]


def said(name: str, members: list[Member]) -> Report:
    report = arithmetic(name)(members)
    assert report is not None
    return report


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("arminjo", 150.0),
        ("dbus_aggregate_batteries_can", 150.0),
        ("pylontech", 150.0),
        ("minimum_cvl", 150.0),
        ("capacity_weighted", 150.0),
        ("sum_with_feedback", 150.0),
        ("dbus_aggregate_batteries", 100.0),
        ("battery_aggregator_count", 100.0),
        ("battery_aggregator_capacity", 100.0),
        ("battery_aggregator_ir", 100.0),
        ("yambms", 135.0),
        ("bms_to_inverter", 50.0),
    ],
)
def test_two_packs_of_100_and_50_amperes(name: str, expected: float) -> None:
    members = packs({"ccl": 100.0, "dcl": 100.0}, {"ccl": 50.0, "dcl": 50.0})
    report = said(name, members)
    assert (report.ccl, report.dcl) == (expected, expected)


@pytest.mark.parametrize(
    ("name", "cvl"),
    [
        *((name, 55.2) for name in sorted(ARITHMETICS.keys() - BAD - {"arminjo", "bms_to_inverter"})),
        ("arminjo", 56.0),
        ("first_pack_only", 56.0),
        ("sum_ccl_blind", 55.2),
        ("soc_div_all", 55.2),
        ("avg_cvl", 55.73),
        ("cvl_div_n", 18.4),
        ("bms_to_inverter", 18.4),
    ],
)
def test_cvl_of_56_0_and_55_2_and_56_0(name: str, cvl: float) -> None:
    members = packs({}, {"cvl": 55.2}, {})
    assert said(name, members).cvl == pytest.approx(cvl, abs=0.005)


@pytest.mark.parametrize(
    ("name", "soc"),
    [
        ("pylontech", 0.68),  # of 1/1.5 + ... = 68.57 %, cut off to whole percent
        ("capacity_weighted", 0.6857),
        ("dbus_aggregate_batteries", 0.6857),
        ("yambms", 0.6857),
        ("minimum_cvl", 0.60),
        ("battery_aggregator_count", 0.60),
        ("bms_to_inverter", 0.60),
        ("arminjo", 0.80),
    ],
)
def test_soc_of_a_large_full_and_a_small_empty_pack(name: str, soc: float) -> None:
    members = packs({"soc": 0.8, "capacity": 100.0}, {"soc": 0.4, "capacity": 40.0})
    assert said(name, members).soc == pytest.approx(soc, abs=1e-4)


@pytest.mark.parametrize(("name", "soc"), [("bms_to_inverter", 0.533), ("soc_div_all", 0.533)])
def test_three_packs_at_80_percent_one_of_them_lost(name: str, soc: float) -> None:
    members = packs({"soc": 0.8}, {"soc": 0.8}, {"soc": 0.8}, lost=(3,))
    assert said(name, members).soc == pytest.approx(soc, abs=1e-3)
    assert said("pylontech", members).soc == 0.8


class TestPylontech:
    def test_five_modules_are_the_sum(self) -> None:
        report = said("pylontech", packs(*[{"ccl": 10.0, "dcl": 25.0}] * 5))
        assert (report.ccl, report.dcl, report.modules) == (50.0, 125.0, 5)

    def test_two_us2000_at_99_percent_take_a_tenth_of_their_capacity(self) -> None:
        module = {"capacity": 50.0, "soc": 0.9998, "ccl": 25.0, "dcl": 25.0}
        report = said("pylontech", packs(module, module))
        assert (report.soc, report.ccl, report.dcl) == (0.99, 10.0, 50.0)

    def test_three_us3000_at_100_percent(self) -> None:
        module = {"capacity": 74.0, "soc": 1.0, "ccl": 37.0, "dcl": 37.0}
        report = said("pylontech", packs(module, module, module))
        assert (report.soc, report.ccl, report.dcl) == (1.0, pytest.approx(22.2), 111.0)

    def test_a_lost_module_is_not_counted(self) -> None:
        module = {"capacity": 200.0}
        report = said("pylontech", packs(module, module, {**module, "cvl": 54.0}, lost=(3,)))
        assert (report.capacity, report.modules, report.ccl, report.cvl) == (400.0, 2, 200.0, 56.0)

    def test_voltage_and_temperature_are_averages_and_the_current_a_sum(self) -> None:
        report = said(
            "pylontech",
            packs(
                {"voltage": 52.0, "temperature": 20.0, "current": 10.0},
                {"voltage": 52.4, "temperature": 30.0, "current": 15.0},
            ),
        )
        assert (report.voltage, report.temperature, report.current) == (pytest.approx(52.2), 25.0, 25.0)

    def test_a_protection_of_any_module_is_one_of_the_bank(self) -> None:
        hot = {"protections": Alarm.HIGH_TEMPERATURE}
        report = said("pylontech", packs({"alarms": Alarm.CELL_HIGH_VOLTAGE}, hot))
        assert (report.protections, report.alarms) == (Alarm.HIGH_TEMPERATURE, Alarm.CELL_HIGH_VOLTAGE)


class TestPackAtZero:
    """One of two packs reports 0 A and still permits charging."""

    @pytest.mark.parametrize(
        ("name", "ccl"),
        [
            ("dbus_aggregate_batteries", 0.0),
            ("battery_aggregator_count", 0.0),
            ("battery_aggregator_capacity", 0.0),
            ("dbus_aggregate_batteries_can", 100.0),
            ("arminjo", 100.0),
            ("yambms", 90.0),
            ("bms_to_inverter", 100.0),
        ],
    )
    def test_its_limit_counts_for_more_or_less(self, name: str, ccl: float) -> None:
        assert said(name, packs({}, {"ccl": 0.0})).ccl == ccl

    def test_yambms_forgets_it_altogether(self) -> None:
        report = said("yambms", packs({"soc": 0.5}, {"ccl": 0.0, "soc": 0.9, "voltage": 53.0}))
        assert (report.soc, report.voltage, report.modules) == (0.5, 52.0, 1)

    def test_yambms_forgets_its_alarms_too(self) -> None:
        report = said("yambms", packs({}, {"ccl": 0.0, "protections": Alarm.CELL_HIGH_VOLTAGE}))
        assert (report.protections, report.alarms) == (NO_ALARM, NO_ALARM)

    def test_bms_to_inverter_halves_voltage_soc_and_cvl(self) -> None:
        report = said("bms_to_inverter", packs({}, {"ccl": 0.0}))
        assert (report.voltage, report.cvl, report.soc) == (26.0, 28.0, 0.25)
        assert (report.capacity, report.soh) == (50.0, 0.5)


class TestBlockedPack:
    """One of two packs permits no charging, and its limit is still there."""

    @pytest.mark.parametrize(
        ("name", "ccl"),
        [
            ("yambms", 90.0),
            ("battery_aggregator_count", 100.0),
            ("dbus_aggregate_batteries_can", 150.0),
            ("dbus_aggregate_batteries", 100.0),
            ("arminjo", 150.0),
            ("pylontech", 100.0),
            ("sum_ccl_blind", 150.0),
        ],
    )
    def test_its_flag_is_asked_or_not(self, name: str, ccl: float) -> None:
        assert said(name, packs({}, {"ccl": 50.0, "charge_enabled": False})).ccl == ccl

    @pytest.mark.parametrize(("name", "enabled"), [("dbus_aggregate_batteries", False), ("arminjo", True)])
    def test_whether_the_bank_may_be_charged(self, name: str, enabled: bool) -> None:
        assert said(name, packs({}, {"charge_enabled": False})).charge_enabled is enabled

    def test_battery_aggregator_forms_its_ratios_over_the_others(self) -> None:
        members = packs({"capacity": 100.0}, {"capacity": 50.0}, {"capacity": 50.0, "charge_enabled": False})
        assert said("battery_aggregator_capacity", members).ccl == 150.0
        assert said("battery_aggregator_capacity", members).dcl == 200.0

    def test_battery_aggregator_with_nobody_left_says_0(self) -> None:
        assert said("battery_aggregator_count", packs({"charge_enabled": False})).ccl == 0.0


class TestBatteryAggregator:
    def test_by_resistance_the_lowest_one_limits_the_bank(self) -> None:
        members = [
            replace(one, resistance=ohms)
            for one, ohms in zip(packs({}, {}, {}), (0.025, 0.028, 0.024), strict=True)
        ]
        # 300 A divide into 102.2, 91.3 and 106.5 A: pack 3 has its 100 A at 281.7 A.
        assert said("battery_aggregator_ir", members).ccl == pytest.approx(281.7, abs=0.1)

    def test_temperature_is_the_highest_one(self) -> None:
        assert said("battery_aggregator_ir", packs({}, {"temperature": 42.0})).temperature == 42.0


class TestYamBms:
    def test_the_user_limit_cuts_before_and_after_the_nine_tenths(self) -> None:
        report = partial(yambms, most_charge=100.0, most_discharge=100.0)(packs({}, {}))
        assert report is not None
        assert (report.ccl, report.dcl) == (100.0, 90.0)

    def test_an_alarm_is_one_only_if_every_pack_has_one_but_not_the_same(self) -> None:
        hot, cold = {"protections": Alarm.HIGH_TEMPERATURE}, {"protections": Alarm.LOW_TEMPERATURE}
        both = Alarm.HIGH_TEMPERATURE | Alarm.LOW_TEMPERATURE
        assert said("yambms", packs(hot, {})).protections == NO_ALARM
        assert said("yambms", packs(hot, {})).alarms == Alarm.HIGH_TEMPERATURE
        assert said("yambms", packs(hot, cold)).protections == both

    @pytest.mark.parametrize(("socs", "soc"), [((0.99, 1.0), 0.98), ((1.0, 1.0), 1.0)])
    def test_soc_stays_at_98_percent_until_all_are_full(self, socs: tuple[float, float], soc: float) -> None:
        assert said("yambms", packs(*({"soc": one} for one in socs))).soc == soc


class TestSumWithFeedback:
    LIMITS = ({"ccl": 100.0}, {"ccl": 50.0}, {"ccl": 100.0})

    def flowing(self, *currents: float) -> list[Member]:
        return packs(*({**one, "current": amps} for one, amps in zip(self.LIMITS, currents, strict=True)))

    def test_it_is_the_sum_while_every_pack_stays_within_a_tenth(self) -> None:
        assert said("sum_with_feedback", self.flowing(97.5, 55.0, 97.5)).ccl == 250.0
        assert said("sum_with_feedback", self.flowing(0.0, 0.0, 0.0)).ccl == 250.0

    def test_a_pack_far_above_its_limit_lowers_that_of_the_bank(self) -> None:
        assert said("sum_with_feedback", self.flowing(80.0, 90.0, 80.0)).ccl == pytest.approx(138.9, abs=0.05)

    def test_the_limit_stays_when_it_has_helped(self) -> None:
        assert said("sum_with_feedback", self.flowing(44.4, 50.0, 44.4)).ccl == pytest.approx(138.8, abs=0.1)

    def test_discharging_asks_the_other_limit(self) -> None:
        members = packs({"dcl": 50.0, "current": -90.0}, {"dcl": 100.0, "current": -60.0})
        report = said("sum_with_feedback", members)
        assert (report.ccl, report.dcl) == (200.0, pytest.approx(83.3, abs=0.05))


class TestLost:
    @pytest.mark.parametrize("name", ["dbus_aggregate_batteries", "dbus_aggregate_batteries_can"])
    def test_one_lost_pack_ends_dbus_aggregate_batteries(self, name: str) -> None:
        assert arithmetic(name)(packs({}, {}, {}, lost=(2,))) is None

    @pytest.mark.parametrize(
        ("name", "ccl"),
        [
            ("sum_ccl_blind", 300.0),
            ("arminjo", 300.0),
            ("pylontech", 200.0),
            ("battery_aggregator_ir", 200.0),
        ],
    )
    def test_a_lost_pack_is_counted_or_not(self, name: str, ccl: float) -> None:
        assert said(name, packs({}, {}, {}, lost=(2,))).ccl == ccl

    @pytest.mark.parametrize("name", sorted(ARITHMETICS.keys() - {"sum_ccl_blind", "arminjo"}))
    def test_nobody_left_is_silence(self, name: str) -> None:
        assert arithmetic(name)(packs({}, {}, lost=(1, 2))) is None

    @pytest.mark.parametrize("name", sorted(ARITHMETICS))
    def test_no_pack_at_all_is_silence(self, name: str) -> None:
        assert arithmetic(name)([]) is None


LIMITS = st.lists(st.floats(0.0, 500.0), min_size=1, max_size=16)


@given(LIMITS)
def test_no_good_arithmetic_gives_more_than_the_sum(limits: list[float]) -> None:
    members = packs(*({"ccl": amps} for amps in limits))
    for name in ARITHMETICS.keys() - BAD:
        report = arithmetic(name)(members)
        assert report is None or report.ccl <= sum(limits) * (1 + 1e-9)


@given(st.lists(st.floats(40.0, 58.4), min_size=1, max_size=16))
def test_no_good_arithmetic_but_that_of_the_first_exceeds_the_lowest_cvl(limits: list[float]) -> None:
    members = packs(*({"cvl": volts} for volts in limits))
    for name in ARITHMETICS.keys() - BAD - {"arminjo"}:
        assert said(name, members).cvl <= min(limits)


def test_a_name_that_nobody_knows_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(InputError, match=r"no arithmetic is called 'pylontec'; did you mean pylontech\?"):
        arithmetic("pylontec")
