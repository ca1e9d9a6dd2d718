"""What a test was excused for and what ended it: recorded facts, held against the rest of its journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.evidence.rejudge.difference import Counts, Difference, Kind
from bmshil.evidence.rejudge.uncertainty import NOTED
from bmshil.judge import rig_health

if TYPE_CHECKING:
    from bmshil.evidence.rejudge.material import Material
    from bmshil.journal import Event

CHECKED = ("bus", "line")
"""Channels of the universal check: every test that has judged something ends with it, unless it disturbs."""

NO_VALUE = (" was never reached in a window of ", " was not sampled from ")
"""How the words of a measurement go that gave no value; the journal has it without one then."""


def contradicted(where: str, material: Material, counts: Counts, doubts: list[str]) -> list[Difference]:
    """What the journal has against the recorded circumstances of a test.

    Args:
        where: requirement and test.
        material: the evidence about it, with a conclusion.
        counts: counted on.
        doubts: added to, where a recorded excuse decides and nothing else shows it.
    """
    if material.conclusion is None:
        return []
    data = material.conclusion.data
    differences = [*_disturbed(where, material, data["disturbed"]), *_ended(where, material, counts)]
    if any(one.what == "disturbed" for one in differences):
        return differences
    for flag in _unproven(material):
        told = {"disturbed": data["disturbed"], "alone": data["alone"]}
        other = rig_health(material.records, material.start, data["end"], **{**told, flag: not told[flag]})
        if other != material.health:
            counts.excused += 1
            words = "excused" if told[flag] else "not excused"
            doubts.append(f"{where}: trouble of the bus is {words} by {flag!r}, as recorded")
            break
    return differences


def _disturbed(where: str, material: Material, disturbed: bool) -> list[Difference]:
    """Whether the universal check is where it has to be."""
    checked = _checked(material)
    if disturbed and checked:
        now = "a universal check of the bus, as no such test has it"
        return [Difference(where, Kind.CIRCUMSTANCE, "disturbed on purpose", now, "disturbed")]
    if (
        not disturbed
        and not checked
        and not material.interrupted
        and any(_asks(event) for event in material.judged)
    ):
        now = "no universal check of the bus, as only such a test lacks it"
        return [Difference(where, Kind.CIRCUMSTANCE, "not disturbed on purpose", now, "disturbed")]
    return []


def _unproven(material: Material) -> tuple[str, ...]:
    """Which excuses nothing but their record shows."""
    shown = any(_asks(event) for event in material.judged)
    return ("alone",) if shown else ("alone", "disturbed")


def _ended(where: str, material: Material, counts: Counts) -> list[Difference]:
    """Whether the journal shows what is said to have ended the test."""
    told = None if material.conclusion is None else material.conclusion.data["ended_by"]
    if told is None:
        return []
    then = f"{told['kind']}: {told['text']}"
    if told["kind"] == "RigError":
        # After trouble with the rig everything is switched off before the conclusion is drawn.
        if any(event.kind == "off" for event in material.within):
            return []
        return [Difference(where, Kind.CIRCUMSTANCE, then, "nothing was switched off", "what ended it")]
    if any(words in told["text"] for words in NO_VALUE):
        if any(event.data["value"] is None for event in material.measured):
            return []
        return [Difference(where, Kind.CIRCUMSTANCE, then, "every measurement has a value", "what ended it")]
    counts.endings += 1
    return []


def _checked(material: Material) -> bool:
    return any(
        event.data["measurement"]["channel"] in CHECKED
        and event.data["measurement"]["reduction"] == "observed"
        and event.data["measurement"]["start"] == material.start
        for event in material.judged
    )


def _asks(event: Event) -> bool:
    return bool(event.data["rule"] != NOTED)
