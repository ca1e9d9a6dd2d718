"""VAL: limits and permissions that are odd, wrong or contradictory. Played as `bmshil play` plays them."""

import pytest

from bmshil.bench import Bench
from bmshil.bench.reactions.able import require_able
from bmshil.bench.reactions.floor import judge_no_charge, judge_no_forced_discharge, judge_within_limit
from bmshil.bench.reactions.unmoved import begin, can_say_dcl, judge_unmoved, play, swing
from bmshil.bench.stimuli.oddities import enable_flaps
from bmshil.bench.stimuli.saying import odd, say
from bmshil.bms import Dlc
from pytest_bmshil import requirement

ODDLY_LONG = 20.0
"""So long an odd value stands, s: many periods, and far below the time-outs."""


def require_enables(bench: Bench) -> None:
    """Skip where the bank has no enable bits, or the device declares not to look at them."""
    if "requests" not in bench.bank.dialect.roles:
        pytest.skip("not observable: the dialect has no enable bits")
    if bench.declares.enables == "ignore":
        pytest.skip("not declared: the device does not look at the enable bits")


@requirement(
    "VAL-01",
    "A CVL of 0 V is taken as declared, and makes nobody discharge the battery",
    needs=["can", "dc", "charge", "hazard"],
    duration="10 * follow_lag + 2 * recovery.power + 60",
    scenarios=["S18"],
)
def test_a_cvl_of_zero_is_no_voltage(bench: Bench) -> None:
    before = begin(bench, "S18")
    began = play(bench, "S18")
    bench.run(bench.declares.recovery.power)
    judge_unmoved(
        bench, before, "Charge current after a single CVL of 0 V", "S18: one or two of them are borne"
    )
    stays = bench.seconds
    say(bench, cvl=0.0)
    bench.settle_generously()
    bench.run(ODDLY_LONG)
    word = bench.declares.zero.cvl
    last = bench.measure("dc.current", bench.seconds - 5.0)
    expected = {"reject": before, "stop": 0.0}.get(word)
    if expected is None:
        bench.judge.characterise(last, statement="Current at a CVL of 0 V", key="zero.cvl.current")
    else:
        bench.judge.equals(
            last,
            expected,
            wrong=[before - expected],
            statement=f"Charge current at a CVL of 0 V for {bench.seconds - stays:g} s",
            citation="profile: zero.cvl",
        )
    judge_no_forced_discharge(
        bench, began, "A CVL of 0 V forces no discharge", "acceptance: forced_discharge; S18"
    )
    require_able(bench, "charge", before)


@requirement(
    "VAL-02",
    "Limits of one step each, as a word for stop, stop the charge",
    needs=["can", "dc", "charge", "hazard"],
    duration="7 * follow_lag + recovery.power + 60",
    scenarios=["S19"],
)
def test_one_step_is_a_word_for_stop(bench: Bench) -> None:
    before = begin(bench, "S19")
    play(bench, "S19")
    bench.settle_generously()
    since = bench.seconds
    bench.run(ODDLY_LONG)
    judge_no_charge(
        bench,
        since,
        "Charge current at CVL 0.1 V, CCL and DCL 0.1 A",
        "S19: diyBMSv4ESP32, its word for stop",
    )
    require_able(bench, "charge", before)


@requirement(
    "VAL-03",
    "Where enable bits and limits contradict each other, the stricter one binds",
    needs=["can", "dc", "charge"],
    duration="7 * follow_lag + recovery.power + 60",
    scenarios=["S23", "S43"],
)
@pytest.mark.parametrize("scenario", ["S23", "S43"])
def test_the_stricter_of_enable_bits_and_limits_binds(bench: Bench, scenario: str) -> None:
    require_enables(bench)
    before = begin(bench, scenario)
    play(bench, scenario)
    bench.settle_generously()
    since = bench.seconds
    bench.run(ODDLY_LONG)
    judge_no_charge(
        bench,
        since,
        "Charge current with charging not enabled and a CCL above zero",
        "profile: enables; Pylontech CANBUS Protocol V1.2, 0x35C",
    )
    require_able(bench, "charge", before)


