"""STA: switching on in order, an inrush when it is not, and the ritual that brings a bank back."""

from typing import Any

import pytest

from bmshil.bench import Bench
from bmshil.bench.reactions.floor import judge_no_current, judge_within_limit
from bmshil.bench.reactions.start_up import StartUp
from bmshil.errors import Blocked
from pytest_bmshil import requirement

# What a device may charge with while one, two, three packs of 1 x I_ref run, in units of I_ref.
RUNNING_1_2_3 = {
    "sum": (1.0, 2.0, 3.0),
    "minimum": (1.0, 1.0, 1.0),
    "maximum": (1.0, 1.0, 1.0),
    "average": (1.0, 1.0, 1.0),
    "n_minimum": (1.0, 2.0, 3.0),
}

A2 = "field article on wiring Pylontech modules in parallel"
INPUT = "SMA FSS-ConnectingBat-TI-en-10: input of 48 000 uF, pre-charge below 50 ohm"


@requirement(
    "STA-01",
    "Before a battery has told its limits the device does not charge; afterwards it does",
    needs=["dc", "charge", "relays"],
    duration="boot + 2 * follow_lag + recovery.power + 120",
)
def test_nothing_flows_before_a_battery_has_spoken(bench: Bench, unit: float) -> None:
    bench.bank.limit(ccl=unit)
    with bench.bank.silence():
        bench.power_cycle()
        bench.power.start_charge()
        bench.stimulus("power on, and no battery speaks")
        start = bench.seconds
        bench.run(bench.start_up + bench.acceptance.zero_hold)
        unasked = bench.measure("dc.current", start, reduction="max")
    bench.judge.at_most(
        unasked,
        bench.declares.accuracy.current,
        statement="Charge current of a device that has power, a source, and no limits yet",
        citation=f"{A2}: the batteries run before the inverter",
    )
    judge_no_current(bench, unasked, "Charge current before any limit was heard")
    bench.stimulus("the batteries speak")
    begins = bench.until(
        lambda: bench.control.current >= unit / 2, bench.declares.recovery.power + bench.following + 30.0
    )
    bench.judge.fact(
        bench.observe("charging", begins),
        statement="It charges once the batteries have told their limits",
        citation="profile: recovery.power",
    )


@requirement(
    "STA-02",
    "While packs start one by one only those that run count; a device for a fixed number waits for all",
    needs=["dc", "charge", "relays", "several", "peers", "packs:3"],
    duration="boot + 9 * follow_lag + 3 * recovery.communication + 120",
)
@pytest.mark.parametrize("master", [1, 2, 3])
def test_only_packs_that_run_count(bench: Bench, unit: float, master: int) -> None:
    rule = bench.declares.aggregation.ccl.value
    if rule not in RUNNING_1_2_3:
        pytest.skip(f"not declared: what a device with the rule '{rule}' makes of packs that start")
    fixed = bench.declares.module_count == "fixed"
    stay = bench.declares.recovery.communication + 2 * bench.following + 5.0
    start_up = StartUp(bench, master=master, gap=bench.start_up + stay + 10.0)
    bench.bank.limit(ccl=unit)
    bench.charge(limit=RUNNING_1_2_3[rule][-1] * unit)  # with all of them running, the limit binds
    bench.idle()
    start_up.shut_down()
    start_up.power_on()
    bench.power.start_charge()
    bench.run(bench.start_up)
    for running, units in enumerate(RUNNING_1_2_3[rule], start=1):
        wait_for_packs(bench, running, start_up.hands.gap + 5.0)
        bench.run(stay)
        measured = bench.current()
        expected = 0.0 if fixed and running < len(bench.bank) else units * unit
        bench.judge.equals(
            measured,
            expected,
            wrong=[wrong for wrong in (0.0, unit, 2 * unit, 3 * unit) if wrong != expected],
            statement=f"Charge current with {running} of 3 packs running, pack {master} being the first",
            citation=f"{A2}: the others power on one by one; profile: module_count, aggregation.ccl",
        )
        judge_within_limit(
            bench,
            measured,
            running * unit,
            f"Charge current against the limits of the {running} packs that run",
        )


