"""MAS: what each arithmetic of the field says on the bus, and what the bad ones make the device do."""

from typing import cast

import pytest

from bmshil.bench import NEAR_FULL, Bench
from bmshil.bench.bus.speech import TOLD_WITHIN, last_said
from bmshil.bms import Master
from bmshil.judge import Question
from pytest_bmshil import requirement

# CCL in units of I_ref of packs that say 2 : 1 : 2, and CVL of packs that say high, low, high; pack 2 is the
# careful one, and nothing flows.
SAYS = {
    "pylontech": (5.0, "low"),
    "minimum_cvl": (5.0, "low"),
    "capacity_weighted": (5.0, "low"),
    "sum_with_feedback": (5.0, "low"),
    "dbus_aggregate_batteries": (3.0, "low"),
    "dbus_aggregate_batteries_can": (5.0, "low"),
    "battery_aggregator_count": (3.0, "low"),
    "battery_aggregator_capacity": (3.0, "low"),
    "battery_aggregator_ir": (3.0, "low"),
    "yambms": (4.5, "low"),
    "bms_to_inverter": (1.0, "third"),
    "arminjo": (5.0, "high"),
    "avg_cvl": (5.0, "mean"),
    "cvl_div_n": (5.0, "third"),
    "soc_div_all": (5.0, "low"),
    "first_pack_only": (2.0, "high"),
    "sum_ccl_blind": (5.0, "low"),
}

LOWEST = "field article on CAN architectures of several batteries: always the minimum"
SOURCES = "sources of the aggregators; field article on CAN architectures of several batteries"


def with_arithmetic(bench: Bench, name: str) -> Master:
    """The master, combining its packs in another way until the next test."""
    master = cast("Master", bench.bank.architecture)
    master.arithmetic = name
    return master


@requirement(
    "MAS-09",
    "What a master says on the bus is what its arithmetic makes of the packs",
    subject="bank",
    silent_device=True,
    needs=["packs:3", "architecture:master"],
    duration="20",
)
@pytest.mark.parametrize("name", sorted(SAYS))
def test_what_a_master_says(bench: Bench, unit: float, name: str) -> None:
    with_arithmetic(bench, name)
    high, low = bench.levels.high_cvl, bench.levels.low_cvl
    total, which = SAYS[name]
    bench.bank.limit(ccl=2 * unit, cvl=high)
    bench.bank[2].limit(ccl=unit, cvl=low)
    bench.run(4.0)
    said = last_said(bench)
    bench.judge.equals(
        bench.figure("bank.ccl", said["ccl"], "A", how="told"),
        total * unit,
        tolerance=0.3,
        wrong=[other * unit for other in (1.0, 5 / 3, 2.0, 3.0, 4.5, 5.0) if other != total],
        statement=f"CCL on the bus by '{name}', of packs that say 2 : 1 : 2 x I_ref",
        citation=SOURCES,
    )
    volts = {"high": high, "low": low, "mean": bench.levels.mean_cvl, "third": low / 3}
    bench.judge.equals(
        bench.figure("bank.cvl", said["cvl"], "V", how="told"),
        volts[which],
        tolerance=0.06,
        wrong=[one for label, one in volts.items() if label != which],
        statement=f"CVL on the bus by '{name}', of packs that say {high:g}, {low:g}, {high:g} V",
        citation=SOURCES,
    )


@requirement(
    "MAS-10",
    "A master with a wrong arithmetic is seen by what the device does",
    subject="bank",
    needs=["dc", "charge", "packs:3", "architecture:master"],
    duration="300",
    scenarios=["S74"],
)
def test_average_cvl_overcharges_a_pack(bench: Bench, unit: float) -> None:
    with_arithmetic(bench, "avg_cvl")
    high, low, mean = bench.levels.high_cvl, bench.levels.low_cvl, bench.levels.mean_cvl
    bench.prepare(soc=NEAR_FULL)
    with_arithmetic(bench, "avg_cvl")
    bench.bank.limit(cvl=high)
    bench.bank[2].limit(cvl=low)
    bench.settle_generously()
    bench.charge(limit=unit / 2)
    bench.judge.equals(
        bench.until_cv(timeout=600).voltage,
        mean,
        wrong=[low, high],
        statement=f"Final voltage by the average of the CVLs: above the {low:g} V that pack 2 asks for",
        citation="field article on CAN architectures of several batteries: 55.7 V, and cells at 3.58 V",
    )


