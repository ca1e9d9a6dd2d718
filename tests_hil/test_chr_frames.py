"""CHR: which messages the device needs, how often and how long they must be. Nothing passes or fails."""

import pytest

from bmshil.bench import MARGIN, Bench
from bmshil.bench.stimuli.saying import swing
from bmshil.bms import Dlc, Override, Period
from bmshil.errors import Inconclusive
from pytest_bmshil import requirement

FAST = (0.5, 0.2, 0.1, 0.05)
SLOW = (2.0, 3.0, 5.0, 10.0)
"""Periods that are tried, s, from the usual one away."""

LENGTHS = (4, 5, 6, 7, 8)


def moves(bench: Bench, unit: float) -> bool:
    """Whether at least half of one pack's limit flows into the bank now."""
    return bench.control.current >= 0.5 * unit


def named(ids: list[int]) -> str:
    return ", ".join(f"0x{one:03X}" for one in ids) or "none"


@requirement(
    "CHR-10",
    "Which messages the device needs to start",
    needs=["can", "dc", "charge", "relays"],
    duration="9 * boot + 9 * recovery.power + 540",
)
def test_messages_needed_to_start(bench: Bench, unit: float) -> None:
    patience = bench.declares.boot + bench.declares.recovery.power + 3 * bench.following + 20.0
    bench.bank.limit(ccl=unit)
    needed = []
    for message in bench.bank.dialect.messages:
        with bench.bank.silence(message.id):
            bench.power_cycle()
            bench.power.start_charge()
            if not bench.until(lambda: moves(bench, unit), patience):
                needed.append(message.id)
        bench.power.idle()
    bench.power_cycle()
    bench.power.start_charge()
    if not bench.until(lambda: moves(bench, unit), patience):
        raise Inconclusive("with all messages it does not start either: nothing can be told about one")
    bench.judge.characterise(
        bench.observe("messages needed to start", named(needed)),
        key="frames.start",
        statement=f"Messages, missing one by one, without which no charge begins in {patience:.0f} s",
    )


@requirement(
    "CHR-11",
    "Which messages the device needs to go on",
    needs=["can", "dc", "charge"],
    duration="9 * timeouts.all + 9 * recovery.power + 300",
)
def test_messages_needed_to_go_on(bench: Bench, unit: float) -> None:
    declared = bench.declares.timeouts
    longest = max(
        declared.all or 0.0, declared.limits or 0.0, declared.state or 0.0, bench.acceptance.loss_stop
    )
    patience = longest + bench.declares.period.nominal + bench.declares.tick + MARGIN
    back = bench.declares.recovery.power + 3 * bench.following + 20.0
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()

    def missed(ids: list[int]) -> bool:
        with bench.bank.silence(*ids):
            ended = bench.until(lambda: not moves(bench, unit), patience)
        if ended and not bench.until(lambda: moves(bench, unit), back):
            raise Inconclusive(
                f"it did not come back after {named(ids)} was missing: nothing more can be told"
            )
        return ended

    everything = [message.id for message in bench.bank.dialect.messages]
    roles = bench.bank.dialect.roles
    likely = [one for one in everything if one in (roles.get("limits"), roles.get("state"))]
    rest = [one for one in everything if one not in likely]
    # Most devices need none of the rest: then one look is enough for all of them.
    if not (rest and missed(rest)):
        rest = []
    needed = [one for one in [*likely, *rest] if missed([one])]
    bench.judge.characterise(
        bench.observe("messages needed to go on", named(needed)),
        key="frames.run",
        statement=f"Messages without which the charge ends within {patience:.0f} s",
    )


@requirement(
    "CHR-12",
    "How often and how seldom the messages may come",
    needs=["can", "dc", "charge"],
    duration="3 * follow_lag + 300",
)
@pytest.mark.parametrize(("name", "periods"), [("fastest", FAST), ("slowest", SLOW)])
def test_accepted_periods(bench: Bench, unit: float, name: str, periods: tuple[float, ...]) -> None:
    spoken = bench.bank.dialect
    if name == "fastest" and spoken.role("limits") in spoken.answers:
        pytest.skip("not observable: the device asks, and the batteries follow its rhythm")
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    works = bench.bank[1].period
    for period in periods:
        if (period < works) is not (name == "fastest"):
            continue
        handles = [node.faults.on(Period(seconds=period)) for node in bench.bank]
        ended = bench.until(lambda: not moves(bench, unit), max(10.0, 5 * period))
        bench.bank.limit(ccl=0.0)
        followed = bench.until(lambda: not moves(bench, unit), bench.following + 2 * period)
        bench.bank.limit(ccl=unit)
        again = bench.until(lambda: moves(bench, unit), bench.declares.recovery.power + 2 * period + 30.0)
        for handle in handles:
            handle.off()
        if ended or not followed or not again:
            break
        works = period
    tried = ", ".join(f"{one:g}" for one in periods)
    bench.judge.characterise(
        bench.figure(f"{name} period", works, "s", how="told to the bank"),
        key=f"period.{name}",
        statement=f"The {name} period at which it goes on and follows the CCL; tried: {tried} s",
    )


@requirement(
    "CHR-13",
    "Which lengths of the message with the limits the device takes",
    needs=["can", "dc", "charge"],
    duration="60 * follow_lag + 300",
)
def test_accepted_lengths_of_the_limits(bench: Bench, unit: float) -> None:
    limits = bench.bank.dialect.role("limits")
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    taken = []
    swing(bench)
    for length in LENGTHS:
        bench.bank.limit(ccl=unit)
        if not bench.until(
            lambda: moves(bench, unit), bench.declares.recovery.power + 3 * bench.following + 20.0
        ):
            raise Inconclusive(f"it did not come back before length {length}: nothing more can be told")
        handles = [node.faults.on(Dlc(length=length, ids=(limits,))) for node in bench.bank]
        bench.run(2 * bench.declares.period.nominal)
        bench.bank.limit(ccl=0.0)
        followed = bench.until(
            lambda: not moves(bench, unit), bench.following + 2 * bench.declares.period.nominal
        )
        for handle in handles:
            handle.off()
        if followed:
            taken.append(length)
    bench.judge.characterise(
        bench.observe("lengths taken", ", ".join(map(str, taken)) or "none"),
        key="lengths.limits",
        statement=f"Lengths of 0x{limits:03X} with which a CCL of 0 A is followed; tried: 4 to 8 bytes",
    )


@requirement(
    "CHR-14",
    "Which lengths of the message with the SOC the device takes",
    needs=["can", "readback:soc"],
    duration="30 * follow_lag + 60",
)
def test_accepted_lengths_of_the_state(bench: Bench) -> None:
    state = bench.bank.dialect.role("state")
    usual = float(bench.ask("soc").value)
    taken = []
    for length in (2, *LENGTHS):
        handles = []
        for node in bench.bank:
            handles += [node.faults.on(Dlc(length=length, ids=(state,))), node.faults.on(Override(soc=0.33))]
        bench.settle_generously()
        if abs(float(bench.ask("soc").value) - 0.33) < 0.5 * abs(usual - 0.33):
            taken.append(length)
        for handle in handles:
            handle.off()
        bench.settle_generously()
    bench.judge.characterise(
        bench.observe("lengths taken", ", ".join(map(str, taken)) or "none"),
        key="lengths.state",
        statement=f"Lengths of 0x{state:03X} with which a new SOC is shown; tried: 2 and 4 to 8 bytes",
    )
