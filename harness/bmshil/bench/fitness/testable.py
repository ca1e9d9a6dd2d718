"""Whether an inverter can be tested on a rig, told before anything is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.fitness.drivers import driver_findings
from bmshil.bench.fitness.levels import rig_levels
from bmshil.bench.terminals.stability import loop_findings
from bmshil.errors import InputError, RigError
from bmshil.inverter import mutation
from bmshil.rig.outputs import drill_refusals, output_refusals

if TYPE_CHECKING:
    from bmshil.rig import Rig


def check_testable(
    rig: Rig, mutated: str | None = None, *, simulated: bool | None = None, drilled: bool = True
) -> None:
    """Refuse a rig on which no inverter can be tested, before anything is opened.

    Args:
        rig: from ``load``.
        mutated: deviation of the twin's inverter that is wanted.
        simulated: whether it is to run on simulated time; None for as the rig does by itself.
        drilled: whether real outputs need a drill; not for the drill itself.

    Raises:
        InputError: as :func:`check_fit`.
        RigError: as :func:`check_fit`; or real outputs without what must stand beside the computer, or
            without a recent drill.
    """
    check_fit(rig, mutated, simulated=simulated)
    for refusal in (*output_refusals(rig), *(drill_refusals(rig) if drilled else ())):
        raise RigError(f"{rig.path}: {refusal}")


def check_fit(rig: Rig, mutated: str | None = None, *, simulated: bool | None = None) -> None:
    """Refuse a rig whose parts cannot do what a test needs; the rules for real outputs come on top.

    Args:
        rig: from ``load``.
        mutated: deviation of the twin's inverter that is wanted.
        simulated: whether it is to run on simulated time; None for as the rig does by itself.

    Raises:
        InputError: supply, meter or envelope is missing, a driver is unknown or not fit for its role, or a
            mutation that is not for this rig or device.
        RigError: a driver cannot do what the bench asks of it, or the loop that plays the bank could swing on
            this rig.
    """
    if mutated is not None and not rig.twin_device:
        raise InputError(f"{rig.path}: only a twin can be mutated, and this rig is real")
    for role in ("supply", "meter"):
        if role not in rig.instruments:
            raise InputError(f"{rig.path}: instruments.{role} is missing: a DUT cannot be tested without it")
    if rig.envelope is None:
        raise InputError(f"{rig.path}: envelope is missing: say what the rig may ever do (V, A, W)")
    for role, source in rig.power.items():
        if source.by == "manual" and rig.twin_device:
            raise InputError(
                f"{rig.path}: power.{role}.by: manual, but nobody can reach into a twin: use relays or load"
            )
    rig_levels(rig)
    simulated = rig.inside if simulated is None else simulated
    for finding in (*driver_findings(rig, simulated=simulated), *loop_findings(rig)):
        raise RigError(f"{rig.path}: {finding}")
    if mutated is not None:
        mutation(mutated, rig.profile).apply(rig.profile.behaves())
