"""Working out again how well a value is known: from the samples, the register, the tolerances of the rig."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import yaml

from bmshil.evidence.rejudge.difference import Difference, Kind
from bmshil.evidence.rejudge.values import same
from bmshil.inverter.registers import rounding
from bmshil.judge import expanded
from bmshil.judge.measurement import CROSSINGS, REDUCTIONS
from bmshil.judge.uncertainty import EXACT, OF_OHMS, OF_STAMPS, UNSTATED

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.evidence.facts import RunFacts
    from bmshil.evidence.records import JudgementRecord, MeasurementRecord
    from bmshil.evidence.rejudge.material import Material

STAMPED = ("longest silence", "elapsed", "first frame")
"""Reductions that are the distance of two stamps of the bench's own clock."""

EXACTLY = ("observed", "count", "share", "named")
"""Reductions that have no uncertainty: facts, words and counts."""

ASKED = "readback."
"""How the channel of what the device was asked begins."""

UNITS = {"voltage": "V", "current": "A", "time": "s"}
"""Unit of each entry of a rig file's ``tolerances``."""

NOTED = "noted"
"""The rule of a value that is only characterised: a test may widen how well it is known, never narrow it."""


class Known(NamedTuple):
    """What the evidence says about an uncertainty.

    Attributes:
        value: expanded, in the unit of the measurement; None where nothing but the record tells it.
        strict: whether the record must have it. Where it need not, how the figure came about is free text.
    """

    value: float | None
    strict: bool = True


def known(measured: MeasurementRecord, material: Material) -> Known:
    """How well a value is known, worked out again.

    Args:
        measured: the value with its recipe; the uncertainty in it plays no part.
        material: the evidence about the test.
    """
    how = measured.reduction
    if how in REDUCTIONS and measured.channel in material.records.channels:
        return Known(_sampled(measured, material))
    if isinstance(measured.value, bool | str) or how in EXACTLY or measured.channel.endswith(".tec"):
        return Known(0.0)
    if how in STAMPED:
        return Known(OF_STAMPS)
    if how == "read" and (measured.unit == "ohm" or measured.channel.startswith(ASKED)):
        return Known(_read(measured, material))
    if how.startswith(EXACT):
        return Known(0.0, strict=False)
    # What the rig does not measure, such as a share, has no uncertainty of an instrument.
    return Known(material.tolerances.get(measured.unit, 0.0) if material.tolerances else None, strict=False)


def _sampled(measured: MeasurementRecord, material: Material) -> float | None:
    """Of a window of samples, from these and the rig's tolerance; None where the run does not tell that."""
    how, channel = measured.reduction, measured.channel
    instrument = material.tolerances.get("s" if how in CROSSINGS else material.records.unit(channel))
    if instrument is None:
        return None
    return expanded(material.records, channel, measured.start, measured.end, how, instrument=instrument)


def _read(measured: MeasurementRecord, material: Material) -> float | None:
    """Of what a register of the device or an ohmmeter tells."""
    if measured.unit == "ohm":
        # JSON has no infinity: a cable that is open has no value, and that is exact.
        return OF_OHMS * float(measured.value) if isinstance(measured.value, int | float) else 0.0
    if material.profile is None:
        return None
    name = measured.channel.removeprefix(ASKED)
    register = material.profile.declares.readback.declared().get(name)
    return None if register is None else rounding(name, register)


def differs(where: str, record: JudgementRecord, now: Known) -> Difference | None:
    """What is to be said of a recorded uncertainty that the evidence contradicts; None when it does not."""
    measured = record.measurement
    if measured is None or now.value is None or not now.strict:
        return None
    then = measured.uncertainty or 0.0
    if same(then, now.value) or (record.rule == NOTED and then > now.value):
        return None
    what = f"{measured.channel}: {record.statement}"
    return Difference(where, Kind.UNCERTAINTY, f"{then:.4g}", f"{now.value:.4g}", what)


def doubted(where: str, record: JudgementRecord, now: Known) -> list[str]:
    """What has to be said of an uncertainty that was taken as recorded though a verdict may stand on it."""
    measured = record.measurement
    if measured is None or record.rule == NOTED:
        return []
    then = f"{measured.uncertainty or 0.0:.4g} {measured.unit}".rstrip()
    other = "" if now.value is None else f"; the rig's tolerances give {now.value:g}"
    return [f"{where}: uncertainty of {measured.channel} is taken as recorded: {then}{other}"]


def tolerances_differ(facts: RunFacts, rig: Path | None) -> list[Difference]:
    """Whether the summary has other tolerances than the rig file that the bundle keeps.

    Args:
        facts: of the run.
        rig: the kept rig file; None where there is none.
    """
    try:
        tree = yaml.safe_load(rig.read_bytes()) if rig is not None else None
    except (OSError, yaml.YAMLError):
        return [Difference("run", Kind.UNCERTAINTY, "a rig file", "none that can be read", "tolerances")]
    if not isinstance(tree, dict):
        return []
    stated = tree.get("tolerances")
    stated = stated if isinstance(stated, dict) else {}
    return [
        Difference(
            "run",
            Kind.UNCERTAINTY,
            f"{told:g} {unit}",
            f"{stated[name]} in the rig file"
            if name in stated
            else f"{UNSTATED[unit]} where the rig file is silent",
            "tolerances",
        )
        for name, unit in UNITS.items()
        if (told := facts.tolerances.get(unit)) is not None and told != stated.get(name, UNSTATED[unit])
    ]
