"""COL: packs behind a collector, which chooses one of them or adds them up."""

from typing import cast

import pytest

from bmshil.bench import Bench
from bmshil.bench.reactions.speaker_lost import judge_lost_speaker, require_charge_back
from bmshil.bms import Collector, Silence
from bmshil.errors import Blocked
from pytest_bmshil import requirement

SYSTEMCALC = "victronenergy/dbus-systemcalc-py: dvcc.py, batteryservice.py"


def collector(bench: Bench, *, adds_up: bool) -> Collector:
    """The collector of the bench; a test for the other kind is skipped."""
    found = cast("Collector", bench.bank.architecture)
    if (bench.rig.architecture.chooses == "all") != adds_up:
        pytest.skip(f"not observable: the collector of this rig goes by '{bench.rig.architecture.chooses}'")
    return found


def until_forgotten(bench: Bench) -> None:
    """Wait until the collector no longer counts a pack that has just fallen silent, and longer."""
    bench.run(bench.rig.architecture.link.timeout + 2 * bench.bank[1].period)
    bench.settle_generously()


@requirement(
    "COL-01",
    "A pack that leaves a collector takes its capacity and its share of the limits with it, and nothing else",
    needs=["dc", "charge", "packs:3", "architecture:collector"],
    duration="6 * follow_lag + 60",
    scenarios=["S70"],
)
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_pack_leaves_the_collector(bench: Bench, unit: float, lost: int) -> None:
    collector(bench, adds_up=True)
    bench.bank.limit(ccl=unit)
    bench.charge(limit=3 * unit)
    bench.settle_generously()
    (before,) = bench.bank.architecture.said
    bench.judge.equals(
        bench.current(), 3 * unit, wrong=[unit, 2 * unit], statement="Charge current, three packs"
    )
    with bench.bank[lost].faults.on(Silence()):
        until_forgotten(bench)
        (after,) = bench.bank.architecture.said
        two = bench.current()
    left = sum(pack.capacity for pack in bench.packs if pack.number != lost)
    bench.judge.equals(
        bench.figure("capacity", after.capacity, "Ah", how="said by the collector"),
        left,
        wrong=[before.capacity],
        statement=f"Capacity that the collector says without pack {lost}",
    )
    bench.judge.equals(
        bench.figure("CVL", after.cvl, "V", how="said by the collector"),
        before.cvl,
        wrong=[before.cvl * 2 / 3],
        tolerance=0.01,
        statement=f"CVL that the collector says without pack {lost}",
        citation="ai-republic/bms-to-inverter divides by packs that are gone",
    )
    bench.judge.equals(
        two,
        2 * unit,
        wrong=[0.0, unit, 3 * unit],
        statement=f"The device goes on, with the limits of the two packs beside pack {lost}",
        citation="profile: aggregation.ccl",
    )


@requirement(
    "COL-02",
    "A collector that goes by one pack takes the next when that one is lost, where its rule is automatic",
    subject="bank",
    needs=["dc", "packs:3", "architecture:collector"],
    duration="30",
)
def test_the_next_pack_is_chosen(bench: Bench) -> None:
    found = collector(bench, adds_up=False)
    automatic = bench.rig.architecture.chooses != "named"
    bench.judge.fact(
        bench.observe("packs whose values are said", len(found.chosen) == 1),
        statement="The collector goes by one pack",
        citation=SYSTEMCALC,
    )
    (first,) = found.chosen
    with bench.bank[first].faults.on(Silence()):
        until_forgotten(bench)
        bench.judge.fact(
            bench.observe("somebody is chosen", bool(found.chosen)),
            automatic,
            statement=f"The collector takes another pack, or nobody, after pack {first} is lost",
            citation=f"{SYSTEMCALC}: another takes over only in automatic mode",
        )
        bench.judge.fact(
            bench.observe("the lost pack is chosen", first in found.chosen),
            expected=False,
            statement=f"Pack {first} no longer counts",
        )


@requirement(
    "COL-03",
    "A collector that has lost its packs stops publishing, and the device stops within its declared time",
    needs=["dc", "charge", "architecture:collector"],
    duration="timeouts.all + 4 * follow_lag + recovery.power + 150",
    scenarios=["S01"],
)
def test_the_collector_stops_publishing(bench: Bench, unit: float) -> None:
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    if not bench.bank.architecture.said:
        raise Blocked("the collector says nothing: none of its packs is heard")

    def lose_all() -> None:
        for node in bench.bank:
            node.faults.on(Silence())

    patience = bench.rig.architecture.link.timeout
    require_charge_back(bench, judge_lost_speaker(bench, lose_all, who="every pack", patience=patience))
