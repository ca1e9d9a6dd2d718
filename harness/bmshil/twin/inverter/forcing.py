"""Charging although the battery's limits alone would not make it: on request, or by the device's own mind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bmshil.twin.inverter.reactions import Targets

DEFAULTS: Mapping[str, Any] = {
    "force_charge": {"below": None, "on_request": False, "current": 8.0},
}


@dataclass(frozen=True, slots=True)
class ForceRules:
    """When a device charges from the grid by force.

    Attributes:
        below: SOC below which it does so by itself; None for never.
        on_request: whether it does so when the battery asks for it.
        current: of a charge that it began by itself, A.
        margin: how far the SOC must rise before it ends either, 0..1.
    """

    below: float | None
    on_request: bool
    current: float
    margin: float


def read_forcing(tree: Mapping[str, Any]) -> ForceRules:
    """Read what a merged tree says about forced charges."""
    force = tree["force_charge"]
    below = force["below"]
    return ForceRules(
        below=None if below is None else float(below),
        on_request=bool(force["on_request"]),
        current=float(force["current"]),
        # By how much the SOC must have risen after the last request, so that the charge does not come and go
        # with it. The document asks for a threshold and gives none (Pylontech CANBUS Protocol V1.2).
        margin=float(tree["believes"]["force_margin"]),
    )


class Forcing:
    """Remembers a forced charge until the SOC has risen enough.

    Args:
        rules: when there is one.

    Attributes:
        asked: whether it charges because the battery has asked for it.
        own: whether it charges by its own mind.
    """

    def __init__(self, rules: ForceRules) -> None:
        self._rules = rules
        self.reset()

    def reset(self) -> None:
        """Forget all, as after a start."""
        self.asked = self.own = False
        self._until = 0.0

    def look(self, soc: float, *, requested: bool) -> None:
        """Take in what the battery says now."""
        rules = self._rules
        if requested and rules.on_request:
            self.asked = True
            self._until = soc + rules.margin
        elif self.asked and soc >= self._until:
            self.asked = False
        if rules.below is not None:
            self.own = soc < rules.below + (rules.margin if self.own else 0.0)

    @property
    def on(self) -> bool:
        """Whether it charges by force."""
        return self.asked or self.own

    def bend(self, targets: Targets) -> Targets:
        """Lay a charge by the device's own mind over what the battery allows."""
        if not self.own:
            return targets
        return targets._replace(charge=max(targets.charge, self._rules.current))
