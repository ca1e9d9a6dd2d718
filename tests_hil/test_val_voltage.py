"""VAL: odd values while the device holds the CVL. What it does wrong then shows as a voltage."""

import pytest

from bmshil.bench import Bench
from bmshil.bench.reactions.floor import judge_never_above, judge_no_forced_discharge, judge_within_limit
from bmshil.bench.reactions.unmoved import JUMP, begin_in_cv, play, swing, watch_cv
from bmshil.bench.stimuli.oddities import TURNS_LARGE
from bmshil.judge import Measurement
from pytest_bmshil import requirement

ODD = "Highest voltage since the bank says something odd"


def judge_held(bench: Bench, before: Measurement, began: float, statement: str, citation: str) -> None:
    """Judge that the voltage is where it was, and was never far above it."""
    bench.judge.equals(
        bench.measure("dc.voltage", bench.seconds - 5.0),
        float(before.value),
        wrong=[float(before.value) + JUMP],  # of one that charges on; so low a current hides one that stops
        statement=statement,
        citation=citation,
    )
    judge_never_above(bench, began, float(before.value), ODD)


@requirement(
    "VAL-08",
    "A measured voltage in a wrong scale moves neither the charge nor its end",
    needs=["can", "dc", "charge"],
    duration="300",
    scenarios=["S20", "S21"],
)
def test_a_voltage_in_a_wrong_scale_is_not_believed(bench: Bench) -> None:
    if "measured" not in bench.bank.dialect.roles:
        pytest.skip("not observable: the dialect tells no measured voltage")
    before = begin_in_cv(bench, "S20")
    began = play(bench, "S20")
    watch_cv(bench, before)
    judge_held(
        bench,
        before,
        began,
        "Voltage while the bank tells a tenth of what it measures",
        "S20: a device has a measurement of its own; nothing declared lets it stop",
    )


@requirement(
    "VAL-09",
    "Limits in the wrong byte order raise neither voltage nor current",
    needs=["can", "dc", "charge", "hazard"],
    duration="300",
    scenarios=["S22"],
)
def test_the_wrong_byte_order_raises_nothing(bench: Bench) -> None:
    before = begin_in_cv(bench, "S22")
    bench.bank.limit(ccl=min(bench.levels.reference, TURNS_LARGE))
    bench.settle_generously()
    amps = float(bench.measure("dc.current", bench.seconds - 4.0).value)
    began = play(bench, "S22")
    watch_cv(bench, before)
    bench.judge.at_most(
        bench.measure("dc.voltage", bench.seconds - 1.0),
        float(before.value),
        tolerance=bench.declares.accuracy.voltage,
        statement="Voltage while the limits come in the wrong byte order",
        citation="S22: 53.2 V read 512.2 V, which no battery can mean",
    )
    judge_never_above(bench, began, float(before.value), ODD)
    judge_within_limit(
        bench,
        bench.measure("dc.current", began, reduction="max"),
        amps,
        "Highest current since then, against what flowed before",
    )


@requirement(
    "VAL-10",
    "A CVL beyond what the device takes for possible is refused",
    needs=["can", "dc", "charge", "hazard"],
    duration="300",
    scenarios=["S37"],
)
def test_a_cvl_beyond_the_range_is_refused(bench: Bench) -> None:
    if bench.declares.values.outside != "reject":
        pytest.skip("not declared: the device refuses no value")
    before = begin_in_cv(bench, "S37")
    began = play(bench, "S37")
    watch_cv(bench, before)
    judge_held(
        bench,
        before,
        began,
        "Voltage while the bank asks for a CVL beyond the range of the device",
        "profile: values.cvl or rating.voltage, values.outside: reject",
    )


@requirement(
    "VAL-11",
    "A CVL that toggles by one step makes the device neither overcharge nor discharge",
    needs=["can", "dc", "charge"],
    duration="300",
    scenarios=["S38"],
)
def test_a_toggling_cvl_is_damped(bench: Bench) -> None:
    before = begin_in_cv(bench, "S38")
    began = play(bench, "S38")
    watch_cv(bench, before)
    bench.judge.characterise(
        swing(bench, began),
        statement="Swing of the current while the CVL toggles by 0.1 V each second",
        key="cvl_toggle.swing",
    )
    judge_never_above(bench, began, float(before.value) + 0.1, ODD)
    judge_no_forced_discharge(
        bench, began, "The toggling forces no discharge", "acceptance: forced_discharge"
    )


@requirement(
    "VAL-12",
    "The CVL ends the charge, whatever the SOC says",
    needs=["can", "dc", "charge"],
    duration="300",
    scenarios=["S36"],
)
def test_the_cvl_binds_whatever_the_soc_says(bench: Bench) -> None:
    before = begin_in_cv(bench, "S36")
    began = play(bench, "S36")
    watch_cv(bench, before)
    judge_held(
        bench,
        before,
        began,
        "Voltage of a full bank that reports 65 %",
        "S36: dalathegreat/Battery-Emulator#86; profile: cvl_policy",
    )
