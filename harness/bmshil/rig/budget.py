"""The power budget: which stimuli a rig can make bind on its device.

A limit test proves nothing unless the device could do more than the limit. So each stimulus needs 1.2 times
its limit, from the device, from the rig's envelope and from whatever feeds or loads the device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bmshil.rig.rig_file import Rig

Direction = Literal["charge", "discharge"]

BINDING = 1.2
"""How many times the limit under test the device must be able to move."""

STIMULI = {"minimum": 1.0, "n_minimum": 3.0, "sum": 5.0}
"""Limits of 2, 1 and 2 times I_ref, by the rule that makes one of them, as multiples of I_ref."""


@dataclass(frozen=True)
class Budget:
    """One stimulus in one direction.

    Attributes:
        direction: charge or discharge.
        stimulus: rule whose result is the limit under test.
        needed: current that the device must be able to move, A.
        available: current that device and rig can move, A.
        bound_by: what sets that figure.
    """

    direction: Direction
    stimulus: str
    needed: float
    available: float
    bound_by: str

    @property
    def fits(self) -> bool:
        """Whether the rig can run requirements with this stimulus."""
        return self.needed <= self.available


def power_budget(rig: Rig, reference: float, voltage: float) -> list[Budget]:
    """Compare what each stimulus needs with what device and rig can do.

    Losses between the AC side and the battery are not counted: a stimulus that fits by a few percent may
    still turn out not to bind, which blocks its test.

    Args:
        rig: the rig with its device.
        reference: I_ref, A.
        voltage: highest DC voltage of the tests, V: where power gives the least current.

    Returns:
        One entry per direction and stimulus.
    """
    entries: list[Budget] = []
    directions: dict[Direction, dict[str, float]] = {
        "charge": _charge(rig, voltage),
        "discharge": _discharge(rig, voltage),
    }
    for direction, ceilings in directions.items():
        bound_by, available = min(ceilings.items(), key=lambda item: item[1])
        entries += [
            Budget(direction, stimulus, BINDING * share * reference, available, bound_by)
            for stimulus, share in STIMULI.items()
        ]
    return entries


def _common(rig: Rig, voltage: float) -> dict[str, float]:
    ceilings = {"power rating of the device": rig.profile.declares.rating.power / voltage}
    if rig.envelope is not None:
        ceilings["current of the rig's envelope"] = rig.envelope.current
        ceilings["power of the rig's envelope"] = rig.envelope.power / voltage
    return ceilings


def _charge(rig: Rig, voltage: float) -> dict[str, float]:
    source = rig.power.get("ac_grid") or rig.power.get("pv")
    return {
        **_common(rig, voltage),
        "charge current of the device": rig.profile.declares.rating.charge_current,
        "ac_grid or pv of the rig": source.rating / voltage if source else 0.0,
    }


def _discharge(rig: Rig, voltage: float) -> dict[str, float]:
    sink = rig.power.get("ac_load")
    return {
        **_common(rig, voltage),
        "discharge current of the device": rig.profile.declares.rating.discharge_current,
        "ac_load of the rig": sink.rating / voltage if sink else 0.0,
    }
