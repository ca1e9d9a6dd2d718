"""Which drivers cannot do what a bench asks of them, told before anything is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.instruments import Capability, driver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.rig import Rig

IN_THE_LOOP = frozenset({"supply", "sink", "meter"})
"""Roles that the control loop speaks to at every step."""


def driver_findings(rig: Rig, *, simulated: bool) -> Iterator[str]:
    """What is wrong with the drivers of a rig, a line each with what to do.

    A driver that does not say when a setting is done is no use on simulated time: the world would be looked
    at while the setting is still under way. Nobody follows the control loop by hand.

    Args:
        rig: from ``load``.
        simulated: whether waiting takes no real time.

    Raises:
        InputError: an unknown driver, or one that is not fit for its role.
    """
    for role, entry in rig.instruments.items():
        found = driver(entry.driver, role)
        if role in IN_THE_LOOP and getattr(found, "by_hand", False):
            yield (
                f"instruments.{role}: {entry.driver}: the control loop speaks to it every "
                f"{rig.control.period:g} s, and nobody is that fast by hand: take one with remote control"
            )
        elif simulated and Capability.CONFIRMS not in found.capabilities:
            yield (
                f"instruments.{role}: {entry.driver} does not say when a setting is done, so it works on "
                "wall time only: take another driver, or write placement: process"
            )