@requirement(
    "MAS-10",
    "A master with a wrong arithmetic is seen by what the device does",
    subject="bank",
    needs=["dc", "charge", "packs:3", "architecture:master"],
    duration="3 * follow_lag + 60",
    scenarios=["S65", "S74"],
)
def test_first_pack_only_overloads_or_wastes_the_others(bench: Bench, unit: float) -> None:
    with_arithmetic(bench, "first_pack_only")
    bench.bank.limit(ccl=unit)
    bench.bank[1].limit(ccl=2 * unit)
    bench.charge(limit=4 * unit)
    bench.settle_generously()
    bench.judge.equals(
        bench.current(),
        2 * unit,
        wrong=[unit, 4 * unit],
        statement="Charge current by the first pack alone, of packs that say 2 : 1 : 1 x I_ref",
        citation=SOURCES,
    )


@requirement(
    "MAS-10",
    "A master with a wrong arithmetic is seen by what the device does",
    subject="bank",
    needs=["dc", "charge", "packs:3", "architecture:master"],
    duration="5 * follow_lag + 60",
    scenarios=["S68"],
)
def test_blind_sum_counts_on_a_lost_pack(bench: Bench, unit: float) -> None:
    master = with_arithmetic(bench, "sum_ccl_blind")
    bench.bank.limit(ccl=unit)
    bench.charge(limit=3 * unit)
    bench.settle_generously()
    master.lose(3)
    bench.run(master.settings.link.timeout + bench.followed_at_the_latest)
    bench.judge.equals(
        bench.current(),
        3 * unit,
        wrong=[2 * unit],
        statement="Charge current by the blind sum, with one of three packs lost: the others get its share",
        citation="Louisvdw/dbus-serialbattery issue 1024",
    )


@requirement(
    "MAS-10",
    "A master with a wrong arithmetic is seen by what the device does",
    subject="bank",
    needs=["packs:3", "architecture:master", "readback:soc"],
    duration="60",
)
def test_soc_over_all_packs_falls_with_a_lost_one(bench: Bench) -> None:
    bench.prepare(soc=0.80)
    master = with_arithmetic(bench, "soc_div_all")
    master.lose(3)
    bench.run(master.settings.link.timeout + bench.followed_at_the_latest)
    bench.judge.equals(
        bench.ask("soc"),
        0.533,
        wrong=[0.80],
        tolerance=0.01,
        statement="SOC that the device works with: three packs at 80 %, one of them lost",
        citation="ai-republic/bms-to-inverter at 59ac882",
    )


@requirement(
    "MAS-10",
    "A master with a wrong arithmetic is seen by what the device does",
    subject="bank",
    needs=["dc", "charge", "packs:3", "architecture:master"],
    duration="3 * follow_lag + 60",
)
def test_divided_cvl_is_none_that_a_device_could_charge_to(bench: Bench, unit: float) -> None:
    with_arithmetic(bench, "cvl_div_n")
    bench.bank.limit(cvl=bench.levels.high_cvl, ccl=unit)
    bench.run(4.0)
    said = last_said(bench)
    bench.judge.at_most(
        bench.figure("bank.cvl", said["cvl"], "V", how="told"),
        bench.declares.rating.voltage[0],
        statement="CVL on the bus: below the lowest voltage that the device is made for",
        citation="profile: rating.voltage; ai-republic/bms-to-inverter at 59ac882",
    )
    bench.power.start_charge()
    bench.settle_generously()
    bench.judge.characterise(
        bench.current(), statement="Charge current of a device that is told a CVL it cannot mean"
    )


@requirement(
    "MAS-11",
    "A master never tells a CVL above the lowest of its packs, whichever of them asks for it",
    subject="bank",
    silent_device=True,
    needs=["packs:3", "architecture:master"],
    duration="20",
    scenarios=["S74"],
)
@pytest.mark.parametrize("low", [1, 2, 3])
def test_the_master_tells_the_lowest_cvl_of_all(bench: Bench, low: int) -> None:
    high, lowest, mean = bench.levels.high_cvl, bench.levels.low_cvl, bench.levels.mean_cvl
    bench.bank.limit(cvl=high)
    bench.bank[low].limit(cvl=lowest)
    bench.run(4.0)
    told = bench.figure("bank.cvl", last_said(bench)["cvl"], "V", how="told")
    statement = f"CVL on the bus, of packs that say {high:g} V and of pack {low} that says {lowest:g} V"
    bench.judge.equals(
        told,
        lowest,
        tolerance=TOLD_WITHIN,
        wrong=[mean, high, lowest / 3],
        statement=statement,
        citation=LOWEST,
    )
    bench.judge.at_most(
        told,
        lowest,
        tolerance=bench.acceptance.voltage_over_cvl,
        question=Question.SAFETY,
        statement=statement,
        citation="acceptance: voltage_over_cvl",
    )
