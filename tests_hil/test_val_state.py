"""VAL: states of charge and alarms that are odd, wrong or of another dialect."""

import pytest

from bmshil.bench import REMAINS, Bench
from bmshil.bench.reactions.able import require_able
from bmshil.bench.reactions.unmoved import begin, judge_unmoved, play, sends
from bmshil.bench.stimuli.saying import STATE, odd, say, take_back
from bmshil.bms import Override
from bmshil.dialects import Alarm
from bmshil.errors import Inconclusive
from pytest_bmshil import requirement


def require_soc_in_percent(bench: Bench) -> None:
    """Skip where the SOC is not in bytes 0 and 1 of 0x355, in percent."""
    if not sends(bench, STATE):
        pytest.skip("not observable: the dialect has no 0x355")


@requirement(
    "VAL-13",
    "The device goes by that of two states of charge which it declares",
    needs=["can", "dc", "charge", "readback:soc"],
    duration="6 * follow_lag + 30",
    scenarios=["S26", "S27"],
)
@pytest.mark.parametrize(("scenario", "fine"), [("S26", 0.0), ("S27", 0.335)])
def test_the_declared_soc_counts(bench: Bench, scenario: str, fine: float) -> None:
    require_soc_in_percent(bench)
    if bench.declares.soc_policy == "own":
        pytest.skip("not declared: the device shows a SOC of its own")
    begin(bench, scenario)
    coarse = float(bench.ask("soc").value)
    play(bench, scenario)
    bench.settle_generously()
    expected, other = (fine, coarse) if bench.declares.soc_policy == "high_resolution" else (coarse, fine)
    bench.judge.equals(
        bench.ask("soc"),
        expected,
        wrong=[other],
        tolerance=0.02,
        statement="SOC that the device works with, with another one in bytes 4 and 5 of 0x355",
        citation="profile: soc_policy",
    )


@requirement(
    "VAL-14",
    "No SOC above 100 % is believed",
    needs=["can", "dc", "charge", "readback:soc"],
    duration="6 * follow_lag + 30",
    scenarios=["S33"],
)
def test_no_soc_above_one_is_believed(bench: Bench) -> None:
    require_soc_in_percent(bench)
    before = begin(bench, "S33")
    shown = float(bench.ask("soc").value)
    play(bench, "S33")
    judge_unmoved(bench, before, "Charge current with a SOC of 140 % and limits above zero", "S33, S34")
    told = bench.ask("soc")
    if bench.declares.values.soc is None or bench.declares.values.outside == "accept":
        bench.judge.at_most(
            told, 1.0, tolerance=0.02, statement="SOC that the device works with at 140 %", citation="S33"
        )
    else:
        bench.judge.equals(
            told,
            {"reject": shown, "clamp": bench.declares.values.soc[1]}[bench.declares.values.outside],
            tolerance=0.02,
            statement="SOC that the device works with at 140 %",
            citation="profile: values.soc, values.outside",
        )


@requirement(
    "VAL-15",
    "A SOC that jumps to 100 % ends no charge that the limits allow",
    needs=["can", "dc", "charge"],
    duration="6 * follow_lag + 30",
    scenarios=["S34", "S59"],
)
def test_a_jump_to_full_stops_nobody(bench: Bench) -> None:
    before = begin(bench, "S34")
    play(bench, "S34")
    judge_unmoved(
        bench,
        before,
        "Charge current after the SOC has jumped to 100 %, with a CCL above zero",
        "S34, S59: CVL and CCL say when a battery is full; SMA FSS-ConnectingBat-TI-en-10",
    )


@requirement(
    "VAL-16",
    "A SOC of 0 % for a few periods neither shuts the device down nor makes it charge by force",
    needs=["can", "dc", "discharge"],
    duration="6 * follow_lag + recovery.power + 30",
    scenarios=["S35"],
)
def test_a_soc_of_zero_at_first_is_borne(bench: Bench) -> None:
    if bench.declares.force_charge.below is not None:
        pytest.skip("not declared: the device charges by force at a low SOC")
    before = begin(bench, "S35")
    began = play(bench, "S35")
    bench.run(bench.declares.recovery.power)
    judge_unmoved(bench, before, "Battery current after 0 % for five periods", "S35: wait for the next ones")
    bench.judge.at_most(
        bench.measure("dc.current", began, reduction="max"),
        bench.declares.accuracy.current,
        statement="Highest current since the SOC was 0 %: no charge by force",
        citation="profile: force_charge.below",
    )


