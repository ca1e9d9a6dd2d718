"""Letting whoever speaks to the device say something odd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms import Override, Raw
from bmshil.errors import Blocked, InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench
    from bmshil.bms import Fault, FaultHandle
    from bmshil.dialects import Alarm

    Said = float | int | bool | str | Alarm

STATE = 0x355
"""The message with the SOC in the dialects that share its layout with Pylontech LV."""

MEASURED = 0x356
"""The message with voltage, current and temperature in the same dialects."""


def odd(bench: Bench, *faults: Fault) -> list[FaultHandle]:
    """Switch faults on in whoever speaks to the device, once each: all peers, or the one who speaks for them.

    Raises:
        Blocked: the dialect cannot say it.
    """
    speakers = bench.bank.architecture.faults or [node.faults for node in bench.bank]
    try:
        return [one.on(fault) for fault in faults for one in speakers]
    except InputError as error:
        raise Blocked(f"not observable: {bench.bank.dialect.name} cannot say that: {error}") from error


def say(bench: Bench, **values: Said) -> list[FaultHandle]:
    """Let whoever speaks say other values of a report; see :func:`odd`."""
    bench.stimulus("the bank says " + ", ".join(f"{name}={value}" for name, value in values.items()))
    return odd(bench, Override(**values))


def say_bytes(bench: Bench, base: int, data: str, at: int = 0) -> list[FaultHandle]:
    """Let some bytes of a message be others, as hexadecimal digits; see :func:`odd`.

    Raises:
        Blocked: the dialect has no such message.
    """
    bench.stimulus(f"bytes {data} at {at} in 0x{base:X}")
    return odd(bench, Raw(data=bytes.fromhex(data), at=at, ids=(base,)))


def take_back(handles: list[FaultHandle]) -> None:
    """Switch what was said off again."""
    for handle in handles:
        handle.off()


def swing(bench: Bench) -> None:
    """Let the current swing on purpose until the bench is calm: the control loop is not to blame for it."""
    quality = bench.control.quality
    quality.swings_on_purpose = True

    def settle() -> None:
        quality.swings_on_purpose = False
        # What swung until now must not be counted later.
        quality.restart()

    bench.standing.callback(settle)


def in_turn(bench: Bench, every: float, *said: Callable[[], list[FaultHandle]]) -> None:
    """Say one thing after the other, each for ``every`` s, round and round until the bench is calm."""
    standing: list[FaultHandle] = []
    turn = 0

    def step() -> None:
        nonlocal turn
        take_back(standing)
        standing[:] = said[turn % len(said)]()
        turn += 1

    swing(bench)
    step()
    bench.standing.callback(lambda: take_back(standing))
    bench.standing.callback(bench.timeline.every(every, step, phase=every).cancel)
