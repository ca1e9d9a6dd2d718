"""AGG: how the device aggregates what several batteries ask for."""

import pytest

from bmshil.bench import NEAR_FULL, Bench
from bmshil.bench.reactions.floor import judge_never_above, judge_within_limit
from bmshil.bms import Override
from bmshil.dialects import Alarm
from pytest_bmshil import requirement

# What a bank with limits 2 : 1 : 2 (in units of I_ref) may take as a whole, by declared rule.
TOTAL_OF_2_1_2 = {"sum": 5.0, "minimum": 1.0, "n_minimum": 3.0, "average": 5 / 3, "maximum": 2.0}

# Every answer that some device in the field gives to 2 : 1 : 2, in units of I_ref.
ANSWERS_TO_2_1_2 = (1.0, 5 / 3, 2.0, 3.0, 4.0, 5.0)

ORDERS = [(1, 2, 3), (2, 3, 1), (3, 1, 2)]


def declared_total(rule: str) -> float:
    """Limit of the bank by the declared rule, in units of I_ref."""
    if rule not in TOTAL_OF_2_1_2:
        pytest.skip(f"not declared: what the rule '{rule}' makes of different limits")
    return TOTAL_OF_2_1_2[rule]


@requirement(
    "AGG-01",
    "The bank is charged to the lowest CVL that any battery asks for",
    needs=["dc", "charge", "several", "peers", "packs:3"],
    duration="300",
    scenarios=["S74", "S65"],
)
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(map(str, order)))
@pytest.mark.parametrize("low", [1, 2, 3])
def test_lowest_cvl_wins(bench: Bench, unit: float, low: int, order: tuple[int, ...]) -> None:
    high, lowest, mean = bench.levels.high_cvl, bench.levels.low_cvl, bench.levels.mean_cvl
    rule = bench.declares.aggregation.cvl.value
    declared = {"minimum": lowest, "average": mean, "maximum": high}.get(rule)
    bench.prepare(soc=NEAR_FULL)
    bench.bank.order = order
    bench.bank.limit(cvl=high)
    bench.bank[low].limit(cvl=lowest)
    bench.settle_generously()
    start = bench.seconds
    bench.charge(limit=unit / 2)
    reached = bench.until_cv(timeout=600)
    if declared is None:
        bench.judge.characterise(
            reached.voltage, statement=f"Final voltage of a device with the rule '{rule}'"
        )
    else:
        bench.judge.equals(
            reached.voltage,
            declared,
            wrong=[wrong for wrong in (lowest, mean, high) if wrong != declared],
            statement=f"Final voltage with {high:g} V asked for by two packs and {lowest:g} V by pack {low}",
            citation="profile: aggregation.cvl; Sol-Ark V1.3: limits are enforced by the inverter",
        )
        bench.judge.fact(
            bench.observe("constant voltage", reached.in_cv, start),
            statement="The charge ended in constant voltage: the limit was what bound",
        )
    judge_never_above(bench, start, lowest, "Highest voltage of the whole charge against the lowest CVL")


@requirement(
    "AGG-02",
    "The bank is charged with the current that the declared rule makes of all CCLs",
    needs=["dc", "charge", "several", "peers", "packs:3"],
    duration="3 * follow_lag + 60",
    scenarios=["S76"],
)
@pytest.mark.parametrize("low", [1, 2, 3])
def test_charge_current_of_three_packs(bench: Bench, unit: float, low: int) -> None:
    total = declared_total(bench.declares.aggregation.ccl.value)
    bench.bank.limit(ccl=2 * unit)
    bench.bank[low].limit(ccl=unit)
    bench.charge(limit=total * unit)
    bench.settle_generously()
    measured = bench.current()
    bench.judge.equals(
        measured,
        total * unit,
        wrong=[answer * unit for answer in ANSWERS_TO_2_1_2 if answer != total],
        statement=f"Charge current with CCL 2 : 1 : 2 x I_ref, the low one at pack {low}",
        citation="profile: aggregation.ccl",
    )
    judge_within_limit(
        bench,
        bench.current(over=10.0, reduction="max"),
        5 * unit,
        "Charge current against the sum of the CCLs",
    )


