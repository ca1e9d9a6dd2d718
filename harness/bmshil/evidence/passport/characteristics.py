"""The measured values of a passport: their keys, what each means, and which side is the better one.

A key is a promise to programs that read passports: it is never given another meaning. A requirement names it
where it characterises (``judge.characterise(..., key="step.ccl.down.dead_time")``). A key that is not listed
here is kept all the same, in the group "other" and with no better side.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Better(StrEnum):
    """Which of two values a lab would rather see."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


class Characteristic(msgspec.Struct, frozen=True):
    """What a key means.

    Attributes:
        key: e.g. ``step.ccl.down.dead_time``.
        title: for people.
        group: heading under which a passport shows it.
        better: which side is the better one; of words always neither.
    """

    key: str
    title: str
    group: str = "other"
    better: Better = Better.NEITHER


def _all() -> tuple[Characteristic, ...]:
    return (*_steps(), *_losses(), *_signs_of_life(), *_frames(), *_zeros())


def _steps() -> list[Characteristic]:
    """How a step of a limit is followed. Faster and with less overshoot is better."""
    found = []
    for limit in ("cvl", "ccl", "dcl"):
        group = f"{limit.upper()} step response"
        for way in ("down", "up"):
            name = f"step.{limit}.{way}"
            told = f"{limit.upper()} {way}"
            found += [
                Characteristic(f"{name}.dead_time", f"{told}: dead time", group, Better.LOWER),
                Characteristic(f"{name}.to_90", f"{told}: time to 90 %", group, Better.LOWER),
                Characteristic(f"{name}.overshoot", f"{told}: overshoot", group, Better.LOWER),
            ]
    return found


def _losses() -> list[Characteristic]:
    """What a loss does. Whether stopping is right is judged in HBT, so that the word has no better side."""
    found = []
    for lost, what in (
        ("all", "all frames"),
        ("limits", "the message with the limits"),
        ("state", "the message with the SOC"),
        ("measured", "the message with voltage and current"),
    ):
        found += [
            Characteristic(f"loss.{lost}.reaction", f"Without {what}: what it does", "Loss"),
            Characteristic(
                f"loss.{lost}.time", f"Without {what}: time to its reaction", "Loss", Better.LOWER
            ),
            Characteristic(f"loss.{lost}.residual", f"Without {what}: current that remains", "Loss"),
        ]
    return [
        *found,
        Characteristic(
            "recovery.communication",
            "End of the silence until it accepts the bank",
            "Recovery",
            Better.LOWER,
        ),
        Characteristic(
            "recovery.power", "End of the silence to 90 % of the current", "Recovery", Better.LOWER
        ),
    ]


def _signs_of_life() -> list[Characteristic]:
    group = "Keep-alive"
    return [
        Characteristic("keepalive.period", "Period: median distance of two", group),
        Characteristic(
            "keepalive.jitter", "Jitter: from the shortest to the longest distance", group, Better.LOWER
        ),
        Characteristic("keepalive.longest_gap", "Longest silence", group, Better.LOWER),
        Characteristic("keepalive.payloads", "Payloads, one beside the other", group),
    ]


def _frames() -> list[Characteristic]:
    group = "Frames"
    return [
        Characteristic("frames.start", "Messages without which it does not start", group),
        Characteristic("frames.run", "Messages without which it does not go on", group),
        Characteristic("period.fastest", "Fastest period tried at which it works", group, Better.LOWER),
        Characteristic("period.slowest", "Slowest period tried at which it works", group, Better.HIGHER),
        Characteristic("lengths.limits", "Lengths taken of the message with the limits", group),
        Characteristic("lengths.state", "Lengths taken of the message with the SOC", group),
    ]


def _zeros() -> list[Characteristic]:
    zero, voltage = "Limits of zero", "Charge voltage"
    return [
        Characteristic("zero.ccl.residual", "CCL 0 A: largest current that remains", zero, Better.LOWER),
        Characteristic("zero.dcl.residual", "DCL 0 A: largest current that remains", zero, Better.LOWER),
        Characteristic("zero.cvl_0.current", "CVL 0 V while charging: mean current", zero),
        Characteristic("zero.cvl_0v1.current", "CVL 0.1 V while charging: mean current", zero),
        Characteristic("cvl.offset", "Constant voltage less the CVL", voltage),
        Characteristic("cvl.taper", "How far below the CVL the current begins to fall", voltage),
        Characteristic("cvl.below_bank.current", "CVL 1 V below the bank: mean current", voltage),
    ]


CHARACTERISTICS: dict[str, Characteristic] = {one.key: one for one in _all()}
"""All known keys, in the order in which a passport shows them."""


def characteristic(key: str, title: str = "") -> Characteristic:
    """What a key means; an unknown one has the title that it was measured under."""
    return CHARACTERISTICS.get(key) or Characteristic(key, title or key)
