"""Whether something that the bank says moves the device, or leaves the current as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.bench.stimuli.registry import STIMULI
from bmshil.errors import CodecError, Inconclusive

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench
    from bmshil.judge import Measurement

JUMP = 0.5
"""A device that charges this far beyond its CVL has shown what it does: no need to wait any longer, V."""

WHEN_FULL = 0.08
"""Less than what a Pylontech master asks for at 99 %, A for each Ah."""


def flowing(bench: Bench) -> float:
    """Measure the current that a change is compared with, A; how it is made of limits is asked in AGG.

    Raises:
        Inconclusive: so little flows that nothing could be seen.
    """
    amps = float(bench.current().value)
    if abs(amps) < 0.5 * bench.levels.reference:
        raise Inconclusive(f"only {amps:.1f} A flow before: no change could be seen")
    return amps


def begin_charge(bench: Bench) -> float:
    """Charge at a CCL of 1 x I_ref for each pack, and return what flows once that is settled, A.

    Raises:
        Inconclusive: so little flows that nothing could be seen.
    """
    unit = bench.levels.reference
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    return flowing(bench)


def begin_discharge(bench: Bench) -> float:
    """Discharge at a DCL of 1 x I_ref for each pack, and return what flows once that is settled, A.

    Raises:
        Inconclusive: so little flows that nothing could be seen.
    """
    unit = bench.levels.reference
    bench.bank.limit(dcl=unit)
    bench.discharge(limit=len(bench.bank) * unit)
    bench.settle_generously()
    return flowing(bench)


def begin(bench: Bench, scenario: str) -> float:
    """Bring the bench to where a scenario says something, and return the current that flows there, A.

    Raises:
        Inconclusive: so little flows that nothing could be seen.
    """
    STIMULI[scenario].bring(bench)
    return flowing(bench)


def begin_in_cv(bench: Bench, scenario: str) -> Measurement:
    """The same for a scenario of a bank that is nearly full: charge to constant voltage, and return that.

    Whoever speaks for a bank may ask for 0.1 C once it is full (console captures of Pylontech modules). So
    the current is let fall below that first, or the bank itself would end the constant voltage.

    Raises:
        Inconclusive: the device did not get there.
    """
    STIMULI[scenario].bring(bench)
    reached = bench.until_cv(timeout=600)
    if not reached.in_cv:
        raise Inconclusive("the device did not charge to constant voltage: no change could be seen")
    little = WHEN_FULL * sum(module.capacity for module in bench.rig.modules)
    if bench.control.current <= little:
        return reached.voltage
    bench.until(lambda: bench.control.current < little, timeout=600)
    return bench.voltage()


def play(bench: Bench, scenario: str) -> float:
    """Play a scenario and let it stand; return when it began, s."""
    began = bench.seconds
    STIMULI[scenario].play(bench)
    return began


def watch_cv(bench: Bench, before: Measurement, seconds: float = 30.0) -> None:
    """Let time pass, but no longer than until the device charges far beyond where it stood."""
    highest = float(before.value) + JUMP
    bench.until(lambda: bench.control.voltage > highest, timeout=seconds)


def judge_unmoved(bench: Bench, before: float, statement: str, citation: str) -> None:
    """Judge, once the device has had time to react, that the current is what it was before, A."""
    bench.settle_generously()
    judge_as_before(bench, before, statement, citation)


def judge_as_before(bench: Bench, before: float, statement: str, citation: str) -> None:
    """Judge that the current now is what it was before, A: where the test itself has waited long enough."""
    bench.judge.equals(bench.current(), before, wrong=[0.0], statement=statement, citation=citation)


def swing(bench: Bench, since: float) -> Measurement:
    """By how much the current has moved to and fro since then (s)."""
    highest, lowest = (
        float(bench.measure("dc.current", since, reduction=reduction).value) for reduction in ("max", "min")
    )
    return bench.figure("swing of the current", highest - lowest, "A", how="highest - lowest", start=since)


def can_say_dcl(bench: Bench, dcl: float) -> bool:
    """Whether the message with the limits can carry this DCL, A."""
    dialect = bench.bank.dialect
    try:
        dialect.encode(dialect.role("limits"), replace(bench.bank[1].report, dcl=dcl))
    except CodecError:
        return False
    return True


def sends(bench: Bench, base: int) -> bool:
    """Whether the bank sends a message with this base identifier."""
    return any(message.id == base for message in bench.bank.dialect.messages)
