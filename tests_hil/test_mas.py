"""MAS: a master reads the other packs over a link and speaks for all of them."""

from typing import cast

import pytest

from bmshil.bench import NEAR_FULL, Bench, declared_voltage
from bmshil.bench.bus.speech import last_said, require_told
from bmshil.bms import Master
from bmshil.judge import Question
from pytest_bmshil import requirement

A0 = "field article on CAN architectures of several batteries"
A1 = "field article on master and slave BMSs"

# What a master makes of limits 2 : 1 : 2, in units of I_ref, the low one at a slave, of equal packs that
# share the current equally. With feedback the low pack has its limit when that is a third of the current.
TOTAL_OF_2_1_2 = {
    "pylontech": 5.0,
    "minimum_cvl": 5.0,
    "capacity_weighted": 5.0,
    "sum_with_feedback": 3.0,
    "dbus_aggregate_batteries": 3.0,
    "dbus_aggregate_batteries_can": 5.0,
    "battery_aggregator_count": 3.0,
    "battery_aggregator_capacity": 3.0,
    "battery_aggregator_ir": 3.0,
    "yambms": 4.5,
    "bms_to_inverter": 1.0,
    "arminjo": 5.0,
    "avg_cvl": 5.0,
    "soc_div_all": 5.0,
    "sum_ccl_blind": 5.0,
    "first_pack_only": 2.0,
}

# What it makes of the same limit at three packs, and at two after one was lost; None is silence.
THREE_AND_TWO = {
    "sum_ccl_blind": (3.0, 3.0),
    "arminjo": (3.0, 3.0),
    "yambms": (2.7, 1.8),
    "bms_to_inverter": (1.0, 1.0),
    "first_pack_only": (1.0, 1.0),
    "dbus_aggregate_batteries": (3.0, None),
    "dbus_aggregate_batteries_can": (3.0, None),
}

SILENT_WITHOUT_A_SLAVE = [name for name, (_, two) in THREE_AND_TWO.items() if two is None]


def master_of(bench: Bench) -> Master:
    return cast("Master", bench.bank.architecture)


def slaves_of(bench: Bench) -> list[int]:
    """Numbers of all packs but the master's."""
    master = bench.bank.architecture.settings.master
    return [node.number for node in bench.bank if node.number != master]


@requirement(
    "MAS-01",
    "The device moves the current that the master makes of all packs, whichever of them asks for less",
    needs=["dc", "charge", "discharge", "packs:3", "architecture:master"],
    duration="3 * follow_lag + 90",
    scenarios=["S76"],
)
@pytest.mark.parametrize("direction", ["charge", "discharge"])
@pytest.mark.parametrize("low", [2, 3])
def test_current_of_the_whole_bank(bench: Bench, unit: float, low: int, direction: str) -> None:
    rule = master_of(bench).arithmetic
    if rule not in TOTAL_OF_2_1_2:
        pytest.skip(f"not declared: what '{rule}' makes of different limits is no limit that a device takes")
    total = TOTAL_OF_2_1_2[rule]
    sign = 1.0 if direction == "charge" else -1.0
    name = "ccl" if direction == "charge" else "dcl"
    bench.bank.limit(**{name: 2 * unit})
    bench.bank[low].limit(**{name: unit})
    (bench.charge if direction == "charge" else bench.discharge)(limit=total * unit)
    bench.settle_generously()
    require_told(bench, **{name: total * unit})
    start = bench.seconds
    measured = bench.current()
    bench.judge.equals(
        measured,
        sign * total * unit,
        wrong=[
            sign * other * unit for other in {*TOTAL_OF_2_1_2.values(), 5 / 3} if abs(other - total) > 0.6
        ],
        statement=f"Current with limits 2 : 1 : 2 x I_ref, the low one at pack {low}, by '{rule}'",
        citation=f"profile: aggregation.{name}; rig: architecture.arithmetic",
    )
    rating = getattr(bench.declares.rating, f"{direction}_current")
    bench.judge.at_most(
        bench.measure("dc.current", start, reduction="peak"),
        bench.acceptance.current_allowed(5 * unit, rating),
        question=Question.SAFETY,
        statement="Current against the sum of the limits of all packs",
        citation="acceptance: current_over_limit",
    )
    bench.judge.characterise(
        bench.measure(f"pack{low}.current", start - 1.0),
        statement=f"Current of pack {low}, which asks for {unit:.1f} A: limits do not divide a current",
        citation=A0,
    )


@requirement(
    "MAS-02",
    "The bank is charged to the lowest CVL of its packs, whichever of them asks for it",
    needs=["dc", "charge", "packs:3", "architecture:master"],
    duration="300",
    scenarios=["S74"],
)
@pytest.mark.parametrize("low", [1, 2, 3])
def test_lowest_cvl_of_the_whole_bank(bench: Bench, unit: float, low: int) -> None:
    master = master_of(bench)
    high, lowest, mean = bench.levels.high_cvl, bench.levels.low_cvl, bench.levels.mean_cvl
    bench.prepare(soc=NEAR_FULL)
    bench.bank.limit(cvl=high)
    bench.bank[low].limit(cvl=lowest)
    bench.settle_generously()
    require_told(bench, cvl=lowest)
    start = bench.seconds
    bench.charge(limit=unit / 2)
    reached = bench.until_cv(timeout=600)
    bench.judge.equals(
        reached.voltage,
        declared_voltage(bench, lowest),
        wrong=[declared_voltage(bench, other) for other in (mean, high)],
        statement=f"Final voltage with {high:g} V asked for by two packs and {lowest:g} V by pack {low}, "
        f"by '{master.arithmetic}'",
        citation=f"{A0}: always the minimum",
    )
    bench.judge.fact(
        bench.observe("constant voltage", reached.in_cv, start),
        statement="The charge ended in constant voltage: the limit was what bound",
    )
    bench.judge.at_most(
        bench.measure("dc.voltage", start, reduction="max"),
        lowest,
        tolerance=bench.acceptance.voltage_over_cvl,
        question=Question.SAFETY,
        statement="Highest voltage of the whole charge against the lowest CVL of a pack",
        citation="acceptance: voltage_over_cvl",
    )


