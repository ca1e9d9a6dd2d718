"""The levels that requirements are tested at, from the ratings of device and rig.

Stimuli come in classes, so that one requirement fits a 1 kW and a 50 kW device: the articles' 100/50/100 A
become 2/1/2 times a reference current, and every voltage exists once per number of cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.rig import Rig

REFERENCE_SHARE = 0.15
"""I_ref as a share of the smallest rating, currents and powers alike. The largest limit, five times I_ref,
must be exceeded by 20 % to show that it binds and not the device: 1.2 x 5 x 0.15 = 0.9. See the decision
record."""

BINDING = 1.2
"""The device must have moved this many times the limit under test, with the limits open."""

CLOSEST = 2 / 3
"""Distance of the two answers to 2 : 1 : 2 that lie closest, 1 and 5/3, in units of I_ref."""

HEADROOM = 0.95
"""Share of the rig's envelope that open limits and the load may make use of."""

START_SOC = 0.6
"""State of charge that tests begin with unless they ask for another: the middle of the plateau."""

NEAR_FULL = 0.985
"""State of charge from which a bank reaches its CVL within minutes."""


@dataclass(frozen=True)
class Levels:
    """What to set in a test.

    Attributes:
        reference: I_ref, A.
        high_cvl: CVL of a pack that is content, V.
        low_cvl: CVL of the pack that wants less, V.
        mean_cvl: what a device that averages two high and one low reaches, V.
        open_cvl: CVL that never binds in a test of currents, V.
        dvl: discharge cut-off, V.
        fullest: state of charge from which the lowest CVL can still be charged to.
    """

    reference: float
    high_cvl: float
    low_cvl: float
    mean_cvl: float
    open_cvl: float
    dvl: float
    fullest: float = NEAR_FULL


# The average of two packs at 56.0 V and one at 55.2 V is 55.73 V: 0.53 V from the right answer.
_VOLTAGES = {
    16: {"high_cvl": 56.0, "low_cvl": 55.2, "mean_cvl": 55.73, "open_cvl": 57.6, "dvl": 44.8},
    15: {"high_cvl": 53.2, "low_cvl": 52.4, "mean_cvl": 52.93, "open_cvl": 54.0, "dvl": 44.5},
}

# 1.33 V from the average to the right answer. For 15 cells nobody has defined such a set: there is none.
_WIDE = {
    16: {"high_cvl": 56.0, "low_cvl": 54.0, "mean_cvl": 55.33, "open_cvl": 57.6, "dvl": 44.8},
}

_FULLEST_BELOW_WIDE = 0.98  # 53.8 V at rest; at NEAR_FULL 16 cells rest above 54.0 V


def levels(cells: int, *ratings: float, blur: float = 0.0) -> Levels:
    """Choose the levels for a bank and the ratings of device and rig.

    Args:
        cells: cells in series.
        ratings: currents that device and rig can do, A; powers as what flows at the high CVL.
        blur: how far a measured voltage may lie from what a right device was told, V: the accuracy that the
            device declares plus the uncertainty of the rig. When it is half the distance between the lowest
            CVL and the average of the CVLs or more, two answers overlap, and a bank of 16 cells gets a wide
            set. A bank of 15 cells has none: its tests of the CVL are then inconclusive.

    Raises:
        InputError: there is no set of voltages for this number of cells.
    """
    usual = _voltages(cells)
    reference = REFERENCE_SHARE * min(*ratings, float("inf"))
    if cells in _WIDE and blur >= (usual["mean_cvl"] - usual["low_cvl"]) / 2:
        return Levels(reference=reference, **_WIDE[cells], fullest=_FULLEST_BELOW_WIDE)
    return Levels(reference=reference, **usual)


def _voltages(cells: int) -> dict[str, float]:
    """The usual test voltages for a bank."""
    if cells not in _VOLTAGES:
        known = " and ".join(str(one) for one in sorted(_VOLTAGES))
        raise InputError(f"bank: there are test voltages for {known} cells in series, not for {cells}")
    return _VOLTAGES[cells]


def rig_levels(rig: Rig) -> Levels:
    """Choose the levels for a rig with its device: the weakest link decides.

    Raises:
        InputError: no voltages for the bank, or so little current that answers could not be told apart.
    """
    accuracy = rig.profile.declares.accuracy
    chosen = levels(
        rig.cells,
        *(amps for amps, _ in rating_bounds(rig)),
        blur=accuracy.voltage + rig.tolerances.voltage,
    )
    if CLOSEST * chosen.reference <= accuracy.current + rig.tolerances.current:
        raise InputError(
            f"{rig.path}: the weakest of device, envelope, instruments and sources leaves I_ref = "
            f"{chosen.reference:.2g} A, but the device regulates to {accuracy.current:g} A: no two answers "
            "could be told apart; give it a stronger source, load or envelope"
        )
    return chosen


def rating_bounds(rig: Rig) -> list[tuple[float, str]]:
    """What each part lets flow at the high CVL, A, and what it is, in words.

    Raises:
        InputError: there are no test voltages for the bank.
    """
    rating = rig.profile.declares.rating
    volts = _voltages(rig.cells)["high_cvl"]
    found = [
        (rating.charge_current, "the device's charge current"),
        (rating.discharge_current, "the device's discharge current"),
        (rating.power / volts, "the device's power"),
    ]
    if rig.envelope is not None:
        found += [
            (rig.envelope.current, "envelope.current"),
            (rig.envelope.power / volts, "envelope.power"),
        ]
    found += [(source.rating / volts, f"power.{role}") for role, source in rig.power.items()]
    for role in ("supply", "sink", "load"):
        unit = rig.instruments[role].rating if role in rig.instruments else None
        if unit is None:
            continue
        if unit.current is not None and role != "load":  # the load's amperes flow on the AC side
            found.append((unit.current, f"instruments.{role}.rating.current"))
        if unit.power is not None:
            found.append((unit.power / volts, f"instruments.{role}.rating.power"))
    return found
