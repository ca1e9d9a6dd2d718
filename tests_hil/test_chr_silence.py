"""CHR: what silence does, how the device comes back, and how it speaks itself. Nothing passes or fails."""

from itertools import pairwise
from statistics import median

import msgspec
import pytest

from bmshil.bench import REMAINS, Bench, fast_sampling, returned
from bmshil.bench.reactions.loss import lose_messages
from bmshil.errors import Inconclusive
from pytest_bmshil import requirement

KEPT = 0.9
"""A device that still moves this share of its current goes on as if nothing had happened."""

WORDS = {
    "all": "any message",
    "limits": "the message with the limits",
    "state": "the message with the SOC",
    "measured": "the message with voltage and current",
}

FEW = 4
"""With more payloads than these the keep-alive carries values, and only its lengths say something."""


@requirement(
    "CHR-07",
    "What the device does when messages are lost, and when",
    needs=["dc", "charge"],
    duration="timeouts.all + 3 * follow_lag + 90",
)
@pytest.mark.parametrize("lost", list(WORDS))
def test_reaction_to_a_loss(bench: Bench, unit: float, lost: str) -> None:
    roles = bench.bank.dialect.roles
    if lost != "all" and (bench.rig.over_rs485 or lost not in roles):
        pytest.skip(f"not observable: no message of its own tells the {lost}")
    ids = () if lost == "all" else (roles[lost],)
    bench.bank.limit(ccl=unit, dcl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    loss = lose_messages(bench, *ids, declared=getattr(bench.declares.timeouts, lost))
    remains = bench.current(over=5.0)
    share = abs(float(remains.value)) / abs(float(loss.before.value))
    word = "stops" if share <= REMAINS else "goes on" if share >= KEPT else "goes on with less current"
    bench.judge.characterise(
        bench.observe("reaction", word, loss.start),
        key=f"loss.{lost}.reaction",
        statement=f"What the device does without {WORDS[lost]}",
    )
    bench.judge.characterise(
        remains,
        key=f"loss.{lost}.residual",
        statement="Current that remains after the reaction, or without one",
    )
    if loss.reaction is not None:
        doubt = max(loss.reaction.uncertainty, bench.declares.tick)
        bench.judge.characterise(
            msgspec.structs.replace(loss.reaction, uncertainty=doubt),
            key=f"loss.{lost}.time",
            statement="From the last frame to the end of the charge",
        )


@requirement(
    "CHR-08",
    "How soon the device accepts the bank again after a loss, and how soon it has its power back",
    needs=["dc", "charge"],
    duration="timeouts.all + recovery.power + 3 * follow_lag + 60",
)
def test_coming_back(bench: Bench, unit: float) -> None:
    recovery = bench.declares.recovery
    if recovery.mode == "manual":
        pytest.skip("not declared: the profile says that somebody resets the device by hand")
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    before = bench.current()
    silence = bench.bank.silence()
    bench.run((bench.declares.timeouts.all or bench.acceptance.loss_stop) + 10.0)
    stopped = abs(bench.control.current) <= REMAINS * abs(float(before.value))
    silence.off()
    start = bench.seconds
    period, tick = bench.declares.period.nominal, bench.declares.tick
    if not stopped and bench.readback is None:
        pytest.skip("not observable: it goes on without its batteries, and nothing tells what it believes")
    if bench.readback is not None and bench.until_accepted(timeout=recovery.communication + 60.0):
        accepted = bench.elapsed("bank accepted", start)
        bench.judge.characterise(
            # Looked at twice a second, over a period of the bank.
            msgspec.structs.replace(accepted, uncertainty=0.5 + period + tick),
            key="recovery.communication",
            statement="From the end of the silence until the read-back says that it works with the bank",
        )
    if not stopped:
        return  # no power was away that could come back
    with fast_sampling(bench):
        power = returned(bench, before, start, timeout=2 * recovery.power + 60.0)
    if power is None:
        raise Inconclusive("the charge did not come back: whether it ever does is asked in HBT-04")
    bench.judge.characterise(
        msgspec.structs.replace(power, uncertainty=max(power.uncertainty, period + tick)),
        key="recovery.power",
        statement="From the end of the silence to 90 % of the current before",
    )


@requirement(
    "CHR-09",
    "How regularly the device gives its sign of life, and what is in it",
    duration="150",
    silent_device=True,
    scenarios=["S10", "S11"],
)
def test_sign_of_life(bench: Bench) -> None:
    if bench.declares.keepalive.trigger == "never":
        pytest.skip("not declared: the device sends no keep-alive")
    start = bench.seconds
    bench.run(120.0)
    heard = bench.bus.keepalive.times(start)
    if len(heard) < 3:
        raise Inconclusive(f"{len(heard)} signs of life in 120 s: no period can be told")
    distances = [after - before for before, after in pairwise(heard)]
    figures = {
        "period": (median(distances), "Median distance of two signs of life"),
        "jitter": (max(distances) - min(distances), "From the shortest distance to the longest"),
        "longest_gap": (max(distances), "The longest silence in 120 s"),
    }
    for name, (value, statement) in figures.items():
        bench.judge.characterise(
            bench.figure("keep-alive", value, "s", how="worked out of times", start=start),
            key=f"keepalive.{name}",
            statement=statement,
        )
    if bench.rig.over_rs485:
        return
    declared = bench.declares.keepalive
    frames = bench.journal.frames(start, bench.seconds)
    heard_of = frames[frames["id"] == declared.id]
    kinds = sorted({bytes(row["data"][: row["dlc"]]).hex(" ") or "empty" for row in heard_of})
    lengths = sorted({int(row["dlc"]) for row in heard_of})
    shown = "; ".join(kinds) if len(kinds) <= FEW else f"changing, {', '.join(map(str, lengths))} bytes"
    bench.judge.characterise(
        bench.observe("payloads of the keep-alive", shown, start),
        key="keepalive.payloads",
        statement=f"Payloads of 0x{declared.id:X} in 120 s",
    )
