"""CHR: what nobody has specified, measured for the passport. Nothing here passes or fails."""

import pytest

from bmshil.bench import NEAR_FULL, Bench, bring_to_cvl_step, step_response
from pytest_bmshil import requirement


def note_step(bench: Bench, limit: str, direction: str, before: float, after: float) -> None:
    """Step one limit of the whole bank while the device moves, and note how it is followed."""
    channel = "dc.voltage" if limit == "cvl" else "dc.current"
    found = step_response(bench, channel, lambda: bench.bank.limit(**{limit: after}))
    name, told = f"step.{limit}.{direction}", f"{limit.upper()} from {before:.4g} to {after:.4g} per pack"
    bench.judge.characterise(
        found.dead_time,
        key=f"{name}.dead_time",
        statement=f"{told}: from the first message that told it to 10 % of the step",
    )
    bench.judge.characterise(
        found.to_90,
        key=f"{name}.to_90",
        statement=f"{told}: from the first message that told it to 90 % of the step",
    )
    bench.judge.characterise(
        found.overshoot, key=f"{name}.overshoot", statement=f"{told}: beyond the final value"
    )


@requirement(
    "CHR-01",
    "How the device follows a step of the CVL: dead time, time to 90 %, overshoot",
    needs=["dc", "charge"],
    duration="3 * follow_lag + 360",
)
@pytest.mark.parametrize("direction", ["down", "up"])
def test_course_of_the_cvl(bench: Bench, unit: float, direction: str) -> None:
    step = max(0.3, 4.0 * (bench.declares.accuracy.voltage + bench.rig.tolerances.voltage))
    before, after = bring_to_cvl_step(bench, direction, step, unit)
    note_step(bench, "cvl", direction, before, after)


@requirement(
    "CHR-02",
    "How the device follows a step of the CCL: dead time, time to 90 %, overshoot",
    needs=["dc", "charge"],
    duration="6 * follow_lag + 60",
)
@pytest.mark.parametrize("direction", ["down", "up"])
def test_course_of_the_ccl(bench: Bench, unit: float, direction: str) -> None:
    before, after = (unit, unit / 3) if direction == "down" else (unit / 3, unit)
    bench.bank.limit(ccl=before)
    bench.charge(limit=unit)
    bench.settle_generously()
    note_step(bench, "ccl", direction, before, after)


@requirement(
    "CHR-03",
    "How the device follows a step of the DCL: dead time, time to 90 %, overshoot",
    needs=["dc", "discharge"],
    duration="6 * follow_lag + 60",
)
@pytest.mark.parametrize("direction", ["down", "up"])
def test_course_of_the_dcl(bench: Bench, unit: float, direction: str) -> None:
    before, after = (unit, unit / 3) if direction == "down" else (unit / 3, unit)
    bench.bank.limit(dcl=before)
    bench.discharge(limit=len(bench.bank) * unit)
    bench.settle_generously()
    note_step(bench, "dcl", direction, before, after)


@requirement(
    "CHR-04",
    "What current remains at a CCL and at a DCL of 0 A",
    needs=["dc", "charge", "discharge"],
    duration="6 * follow_lag + 90",
)
@pytest.mark.parametrize("limit", ["ccl", "dcl"])
def test_current_that_remains(bench: Bench, unit: float, limit: str) -> None:
    bench.bank.limit(**{limit: unit})
    if limit == "ccl":
        bench.charge(limit=unit)
    else:
        bench.discharge(limit=len(bench.bank) * unit)
    bench.settle_generously()
    bench.bank.limit(**{limit: 0.0})
    bench.settle_generously()
    bench.judge.characterise(
        bench.current(over=30.0, reduction="peak"),
        key=f"zero.{limit}.residual",
        statement=f"Largest battery current in 30 s at a {limit.upper()} of 0 A, once it has settled",
    )


@requirement(
    "CHR-05",
    "What the device does with a CVL of 0 V and of 0.1 V while it charges",
    needs=["dc", "charge", "hazard"],
    duration="9 * follow_lag + 60",
)
@pytest.mark.parametrize(("cvl", "name"), [(0.0, "cvl_0"), (0.1, "cvl_0v1")])
def test_current_without_a_cvl(bench: Bench, unit: float, cvl: float, name: str) -> None:
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    bench.bank.limit(cvl=cvl)
    bench.settle_generously()
    bench.judge.characterise(
        bench.current(over=10.0),
        key=f"zero.{name}.current",
        statement=f"Battery current at a CVL of {cvl:g} V, of a device that was charging",
    )


@requirement(
    "CHR-06",
    "How closely the charge keeps to the CVL, where the current begins to fall, and what a CVL below the "
    "bank's own voltage does",
    needs=["dc", "charge"],
    duration="6 * follow_lag + 400",
)
def test_charge_near_the_cvl(bench: Bench, unit: float) -> None:
    cvl = bench.levels.high_cvl
    bench.prepare(soc=NEAR_FULL)
    bench.bank.limit(cvl=cvl, ccl=unit)
    bench.charge(limit=unit)
    start = bench.seconds
    bench.settle_generously()
    full = bench.current(over=3.0)
    amps = float(full.value)
    bench.until(lambda: bench.control.current < 0.9 * amps, timeout=600)
    begun = bench.seconds
    highest = bench.measure("dc.voltage", max(start, begun - 1.0), reduction="mean")
    below = bench.figure("CVL less voltage", cvl - float(highest.value), "V", how="worked out", start=begun)
    bench.judge.characterise(
        below,
        key="cvl.taper",
        statement="How far the terminals were below the CVL when the current had fallen by a tenth",
    )
    reached = bench.until_cv(timeout=600)
    if reached.in_cv:
        offset = float(reached.voltage.value) - cvl
        bench.judge.characterise(
            bench.figure("voltage less CVL", offset, "V", how="worked out"),
            key="cvl.offset",
            statement=f"Constant voltage less the CVL of {cvl:g} V",
        )
    bench.bank.limit(cvl=bench.packs.emf - 1.0)
    bench.settle_generously()
    bench.judge.characterise(
        bench.current(over=10.0),
        key="cvl.below_bank.current",
        statement="Battery current with the CVL 1 V below the bank's own voltage",
        citation="S55",
    )