def wait_for_packs(bench: Bench, number: int, timeout: float) -> None:
    """Wait until so many nodes speak."""
    if not bench.until(lambda: sum(node.on_air for node in bench.bank) == number, timeout):
        raise Blocked(f"not {number} packs speak within {timeout:g} s: the bank does not start")


@requirement(
    "STA-03",
    "The bench pre-charges: less than 1 V across dc_main when it closes, and no inrush that a pack would see",
    subject="rig",
    needs=["dc", "relays"],
    duration="boot + 60",
)
def test_the_bench_energises_in_order(bench: Bench) -> None:
    start_up = StartUp(bench)
    start_up.shut_down()
    empty = bench.meter.voltage()
    start = bench.seconds
    start_up.power_on()
    bench.judge.at_most(
        bench.figure("dc.voltage", empty, "V", how="read"),
        5.0,
        statement="Voltage of the device before: empty capacitors, so that there is something to pre-charge",
    )
    difference = start_up.difference(start)
    bench.judge.at_most(
        difference, 1.0, statement="Voltage across dc_main when it closes", citation="design: energising"
    )
    bench.judge.at_most(
        start_up.inrush(difference),
        300.0,
        statement="Peak into the capacitors, from that voltage and the resistances of bank and cable",
        citation="EG4 LL-S manual: short circuit above 300 A for a pack of 100 Ah",
    )
    start_up.wait(30.0)
    bench.judge.fact(
        start_up.stages(), "run", statement="All packs run afterwards: none has tripped", citation=A2
    )


@requirement(
    "STA-04",
    "When the pre-charge is skipped the packs' over-current protection trips, and stays tripped",
    subject="bank",
    needs=["dc", "relays", "hazard"],
    duration="180",
)
def test_a_skipped_pre_charge_trips_the_bank(bench: Bench) -> None:
    start_up = StartUp(bench)
    start_up.shut_down()
    start = bench.seconds
    inrush = start_up.close_breaker_late()
    peak = bench.figure("inrush.peak", inrush.peak, "A", how="V / R", start=start)
    bench.judge.at_least(
        peak,
        300.0 * len(bench.bank),
        statement="Peak of the inrush: a pack of 100 Ah calls more than 300 A a short circuit",
        citation=f"EG4 LL-S manual; {INPUT}",
    )
    bench.judge.characterise(
        bench.figure("inrush.time_constant", inrush.time_constant, "s", how="R x C", start=start),
        statement="Time constant of the inrush, R x C. The field article says 20 to 50 ms",
        citation=INPUT,
    )
    bench.judge.fact(start_up.stages(), "latched", statement="Every pack has tripped", citation=A2)
    with bench.bank.silence():  # nobody is there to acknowledge: the device is off
        bench.timeline.run(120.0)
    bench.judge.fact(
        start_up.stages(),
        "latched",
        statement="Two minutes later nothing has come back by itself",
        citation=A2,
    )
    start_up.shut_down()
    bench.judge.fact(
        bench.observe("pre-charge begins", start_up.power_on()),
        expected=False,
        statement="Off, on and START do not bring the bank back",
        citation=A2,
    )


@requirement(
    "STA-05",
    "A latched bank comes back by the reset ritual alone: off, positive disconnected, 5 minutes",
    subject="bank",
    needs=["dc", "relays", "hazard"],
    duration="boot + 700",
)
@pytest.mark.parametrize(
    ("ritual", "back"),
    [
        ({}, True),
        ({"seconds": 240.0}, False),
        ({"cable": False}, False),
        ({"switch": False}, False),
    ],
    ids=["whole", "4 minutes", "cable left on", "switches left on"],
)
def test_the_reset_ritual(bench: Bench, ritual: dict[str, Any], back: bool) -> None:
    start_up = StartUp(bench)
    start_up.shut_down()
    start_up.close_breaker_late()
    with bench.bank.silence():  # nobody is there to acknowledge: the device is off
        start_up.reset_ritual(**ritual)
    bench.judge.fact(
        bench.observe("pre-charge begins", start_up.power_on()),
        expected=back,
        statement="START on the master begins the pre-charge",
        citation=f"{A2}: turn off, disconnect the positive, wait 5 minutes, reconnect, repeat",
    )
    start_up.wait(30.0)
    bench.judge.fact(
        start_up.stages(),
        "run" if back else "latched",
        statement="What the packs do then",
        citation=A2,
    )