@requirement(
    "AGG-03",
    "The bank is discharged with the current that the declared rule makes of all DCLs",
    needs=["dc", "discharge", "several", "peers", "packs:3"],
    duration="3 * follow_lag + 60",
    scenarios=["S76"],
)
@pytest.mark.parametrize("low", [1, 2, 3])
def test_discharge_current_of_three_packs(bench: Bench, unit: float, low: int) -> None:
    total = declared_total(bench.declares.aggregation.dcl.value)
    bench.bank.limit(dcl=2 * unit)
    bench.bank[low].limit(dcl=unit)
    bench.discharge(limit=total * unit)
    bench.settle_generously()
    measured = bench.current()
    bench.judge.equals(
        measured,
        -total * unit,
        wrong=[-answer * unit for answer in ANSWERS_TO_2_1_2 if answer != total],
        statement=f"Battery current with DCL 2 : 1 : 2 x I_ref, the low one at pack {low}",
        citation="profile: aggregation.dcl",
    )
    judge_within_limit(
        bench,
        bench.current(over=10.0, reduction="min"),
        5 * unit,
        "Discharge current against the sum of the DCLs",
        direction="discharge",
    )


@requirement(
    "AGG-04",
    "The SOC that the device works with is made by the declared rule, weighted by capacity where it says so",
    needs=["several", "peers", "packs:3", "readback:soc"],
    duration="3 * follow_lag + 30",
    scenarios=["S79"],
)
@pytest.mark.parametrize("low", [1, 2, 3])
def test_soc_is_weighted_by_capacity(bench: Bench, low: int) -> None:
    shown = {pack.number: 0.40 if pack.number == low else 0.80 for pack in bench.packs}
    for number, soc in shown.items():
        bench.bank[number].faults.on(Override(soc=soc))
    bench.settle_generously()
    capacities = {pack.number: pack.capacity for pack in bench.packs}
    answers = {
        "capacity_weighted": sum(capacities[n] * soc for n, soc in shown.items()) / sum(capacities.values()),
        "average": 2 / 3,
        "minimum": 0.40,
        "maximum": 0.80,
        "first": shown[1],
        "last": shown[3],
    }
    rule = bench.declares.aggregation.soc.value
    if rule not in answers:
        pytest.skip(f"not declared: what the rule '{rule}' makes of different SOCs")
    expected = answers[rule]
    bench.judge.equals(
        bench.ask("soc"),
        expected,
        wrong=[
            answers[name] for name in ("capacity_weighted", "average", "minimum", "maximum") if name != rule
        ],
        tolerance=0.01,
        statement=f"SOC with 80 % at two packs and 40 % at pack {low}",
        citation="profile: aggregation.soc",
    )


@requirement(
    "AGG-05",
    "An alarm of any battery reaches the device",
    needs=["several", "peers", "packs:3", "readback:alarm"],
    duration="3 * follow_lag + 30",
    scenarios=["S29"],
)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_alarm_of_any_pack_is_seen(bench: Bench, number: int) -> None:
    rule = bench.declares.aggregation.alarms.value
    if rule == "ignore":
        pytest.skip("not declared: the device does not look at alarms")
    expected = "raised" if rule == "any" or number == 1 else "none"
    quiet = float(bench.ask("alarm").value)
    bench.bank[number].faults.on(Override(protections=Alarm.HIGH_TEMPERATURE))
    bench.settle_generously()
    raised = float(bench.ask("alarm").value)
    bench.judge.fact(
        bench.observe("the device's alarms before", "none" if quiet == 0 else "raised"),
        "none",
        statement="The device shows no alarm while no pack has one",
    )
    bench.judge.fact(
        bench.observe("the device's alarms", "raised" if raised != 0 else "none"),
        expected,
        statement=f"The device shows the over-temperature protection of pack {number}",
        citation="profile: aggregation.alarms",
    )
