"""One run: something goes wrong once, the off order runs, and what is on is held against its report."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from fault_lab import LONGEST_CALL, Lab

from bmshil.errors import BmsHilError
from bmshil.instruments import Capability
from bmshil.safety import Outcome, wait_on_wall

if TYPE_CHECKING:
    from bmshil.safety import OffReport
    from bmshil.safety.report import OffStep

UNDER_WAY = 1.0
"""How long a command to a board that answers nothing may be under way, s."""


class Outcomes(NamedTuple):
    """What one run has shown.

    Attributes:
        told: what enabling raised; empty when it went through.
        left_on: what was on after the off order, at the twin itself.
        named: devices whose off was told to have failed.
        unknown: devices that were on and read nothing back, so that their off was told as not verified.
        wrong: every rule that was broken, in words.
    """

    told: str
    left_on: dict[str, str]
    named: set[str]
    unknown: set[str]
    wrong: list[str]


def run(model: str, role: str, fault: str, phase: str, seed: int) -> Outcomes:
    """Let something go wrong once, switch off, and see whether anything stayed on that nobody was told of.

    Args:
        model: name of the driver under test.
        role: what it is.
        fault: one of ``TRANSPORT``.
        phase: one of ``PHASES``.
        seed: of the moment within the phase.
    """
    told, wrong = "", []
    messages = _messages(model, role)
    with Lab(model, role) as lab:
        if phase != "after":
            # Both of them count: nothing has begun yet, and the last message has gone through.
            moment = 0 if phase == "before" else random.Random(seed).randint(1, max(1, messages[0]))
            lab.fault_after(moment, fault)
        try:
            lab.enable()
        except BmsHilError as error:
            told = str(error)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            wrong.append(f"enabling raised {type(error).__name__}: {error}")
        if phase == "after":
            lab.fault_after(random.Random(seed).randint(0, max(0, messages[1] - 1)), fault)
        report = lab.off()
        left_on, named = lab.left_on(), {step.device for step in report.failures}
        unknown = _unknown(lab, report, left_on)
        wrong += _silence(report, left_on, unknown)
        wrong += [
            f"{name}() took {seconds:.2f} s" for name, seconds in lab.calls.items() if seconds > LONGEST_CALL
        ]
        lab.mend()
        again = lab.off()
        if all(_is_mute(lab, device) for device in lab.left_on()):
            # The last command may still be under way when the off order ends.
            wait_on_wall(lambda: not lab.left_on(), UNDER_WAY)
        if not again.clean or lab.left_on():
            wrong.append(f"still not off once mended: {again}; on: {lab.left_on()}")
    return Outcomes(told, left_on, named, unknown, wrong)


def _unknown(lab: Lab, report: OffReport, left_on: dict[str, str]) -> set[str]:
    """Devices that are on, read nothing back, and were told to go off: the report says so, and no more."""
    return {
        device
        for device in left_on
        if _is_mute(lab, device) and {step.outcome for step in _off_steps(report, device)} == {Outcome.DONE}
    }


def _is_mute(lab: Lab, device: str) -> bool:
    """Whether a device reads nothing back, so that nobody knows when it has heard a command."""
    return Capability.READ_BACK not in lab.connected[device].capabilities


def _silence(report: OffReport, left_on: dict[str, str], unknown: set[str]) -> list[str]:
    """What is on though the report says that it is off, or says nothing."""
    wrong = []
    for device, what in left_on.items():
        steps = _off_steps(report, device)
        if device not in unknown and not any(step.outcome is Outcome.FAILED for step in steps):
            wrong.append(f"{device} is on ({what}) and nobody was told: {report}")
        wrong += [
            f"{step} is told of what is on ({what})"
            for step in steps
            if step.outcome is Outcome.VERIFIED
            and (step.action == "off" or step.action.removeprefix("open ") in what.split(", "))
        ]
    return wrong


def _off_steps(report: OffReport, device: str) -> list[OffStep]:
    return [
        step
        for step in report.steps
        if step.device == device and (step.action == "off" or step.action.startswith("open "))
    ]


_counted: dict[tuple[str, str], tuple[int, int]] = {}


def _messages(model: str, role: str) -> tuple[int, int]:
    """How many messages enabling and the off order take while nothing goes wrong."""
    if (model, role) not in _counted:
        with Lab(model, role) as lab:
            begin = lab.heard
            lab.enable()
            middle = lab.heard
            report = lab.off()
            if not report.clean or lab.left_on():
                raise RuntimeError(f"{model} as {role} does not go off though nothing is wrong: {report}")
            _counted[model, role] = middle - begin, lab.heard - middle
    return _counted[model, role]
