"""The part of the preflight that every run begins with: cheap, and enough to refuse what must not go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check, Result
from bmshil.bench.checks.dc_path import DcPath
from bmshil.bench.checks.identity import check_instrument
from bmshil.errors import RigError

if TYPE_CHECKING:
    from bmshil.bench.equipment import Equipment
    from bmshil.rig import Rig
    from bmshil.safety import Envelope, Wait


def dc_path(rig: Rig, equipment: Equipment, envelope: Envelope, wait: Wait) -> DcPath:
    """The trials of a rig's DC path."""
    return DcPath(
        equipment.terminals,
        equipment.meter,
        equipment.relays,
        envelope=envelope,
        wait=wait,
        lowest=rig.profile.declares.rating.voltage[0],
        zero=max(5 * rig.tolerances.voltage, 0.1),
    )


def require_fit(rig: Rig, equipment: Equipment, envelope: Envelope, wait: Wait) -> None:
    """Refuse instruments that are others or have tripped, a supply without output, and welded contactors.

    To be called with everything off; the supply is off again afterwards, also when this raises.

    Raises:
        RigError: with the cause and the remedy that ``bmshil check`` would tell.
    """
    for role in rig.instruments:
        instrument = getattr(equipment, role, None)
        if instrument is not None:  # the permit is the guard's
            _require(check_instrument(rig, role, instrument))
    for check in dc_path(rig, equipment, envelope, wait).essential():
        _require(check)


def _require(check: Check) -> None:
    if check.result is Result.FAILED:
        raise RigError(f"{check.name}: {check.found}: {check.remedy}")