@requirement(
    "VAL-04",
    "A DCL below zero binds with its size, or as declared",
    needs=["can", "dc", "discharge", "hazard"],
    duration="7 * follow_lag + recovery.power + 60",
    scenarios=["S24"],
)
def test_a_negative_dcl_is_a_limit(bench: Bench) -> None:
    if not can_say_dcl(bench, -1.0):
        pytest.skip("not observable: the dialect has no numbers below zero for the DCL")
    before = begin(bench, "S24")
    play(bench, "S24")
    bench.settle_generously()
    since = bench.seconds
    bench.run(ODDLY_LONG)
    lowest = bench.measure("dc.current", since, reduction="min")
    values = bench.declares.values
    if values.dcl is not None and values.outside == "reject":
        bench.judge.equals(
            bench.measure("dc.current", since),
            before,
            wrong=[before / 2, 0.0],
            statement="Battery current once the DCL has gone to half, below zero",
            citation="profile: values.dcl, outside: reject",
        )
    else:
        bench.judge.at_least(
            lowest,
            before / 2,
            tolerance=bench.declares.accuracy.current,
            statement="Battery current once the DCL has gone to half, below zero",
            citation="S24: its size binds, or the device stops",
        )
    judge_within_limit(
        bench,
        lowest,
        -before / 2,
        "Battery current against the size of the DCL",
        direction="discharge",
    )
    require_able(bench, "discharge", before)


@requirement(
    "VAL-05",
    "Limits are followed whatever the length of their message, as far as declared",
    needs=["can", "dc", "charge"],
    duration="9 * follow_lag + 30",
    scenarios=["S25"],
)
@pytest.mark.parametrize("length", ["in turn", "six"])
def test_limits_of_another_length_are_followed(bench: Bench, unit: float, length: str) -> None:
    dialect = bench.bank.dialect
    if length == "six" and (
        bench.declares.dlc_required is not None or not dialect.name.startswith("pylontech-lv")
    ):
        pytest.skip("not declared: a message of limits without the lowest voltage")
    before = begin(bench, "S25")
    if length == "six":
        odd(bench, Dlc(length=6, ids=(dialect.role("limits"),)))
    else:
        play(bench, "S25")
    bench.settle_generously()
    bench.bank.limit(ccl=unit / 2)
    bench.settle_generously()
    bench.judge.equals(
        bench.current(),
        before / 2,
        wrong=[before, 0.0],
        statement="Charge current after every CCL has gone down to a half",
        citation="profile: dlc_required; Pylontech CANBUS Protocol V1.2: bytes 6 and 7 are blank",
    )


@requirement(
    "VAL-06",
    "Once enable bits no longer flap, the device charges as before",
    needs=["can", "dc", "charge"],
    duration="6 * follow_lag + recovery.power + 60",
    scenarios=["S44"],
)
@pytest.mark.parametrize("every", [1.5, 5.0])
def test_flapping_enable_bits_leave_nothing_behind(bench: Bench, every: float) -> None:
    require_enables(bench)
    before = begin(bench, "S44")
    began = bench.seconds
    enable_flaps(bench, every)
    bench.run(40.0)
    bench.judge.characterise(
        swing(bench, began),
        statement=f"Swing of the current while the enable bit changes every {every:g} s",
        key=f"enable_flap.{every:g}s.swing",
    )
    bench.standing.close()
    bench.run(bench.declares.recovery.power)
    judge_unmoved(bench, before, "Charge current after the enable bit has flapped", "profile: recovery.power")


@requirement(
    "VAL-07",
    "Without enable bits the limits go on to bind, where the device does not declare to watch them",
    needs=["can", "dc", "charge"],
    duration="6 * follow_lag + 60",
    scenarios=["S32"],
)
def test_limits_bind_without_enable_bits(bench: Bench) -> None:
    if "requests" not in bench.bank.dialect.roles:
        pytest.skip("not observable: the dialect has no enable bits")
    if bench.declares.timeouts.requests is not None:
        pytest.skip("not declared: the device watches the enable bits, and stops without them")
    before = begin(bench, "S32")
    play(bench, "S32")
    bench.run(ODDLY_LONG)
    judge_unmoved(
        bench,
        before,
        "Charge current without enable bits",
        "profile: timeouts.requests; Pylontech LV 1.3 has none (captures by Setfire Labs)",
    )
