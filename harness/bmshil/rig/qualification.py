"""What a rig lacks for a report of class qualification, as far as it can be told before it is switched on.

What comes after the run: that it is complete, and that the lab has signed the head of its chain.

Source: ISO/IEC 17025:2017, 6.4 and 6.5 (equipment, calibration in date, traceability), 7.6 (uncertainty),
7.8.3 and 7.8.6 (environmental conditions, decision rule in the report).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bmshil.rig.outputs import drill_refusals
from bmshil.rig.sheet import read_sheet, sheet_doubts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.rig.rig_file import Rig

MEASURES = {"meter": ("V", "A")}
"""Instruments whose values verdicts stand on, and the units that their certificate has to state."""


def qualification_lacks(
    rig: Rig, *, operator: str, ambient: str, today: date | None = None
) -> tuple[str, ...]:
    """Why a run on this rig would be no qualification, a line each with what to do; empty if it would be one.

    Args:
        rig: the rig.
        operator: who runs it; empty when nobody has said.
        ambient: temperature and humidity of the room in words; likewise.
        today: for the end of calibrations; the lab's own calendar when left out.

    Raises:
        RigError: the record of the last drill cannot be read.
        InputError: the set-up sheet is damaged.
    """
    return (
        *_software(rig),
        *_people(operator, ambient),
        *_device(rig),
        *_calibrations(rig, today or date.today()),  # noqa: DTZ011 - a day of the lab's own calendar
        *_sheet(rig),
        *(str(refusal) for refusal in drill_refusals(rig)),
    )


def _software(rig: Rig) -> Iterator[str]:
    if rig.twin_device:
        yield "the device is software: it proves the tests, and qualifies no inverter"


def _people(operator: str, ambient: str) -> Iterator[str]:
    if not operator.strip():
        yield "no operator: add --operator NAME, or operator to the rig file"
    if not ambient.strip():
        yield "no ambient: add --ambient '23 degC, 45 %', or ambient to the rig file"


def _device(rig: Rig) -> Iterator[str]:
    for what in ("firmware", "serial"):
        if not getattr(rig.dut, what).strip():
            yield f"the device has no {what}: write dut.{what} in the rig file"


def _calibrations(rig: Rig, today: date) -> Iterator[str]:
    for role, units in MEASURES.items():
        entry = rig.instruments.get(role)
        if entry is None:
            yield f"no instruments.{role}: verdicts need a calibrated {role}"
            continue
        held, where = entry.calibration, f"instruments.{role}.calibration"
        if held.due is None:
            yield f"no {where}.due: write the last day on which it holds"
        elif held.due < today:
            yield f"{where} ended on {held.due}: have it calibrated"
        if not held.certificate.strip():
            yield f"no {where}.certificate: write the number of the certificate"
        for unit in units:
            stated = held.uncertainty.get(unit)  # type: ignore[call-overload]  # units are those of the table
            if stated is None:
                yield f"no {where}.uncertainty.{unit}: write what the certificate states (k = 2)"
            elif rig.tolerances.of(unit) < stated:
                claimed = f"{rig.tolerances.of(unit):g} {unit}"
                yield f"tolerances claim {claimed}, less than the {stated:g} of {where}: write at least that"


def _sheet(rig: Rig) -> Iterator[str]:
    if rig.twin_device or not rig.profile.declares.setup_sheet:
        return
    again = f"walk through it with `bmshil sheet {rig.path} --operator NAME`"
    sheet = read_sheet(rig)
    if sheet is None:
        yield f"no set-up sheet: {again}"
        return
    for doubt in sheet_doubts(rig, sheet):
        yield f"the set-up sheet does not hold, {doubt}: {again}"
