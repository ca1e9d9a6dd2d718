"""DIV: packs that drift apart, and a bank that grows."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bmshil.battery import CellSpread
from bmshil.bench import NEAR_FULL
from bmshil.bench.checks.expansion import bank_current, check_expansion
from bmshil.bms import Override, Threshold
from bmshil.bms.architectures.master import Master
from bmshil.bms.divergence_watch import DivergenceWatch
from bmshil.errors import Blocked
from bmshil.judge import Question
from pytest_bmshil import requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench import Bench

A0 = "field article on CAN architectures of several batteries"

AHEAD = 0.005
"""How far the highest cell is ahead, of SOC: at 55.2 V it stands at 3.55 V, at the average of 55.73 V at
3.58 V and at 56.0 V at 3.60 V, as the article has it."""

TRIP_ABOVE = 0.12
"""V over the mean cell at the lowest CVL at which the pack with that cell opens: 3.57 V on 16 cells."""

TO_FILL = 0.008
"""What the bank is given time for, of its capacity, with a minute more: then it is in constant voltage, and
no drop on a resistance hides what the cells have."""

TIMES_PACKS = {"sum": True, "n_minimum": True, "minimum": False, "maximum": False, "average": False}
"""Whether a device with this rule takes the limit of a pack times the number of packs."""


@contextmanager
def cell_ahead(bench: Bench, number: int) -> Iterator[None]:
    """Let one cell of a pack run ahead, with a protection between the right CVL and the wrong ones."""
    settings, pack = bench.bank.settings, bench.packs[number]
    spread = pack.spread
    trip = bench.levels.low_cvl / pack.module.cells + TRIP_ABOVE
    pack.spread = CellSpread(voltage=0.0, soc=AHEAD)
    bench.bank.settings = replace(
        settings,
        thresholds=replace(settings.thresholds, cell_high=Threshold(trip, trip - 0.2, delay=2.0)),
    )
    try:
        yield
    finally:
        pack.spread = spread
        bench.bank.settings = settings


def charge_with_a_cell_ahead(bench: Bench, unit: float, ahead: int) -> tuple[bool, float]:
    """Charge a nearly full bank; say whether pack ``ahead`` stayed connected, and its highest cell, V."""
    pack, highest = bench.packs[ahead], 0.0
    enough = 60.0 + 3600.0 * TO_FILL * sum(one.capacity for one in bench.packs) / (2 * unit)
    with cell_ahead(bench, ahead):
        bench.bank.limit(cvl=bench.levels.high_cvl)
        bench.bank[ahead].limit(cvl=bench.levels.low_cvl)
        bench.settle_generously()
        bench.charge(limit=2 * unit)

        def opened() -> bool:
            nonlocal highest
            highest = max(highest, pack.cell_max)
            return not pack.connected

        bench.until(opened, enough)
        return pack.connected, highest


@requirement(
    "DIV-01",
    "States of charge 5 % and 10 % apart are warned of, by what the packs report",
    subject="bank",
    needs=["packs:3"],
    duration="60",
)
@pytest.mark.parametrize("ahead", [1, 2, 3], ids="pack{}".format)
def test_packs_that_drift_apart_are_warned_of(bench: Bench, ahead: int) -> None:
    watch = DivergenceWatch(bench.bank, bench.timeline, bench.journal)
    try:
        for others, level in ((0.86, "none"), (0.82, "5 %"), (0.80, "5 %"), (0.79, "10 %"), (0.87, "none")):
            for node in bench.bank:
                node.faults.on(Override(soc=0.89 if node.number == ahead else others))
            bench.run(3.0)
            told = {0.0: "none", 0.05: "5 %", 0.10: "10 %"}[watch.level]
            bench.judge.fact(
                bench.observe("warning", told),
                level,
                statement=f"Warning with 89 % told by pack {ahead} and {100 * others:.0f} % by the others",
                citation=f"{A0}: 87, 82 and 89 % are meaningful; act at 5 %",
            )
    finally:
        watch.cancel()


@requirement(
    "DIV-02",
    "The device acts on the pack that is ahead: where limits are passed on, no protection ever opens",
    needs=["dc", "charge", "several", "peers", "packs:3"],
    duration="3 * follow_lag + 660",
    scenarios=["S74"],
)
@pytest.mark.parametrize("ahead", [1, 2, 3], ids="pack{}".format)
def test_the_pack_that_is_ahead_stays_connected(bench: Bench, unit: float, ahead: int) -> None:
    bench.prepare(soc=NEAR_FULL)
    start = bench.seconds
    connected, highest = charge_with_a_cell_ahead(bench, unit, ahead)
    bench.judge.fact(
        bench.observe(f"contactor of pack {ahead}", "closed" if connected else "opened", start),
        "closed",
        question=Question.SAFETY,
        statement=f"Pack {ahead}, whose highest cell is ahead and asks for less, is not driven off the bank",
        citation=f"{A0}: use the lowest CVL; battery 2 opened after months of another one",
    )
    bench.judge.characterise(
        bench.figure(f"pack{ahead}.cell_max", highest, "V", how="highest", start=start),
        statement=f"Highest cell of pack {ahead} during the charge",
    )


@requirement(
    "DIV-03",
    "A master passes the lowest CVL on, so that no protection opens; one that averages drives a pack off",
    subject="bank",
    needs=["dc", "charge", "packs:3", "architecture:master"],
    duration="3 * follow_lag + 660",
    scenarios=["S74"],
)
@pytest.mark.parametrize(
    ("arithmetic", "expected"),
    [(None, "closed"), ("avg_cvl", "opened"), ("first_pack_only", "opened")],
    ids=["its own", "avg_cvl", "first_pack_only"],
)
def test_a_master_protects_the_pack_that_is_ahead(
    bench: Bench, unit: float, arithmetic: str | None, expected: str
) -> None:
    bank = bench.bank.architecture
    if not isinstance(bank, Master):
        raise Blocked(f"the bank is arranged as {bank.settings.kind}, and has no master's arithmetic")
    bench.prepare(soc=NEAR_FULL)
    start = bench.seconds
    if arithmetic is not None:
        bank.arithmetic = arithmetic  # the next baseline puts its own back
    connected, highest = charge_with_a_cell_ahead(bench, unit, ahead=2)
    bench.judge.fact(
        bench.observe("contactor of pack 2", "closed" if connected else "opened", start),
        expected,
        statement=f"Pack 2, whose highest cell is ahead, behind a master with {arithmetic or 'its own'} "
        f"arithmetic; that cell reached {highest:.3f} V",
        citation=f"{A0}: averaging 56.0, 55.2 and 56.0 V forces cells to 3.58 V",
    )


@requirement(
    "DIV-04",
    "A bank grows from two packs to three and to five while the device runs: every pack that joins counts",
    needs=["dc", "charge", "dynamic", "peers", "packs:5"],
    duration="3 * timeouts.pack + 12 * follow_lag + 300",
    scenarios=["S71"],
)
def test_a_bank_grows(bench: Bench, unit: float) -> None:
    rule = bench.declares.aggregation.ccl.value
    if rule not in TIMES_PACKS:
        pytest.skip(f"not declared: what a device with the rule '{rule}' makes of more packs")
    newcomers = (3, 4, 5)
    for number in newcomers:
        bench.bank[number].disconnect(silent=True)
    bench.run(bench.pack_timeout + bench.following)
    bench.bank.limit(ccl=unit)
    bench.charge(limit=2 * unit if TIMES_PACKS[rule] else unit)
    bench.settle_generously()
    judge_packs(bench, unit, 2, rule)
    # One that has not been matched is refused by its own BMS, and the device is offered nothing more.
    soc = bench.packs[1].soc
    bench.packs[3].soc = soc - 0.10
    bench.bank[3].connect()
    bench.run(bench.declares.recovery.communication)
    bench.settle_generously()
    bench.judge.fact(
        bench.observe("pack3 joined", bench.packs[3].connected),
        expected=False,
        statement="A new pack 10 % below the bank stays open",
        citation="field article on wiring Pylontech modules in parallel: within 2 %",
    )
    if rule == "sum":
        judge_packs(bench, unit, 2, rule)
    for count, added in ((3, (3,)), (5, (4, 5))):
        for number in added:
            bench.packs[number].soc = bench.packs[1].soc
            bench.bank[number].connect()
        bench.run(bench.declares.recovery.communication)
        bench.settle_generously()
        judge_packs(bench, unit, count, rule)


def judge_packs(bench: Bench, unit: float, count: int, rule: str) -> None:
    """Judge that the device charges with what so many packs allow together."""
    expected = count * unit if TIMES_PACKS[rule] else unit
    bench.judge.equals(
        bench.current(),
        expected,
        wrong=[wrong * unit for wrong in (0, 1, 2, 3, 5) if wrong * unit != expected],
        statement=f"Charge current with {count} packs of 1 x I_ref each",
        citation="profile: aggregation.ccl, module_count; S71",
    )


@requirement(
    "DIV-05",
    "The terminator moves to the new end of the cable: 60 ohm before, 120 ohm in between, 60 ohm after",
    subject="rig",
    needs=["ohmmeter", "can_term"],
    wiring=True,
    duration="15",
    scenarios=["S89"],
)
@pytest.mark.parametrize(
    ("step", "joined", "ohms"),
    [
        ("before, at the inverter and at battery 2", ("can_term_a", "can_term_b"), 60.0),
        ("with the one of battery 2 taken away", ("can_term_a",), 120.0),
        ("after, at the inverter and at battery 3", ("can_term_a", "can_term_b"), 60.0),
    ],
    ids=["before", "between", "after"],
)
def test_the_terminator_moves(bench: Bench, step: str, joined: tuple[str, ...], ohms: float) -> None:
    with bench.wire.joined(*joined):
        measured = bench.wire.measure()
    bench.judge.equals(
        measured,
        ohms,
        tolerance=ohms / 12,
        wrong=[40.0 if ohms == 60.0 else 60.0],
        statement=f"Resistance between CAN-H and CAN-L, terminators {step}",
        citation=f"{A0}: adding battery 3 means moving the terminator from battery 2; 60 +- 5 ohm",
    )


@requirement(
    "DIV-06",
    "What the packs of a bank that has grown may take together is compared with the device's rating",
    subject="rig",
    needs=["packs:5"],
    duration="5",
)
def test_the_rating_against_the_bank(bench: Bench) -> None:
    finding = check_expansion(bench.rig)
    bench.judge.characterise(
        bench.figure("bank current", bank_current(bench.rig), "A", how="0.5 C of all packs"),
        statement=f"{finding.found}{f'; {finding.remedy}' if finding.remedy else ''}",
        citation=f"{A0}: five packs of 200 Ah at 0.5 C are 500 A: inverter, breaker and cables",
    )
