"""What can be said of a rig without opening anything."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check
from bmshil.bench.fitness.testable import check_fit
from bmshil.bench.terminals.stability import loop_findings
from bmshil.errors import BmsHilError
from bmshil.rig import refusals, waivers, warnings
from bmshil.rig.outputs import drill_refusals, has_outputs, mark_refusals, output_refusals
from bmshil.rig.sheet import read_sheet, sheet_doubts
from bmshil.safety import Envelope, last_drill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.rig import Rig

SOON = 30
"""Days before the end of a calibration from which on it is told."""

RENEW = "have it calibrated, or take another instrument; then correct calibration.due"


def paper_checks(rig: Rig, mutated: str | None = None) -> list[Check]:
    """Rules of the rig file, real outputs, drill and mark, calibrations, envelope.

    Raises:
        InputError: an unknown driver, or packs whose messages do not fit into one period.
        RigError: the records of earlier runs cannot be read.
    """
    return [
        *_rules(rig),
        _qualification(rig, mutated),
        *_outputs(rig),
        _sheet(rig),
        *_calibrations(rig),
        *_envelope(rig),
        *_loop(rig),
    ]


def _rules(rig: Rig) -> Iterator[Check]:
    refused = refusals(rig)
    for refusal in refused:
        yield Check.failed("rig file", refusal.removeprefix(f"{rig.path}: "), "")
    for warning in (*warnings(rig), *waivers(rig)):
        yield Check.warning("rig file", warning)
    if not refused:
        yield Check.ok("rig file", f"{rig.path}: nothing speaks against it")


def _qualification(rig: Rig, mutated: str | None) -> Check:
    try:
        check_fit(rig, mutated, simulated=rig.inside)
    except BmsHilError as error:
        told = f"`bmshil qualify` refuses this rig: {str(error).removeprefix(f'{rig.path}: ')}"
        if rig.instruments:
            return Check.failed("qualification", told, "")
        return Check.warning("qualification", told)  # it only plays batteries
    return Check.ok("qualification", f"{rig.profile.name} can be tested here")


def _outputs(rig: Rig) -> Iterator[Check]:
    if rig.inside:
        yield Check.ok("safety layers", "not needed: everything is software")
        return
    refused = output_refusals(rig)
    for refusal in refused:
        yield Check.failed("safety layers", *refusal)
    if not refused:
        stop = "an emergency stop" if rig.safety.emergency_stop else "no emergency stop"
        yield Check.ok(
            "safety layers", f"enough for {rig.envelope.power:g} W; {stop}" if rig.envelope else "no outputs"
        )
    marks = mark_refusals(rig)
    for mark in marks:
        yield Check.failed("last run", *mark)
    if not marks:
        yield Check.ok("last run", "no earlier run has left anything unconfirmed")
    if has_outputs(rig):
        yield _drill(rig)


def _drill(rig: Rig) -> Check:
    drill = last_drill(rig.name)
    for refusal in drill_refusals(rig):
        return Check.warning(
            "drill", refusal.cause, f"{refusal.remedy}; `bmshil qualify` refuses the rig until then"
        )
    if drill is None:
        return Check.skipped("drill", "not needed here")
    return Check.ok(
        "drill", f"{drill.when:%Y-%m-%d}: everything off {drill.kill_to_off:.2f} s after the kill"
    )


def _sheet(rig: Rig) -> Check:
    """Who has set the device up; a wrong menu is what most calls from the field end at."""
    if rig.twin_device:
        return Check.ok("set-up sheet", "not needed: the device is software")
    again = f"walk through it: `bmshil sheet {rig.path} --operator NAME`"
    sheet = read_sheet(rig)
    if sheet is None:
        return Check.warning("set-up sheet", "nobody has walked through it", again)
    for doubt in sheet_doubts(rig, sheet):
        return Check.warning("set-up sheet", f"{sheet.citation}: {doubt}", again)
    return Check.ok("set-up sheet", f"{sheet.citation}; {len(sheet.steps)} steps")


def _calibrations(rig: Rig) -> Iterator[Check]:
    today = date.today()  # noqa: DTZ011 - the end of a calibration is a day of the lab's own calendar
    due = {role: one.calibration.due for role, one in rig.instruments.items() if one.calibration.due}
    good = []
    for role, when in due.items():
        left = (when - today).days
        if left < 0:
            yield Check.failed(f"calibration {role}", f"ended on {when}", RENEW)
        elif left < SOON:
            yield Check.warning(f"calibration {role}", f"ends on {when}, in {left} days", RENEW)
        else:
            good.append(f"{role} until {when}")
    if good:
        yield Check.ok("calibration", ", ".join(good))
    elif not due:
        reason = "no instrument has a calibration.due in the rig file"
        yield Check.skipped("calibration", "software needs none" if rig.all_twin else reason)


def _envelope(rig: Rig) -> Iterator[Check]:
    """The envelope against what instruments and device can bear, and against what the tests need."""
    if rig.envelope is None:
        yield Check.skipped("envelope", "the rig has none, so nothing may be switched on")
        return
    limits = Envelope(rig.envelope.voltage, rig.envelope.current, rig.envelope.power)
    most = rig.profile.declares.rating.voltage[1]
    wrong = []
    if limits.over_voltage > most:
        wrong.append(
            f"the supply's protection would stand at {limits.over_voltage:g} V, above the {most:g} V that "
            f"{rig.profile.name} bears"
        )
    for role in ("supply", "sink"):
        rating = rig.instruments[role].rating if role in rig.instruments else None
        for name, unit in (("voltage", "V"), ("current", "A"), ("power", "W")):
            has, may = getattr(rating, name, None), getattr(limits, name)
            if has is not None and may > has:
                wrong.append(f"{name} {may:g} {unit} is more than the {role} can: {has:g} {unit}")
    for what in wrong:
        yield Check.failed("envelope", what, "lower the envelope, or take a stronger instrument")
    if not wrong:
        text = f"{limits.voltage:g} V, {limits.current:g} A, {limits.power:g} W"
        yield Check.ok("envelope", f"{text}: within device and instruments")


def _loop(rig: Rig) -> Iterator[Check]:
    """Whether the loop that plays the bank's terminals is stable against the device's own."""
    findings = loop_findings(rig) if "supply" in rig.instruments else ()
    for finding in findings:
        yield Check.failed("control loop", finding, "")
    if "supply" in rig.instruments and not findings:
        yield Check.ok("control loop", f"stable with a step of {rig.control.period:g} s")