@requirement(
    "VAL-17",
    "Every protection of the dialect is seen by the device, and goes away again",
    needs=["can", "readback:alarm"],
    duration="42 * follow_lag + 60",
    scenarios=["S29"],
)
def test_every_protection_is_seen(bench: Bench) -> None:
    if bench.declares.aggregation.alarms.value == "ignore":
        pytest.skip("not declared: the device does not look at alarms")
    quiet = float(bench.ask("alarm").value)
    if quiet:
        raise Inconclusive(f"the device shows an alarm ({quiet:g}) before any battery has raised one")
    unseen, standing = [], []
    for condition in Alarm:
        said = say(bench, protections=condition)
        bench.settle()
        if not float(bench.ask("alarm").value):
            unseen.append(str(condition.name).lower())
        take_back(said)
        said = odd(bench, Override(cleared=condition))
        bench.settle()
        if float(bench.ask("alarm").value):
            standing.append(str(condition.name).lower())
        take_back(said)
    for what, found in (("not shown", unseen), ("still shown once it is gone", standing)):
        bench.judge.fact(
            bench.observe(f"protections {what}", ", ".join(found) or "none"),
            "none",
            statement=f"Protections that the device has {what}",
            citation="profile: dialect, aggregation.alarms; S29: bits as in its document",
        )


def stops_charge(bench: Bench, before: float, condition: Alarm) -> bool:
    """Raise a protection, say whether the charge stops, and let the device come back.

    Raises:
        Inconclusive: too little flows before, so that nothing could stop.
    """
    if bench.control.current < 0.5 * before:
        raise Inconclusive(f"only {bench.control.current:.1f} A flow before {condition}: nothing could stop")
    said = say(bench, protections=condition)
    bench.settle_generously()
    stopped = bench.control.current < REMAINS * before
    take_back(said)
    said = odd(bench, Override(cleared=condition))
    bench.settle_generously()
    bench.run(bench.declares.recovery.power)
    take_back(said)
    if stopped:
        require_able(bench, "charge", before, lambda: None)
    return stopped


@requirement(
    "VAL-18",
    "A protection against high voltage is not taken for one against low voltage, or the other way round",
    needs=["can", "dc", "charge"],
    duration="15 * follow_lag + 3 * recovery.power + 60",
    scenarios=["S30"],
)
def test_high_and_low_voltage_are_not_exchanged(bench: Bench) -> None:
    before = begin(bench, "S31")
    low = stops_charge(bench, before, Alarm.CELL_LOW_VOLTAGE)
    high = stops_charge(bench, before, Alarm.CELL_HIGH_VOLTAGE)
    word = {
        (True, True): "both stop the charge",
        (False, True): "high voltage stops the charge, low voltage does not",
        (True, False): "low voltage stops the charge, high voltage does not",
        (False, False): "neither stops the charge",
    }[low, high]
    bench.judge.characterise(
        bench.observe("what the protections do", word),
        statement="What protections against high and low voltage do to a charge",
        key="protections.charge",
    )
    bench.judge.fact(
        bench.observe("high and low voltage are exchanged", low and not high),
        False,
        statement="The device takes one of the two for the other",
        citation="S30: stuartpittaway/diyBMSv4ESP32#209; profile: dialect",
    )


@requirement(
    "VAL-19",
    "An alarm that has been told to leave leaves, and the device charges as before",
    needs=["can", "dc", "charge", "dialect:alarm_pairs"],
    duration="9 * follow_lag + recovery.power + 60",
    scenarios=["S31"],
)
def test_an_alarm_leaves_when_it_is_told_to(bench: Bench) -> None:
    before = begin(bench, "S31")
    play(bench, "S31")
    bench.settle_generously()
    stands = abs(bench.control.current) < REMAINS * before
    bench.judge.characterise(
        bench.observe("the alarm stands", stands),
        statement="Whether an alarm stands that is neither raised nor told to leave",
        key="alarm_pairs.silence_keeps",
    )
    odd(bench, Override(cleared=Alarm.CELL_HIGH_VOLTAGE))
    bench.run(bench.declares.recovery.power)
    judge_unmoved(
        bench,
        before,
        "Charge current once the alarm has been told to leave",
        "SMA FSS-ConnectingBat-TI-en-10: 10 clears; profile: recovery.power",
    )
