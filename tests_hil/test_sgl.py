"""SGL: one pack reports itself as the bank, and no link tells it of the others."""

from typing import cast

import pytest

from bmshil.battery import uneven_leads
from bmshil.bench import Bench
from bmshil.bench.reactions.speaker_lost import judge_lost_speaker, require_charge_back
from bmshil.bms import LoneMaster, Override, Silence
from pytest_bmshil import requirement

A1 = "field article on master and slave BMSs: 70 A and 30 A of 100 A through two packs"

# What one ampere-hour into two packs of 100 Ah does to the SOC of the master and to that of the bank, in
# percentage points, where pack 1 takes 50, 70 and 30 of 100 A; and what they differ by.
PER_AMPERE_HOUR = {0.5: (0.5, 0.5, 0.0), 0.7: (0.7, 0.5, 0.2), 0.3: (0.3, 0.5, -0.2)}

MINUTES = 10.0


@requirement(
    "SGL-01",
    "The SOC of a lone master leaves that of the bank by as much as the packs share unevenly",
    subject="bank",
    needs=["dc", "discharge", "architecture:lone_master"],
    duration="3 * follow_lag + 700",
)
@pytest.mark.parametrize("share", [0.5, 0.7, 0.3])
def test_the_soc_of_a_lone_master_drifts(bench: Bench, unit: float, share: float) -> None:
    lone = cast("LoneMaster", bench.bank.architecture)
    _, _, drift = PER_AMPERE_HOUR[share]
    with uneven_leads(bench.packs, [share, 1 - share]):
        bench.bank[1].limit(dcl=2 * unit)
        bench.discharge(limit=2 * unit)
        bench.settle_generously()
        before, start = lone.drift, bench.seconds
        bench.run(60 * MINUTES)
    after = lone.drift
    moved = float(bench.measure("dc.current", start).value) * MINUTES / 60
    assert before is not None
    assert after is not None
    others = [one for _, _, one in PER_AMPERE_HOUR.values() if one != drift]
    bench.judge.equals(
        bench.figure("drift", 100 * (after - before), "%", how="SOC said less SOC of the bank", start=start),
        moved * drift,
        wrong=[moved * other for other in others],
        tolerance=abs(moved) * 0.03,
        statement=f"Drift of the SOC that is said, with {100 * share:.0f} % of the current through pack 1, "
        f"after {moved:.1f} Ah",
        citation=A1,
    )


@requirement(
    "SGL-02",
    "The device works with the SOC of the lone master, whatever the other packs have",
    needs=["architecture:lone_master", "readback:soc"],
    duration="3 * follow_lag + 30",
)
@pytest.mark.parametrize(("master", "other"), [(0.40, 0.80), (0.80, 0.40)])
def test_the_device_believes_the_lone_master(bench: Bench, master: float, other: float) -> None:
    bench.bank[1].faults.on(Override(soc=master))
    bench.bank[2].faults.on(Override(soc=other))
    bench.settle_generously()
    bench.judge.equals(
        bench.ask("soc"),
        master,
        wrong=[other, 0.60],
        tolerance=0.01,
        statement=f"SOC of the device: {100 * master:.0f} % at the master, {100 * other:.0f} % beside it",
        citation=A1,
    )


@requirement(
    "SGL-03",
    "The device keeps to the limit of the lone master, and does not know of a pack that carries too much",
    needs=["dc", "charge", "architecture:lone_master"],
    duration="3 * follow_lag + 90",
)
def test_too_much_for_a_pack_that_nobody_sees(bench: Bench, unit: float) -> None:
    with uneven_leads(bench.packs, [0.3, 0.7]):
        bench.bank[1].limit(ccl=2 * unit)
        bench.bank[2].limit(ccl=unit)
        bench.charge(limit=2 * unit)
        bench.settle_generously()
        start = bench.seconds
        charged = bench.current(over=30.0)
    bench.judge.equals(
        charged,
        2 * unit,
        wrong=[unit, 3 * unit],
        statement="Charge current: as the master allows, not less for pack 2",
        citation="profile: aggregation.ccl; S76",
    )
    bench.judge.characterise(
        bench.measure("pack2.current", start),
        statement=f"Current of pack 2, which asks for {unit:.1f} A at most and is not heard",
    )


@requirement(
    "SGL-04",
    "When the lone master is lost nobody speaks in its place, and the device stops within its declared time",
    needs=["dc", "charge", "architecture:lone_master"],
    duration="timeouts.all + 4 * follow_lag + recovery.power + 150",
    scenarios=["S01"],
)
def test_the_lone_master_is_lost(bench: Bench, unit: float) -> None:
    bench.bank[1].limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    loss = judge_lost_speaker(bench, lambda: bench.bank[1].faults.on(Silence()), who="the lone master")
    start = bench.seconds
    heard = bench.bus.limits_heard(10.0)
    bench.judge.fact(
        bench.observe("bus", "silent" if not heard else "somebody speaks", start),
        "silent",
        statement="Nobody takes over from the lone master",
        citation="serial dialects in public: no takeover is known",
    )
    require_charge_back(bench, loss)
