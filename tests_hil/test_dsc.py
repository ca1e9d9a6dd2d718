"""DSC: discover what the device really does with several batteries, whatever it declares."""

from bmshil.bench import NEAR_FULL, Bench, classify_currents, classify_voltages, declared_voltage
from bmshil.judge import Measurement, Question
from pytest_bmshil import requirement

ALL = (0, 1, 2, 3)  # no pack lowered, then pack 1, 2, 3


def currents_with_each_pack_lowered(bench: Bench, unit: float) -> list[Measurement]:
    """Currents with all packs at 2 x I_ref, then with pack 1, 2, 3 at 1 x I_ref; A."""
    bench.bank.limit(ccl=2 * unit)
    bench.charge(limit=5 * unit)
    found = []
    for lowered in ALL:
        bench.bank.limit(ccl=2 * unit)
        if lowered:
            bench.bank[lowered].limit(ccl=unit)
        bench.settle_generously()
        found.append(bench.current())
    return found


def voltages_with_each_pack_lowered(bench: Bench, unit: float) -> list[Measurement]:
    """Final voltages with all packs at the high CVL, then with pack 1, 2, 3 at the low one; V."""
    found = []
    for lowered in ALL:
        bench.prepare(soc=NEAR_FULL)
        bench.bank.limit(cvl=bench.levels.high_cvl)
        if lowered:
            bench.bank[lowered].limit(cvl=bench.levels.low_cvl)
        bench.settle_generously()
        bench.charge(limit=unit / 2)
        found.append(bench.until_cv(timeout=600).voltage)
    return found


def values(answers: list[Measurement], unit: float = 1.0) -> list[float]:
    """Read the numbers of measurements, in multiples of ``unit``."""
    return [float(one.value) / unit for one in answers]


def blur(answers: list[Measurement], accuracy: float) -> float:
    """By how much an answer may be wrong: what the device declares, and what the meter does not know."""
    return accuracy + max(one.uncertainty for one in answers)


@requirement(
    "DSC-01",
    "The device makes one CCL of several as it declares, and ignores no pack that it claims",
    needs=["dc", "charge", "peers", "packs:3"],
    duration="12 * follow_lag + 120",
    scenarios=["S76", "S77"],
)
def test_rule_of_the_charge_current(bench: Bench, unit: float) -> None:
    start = bench.seconds
    declared = bench.declares.aggregation.ccl.value
    answers = currents_with_each_pack_lowered(bench, unit)
    rule = classify_currents(
        values(answers, unit),
        blur=blur(answers, bench.declares.accuracy.current) / unit,
        declared=declared,
    )
    bench.judge.fact(
        bench.observe("rule of the CCL", rule, start),
        declared,
        statement="Lowering the CCL of one pack at a time shows the declared rule",
        citation="profile: aggregation.ccl",
    )


@requirement(
    "DSC-02",
    "The device makes one CVL of several as it declares; one that declares one battery is told what follows",
    needs=["dc", "charge", "peers", "packs:3"],
    duration="4 * 300",
    scenarios=["S74", "S75"],
)
def test_rule_of_the_charge_voltage(bench: Bench, unit: float) -> None:
    start = bench.seconds
    declared = bench.declares.aggregation.cvl.value
    answers = voltages_with_each_pack_lowered(bench, unit)
    rule = classify_voltages(
        values(answers),
        high=declared_voltage(bench, bench.levels.high_cvl),
        low=declared_voltage(bench, bench.levels.low_cvl),
        blur=blur(answers, bench.declares.accuracy.voltage),
        declared=declared,
    )
    bench.judge.fact(
        bench.observe("rule of the CVL", rule, start),
        declared,
        statement="Lowering the CVL of one pack at a time shows the declared rule",
        citation="profile: aggregation.cvl",
    )
    if bench.declares.batteries == "one":
        bench.judge.characterise(
            bench.observe("a parallel bank on this device", f"unsafe: its rule is '{rule}'", start),
            question=Question.SAFETY,
            statement="A parallel bank on this device is unsafe: put one speaker in front of it",
            citation="Sol-Ark CAN Bus Protocol V1.3: data must be aggregated by a single aggregator",
        )
