"""What a device does when its battery falls silent."""

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Targets(NamedTuple):
    """What the power stage is to keep to: volts, and amperes that are both positive."""

    cvl: float
    dvl: float
    charge: float
    discharge: float


React = Callable[[Targets, Targets], Targets | None]
"""(targets before the loss, rating of the device) -> targets now; None stops the power stage."""


def _stop(_before: Targets, _rating: Targets) -> Targets | None:
    return None


def _hold(before: Targets, _rating: Targets) -> Targets | None:
    return before


def _defaults(_before: Targets, _rating: Targets) -> Targets | None:
    return Targets(54.0, 42.0, 0.0, 0.0)


def _maximum(before: Targets, rating: Targets) -> Targets | None:
    return Targets(before.cvl, before.dvl, rating.charge, rating.discharge)


def _voltage_mode(_before: Targets, rating: Targets) -> Targets | None:
    return Targets(54.4, 48.0, rating.charge / 2, rating.discharge / 2)


def own_values(fallback: Mapping[str, float]) -> React:
    """Make the reaction of a device that goes on with cautious values of its own.

    Args:
        fallback: cvl, dvl (V), charge_current, discharge_current (A, both positive).
    """
    targets = Targets(
        *(float(fallback[name]) for name in ("cvl", "dvl", "charge_current", "discharge_current"))
    )

    def react(_before: Targets, rating: Targets) -> Targets | None:
        return targets._replace(
            charge=min(targets.charge, rating.charge), discharge=min(targets.discharge, rating.discharge)
        )

    return react


REACT: Mapping[str, React] = {
    "stop": _stop,
    # Keeps the last limits and goes on, as owners of diyBMSv4ESP32 report (#194, #216).
    "hold": _hold,
    # SMA without 0x351: CVL 54 V, CCL 0, DCL 0 (SMA FSS-ConnectingBat-TI-en-10).
    "defaults": _defaults,
    # A Huawei R4850G2 goes to full power within seconds (hoylabs/OpenDTU-OnBattery#1378).
    "maximum": _maximum,
    # "Use Batt V": the device falls back on what its owner once set for lead batteries.
    "voltage_mode": _voltage_mode,
}