@requirement(
    "MAS-03",
    "A slave that is silent on the link for its time-out no longer counts, and counts again when it is back",
    subject="bank",
    silent_device=True,
    needs=["packs:3", "architecture:master"],
    duration="60",
    scenarios=["S68", "S70", "S71"],
)
@pytest.mark.parametrize("place", [0, 1])
def test_the_master_loses_a_slave(bench: Bench, place: int) -> None:
    master = master_of(bench)
    lost = slaves_of(bench)[place]
    timeout = master.settings.link.timeout
    if master.arithmetic in SILENT_WITHOUT_A_SLAVE:
        pytest.skip(f"not declared: '{master.arithmetic}' falls silent without a slave, see MAS-05")
    high, low = bench.levels.high_cvl, bench.levels.low_cvl
    bench.bank.limit(cvl=high)
    bench.bank[lost].limit(cvl=low)
    bench.run(5.0)  # the bank stands at 60 %
    whole = sum(pack.capacity for pack in bench.packs)
    rest = whole - bench.packs[lost].capacity
    speaker = bench.bank[master.settings.master]

    def capacity(expected: float, when: str) -> None:
        bench.judge.equals(
            bench.figure("bank.capacity", speaker.report.capacity, "Ah", how="told"),
            expected,
            tolerance=0.5,
            statement=f"Capacity that the master knows {when}",
            citation=f"{A0}: 600 Ah become 400 Ah",
        )

    capacity(whole, "with all packs")
    start = bench.seconds
    master.lose(lost)
    gone = bench.until(lambda: lost not in master.present, timeout + 5.0)
    bench.judge.fact(bench.observe(f"pack{lost} counts", not gone), expected=False, statement="It is missed")
    bench.judge.between(
        bench.elapsed("slave missed", start),
        timeout - 1.0,
        timeout + 1.0,
        statement="Time from the broken link until the master counts the slave as lost",
        citation="rig: architecture.link.timeout",
    )
    capacity(rest, "without the slave")
    said = last_said(bench)
    for name, value, expected, wrong, unit in (
        ("modules", said.get("modules", 2), 2.0, 3.0, "1"),
        ("cvl", said["cvl"], high, low, "V"),
        ("soc", said["soc"], 0.60, 0.40, "1"),
    ):
        bench.judge.equals(
            bench.figure(f"bank.{name}", float(value), unit, how="told"),
            expected,
            wrong=[wrong],
            tolerance=0.05,
            statement=f"What the bus is told without the slave: {name}",
        )
    master.restore(lost)
    bench.run(5.0)
    capacity(whole, "with the slave back")


@requirement(
    "MAS-04",
    "When the master has lost a slave the device charges with what is left, and with all when it is back",
    needs=["dc", "charge", "packs:3", "architecture:master"],
    duration="6 * follow_lag + 90",
    scenarios=["S68", "S70", "S71"],
)
@pytest.mark.parametrize("place", [0, 1])
def test_the_device_goes_on_without_a_slave(bench: Bench, unit: float, place: int) -> None:
    master = master_of(bench)
    three, two = THREE_AND_TWO.get(master.arithmetic, (3.0, 2.0))
    if two is None:
        pytest.skip(f"not declared: '{master.arithmetic}' falls silent without a slave, see MAS-05")
    lost = slaves_of(bench)[place]
    bench.bank.limit(ccl=unit)
    bench.charge(limit=three * unit)
    bench.settle_generously()
    bench.judge.equals(bench.current(), three * unit, statement="Charge current with all three packs")
    master.lose(lost)
    bench.run(master.settings.link.timeout + bench.followed_at_the_latest)
    require_told(bench, ccl=two * unit)
    measured = bench.current()
    bench.judge.equals(
        measured,
        two * unit,
        wrong=[other * unit for other in (0.0, 1.0, 2.0, 3.0) if abs(other - two) > 0.5],
        statement=f"Charge current after the link to pack {lost} was broken",
        citation=f"{A0}: CVL and CCL reflect the packs that are left",
    )
    bench.judge.at_most(
        measured,
        bench.acceptance.current_allowed(2 * unit, bench.declares.rating.charge_current),
        question=Question.SAFETY,
        statement="Charge current against the limits of the packs that the master still knows",
        citation="acceptance: current_over_limit",
    )
    master.restore(lost)
    bench.run(5.0)
    bench.settle_generously()
    require_told(bench, ccl=three * unit)
    bench.judge.equals(
        bench.current(),
        three * unit,
        wrong=[0.0, *([two * unit] if two != three else [])],
        statement=f"Charge current after pack {lost} is back",
    )
