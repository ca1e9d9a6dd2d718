"""What the lab demands of every device, whatever it declares: the safety floor."""

from __future__ import annotations

import math
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from bmshil.errors import InputError
from bmshil.judge.decision import GUARDED, DecisionRule, decision_rule


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The safety floor; meaning and source of each figure stand in ``acceptance.yaml``.

    Attributes:
        name: for reports.
        voltage_over_cvl: V above the lowest CVL.
        current_over_limit: share of the limit.
        zero_current: share of the rating.
        zero_hold: s.
        loss_stop: s.
        follow: s.
        forced_discharge: share of the rating.
        fallback_cell_high, fallback_cell_low: V per cell, for a device that goes on by itself.
        fallback_rate: A per Ah of the bank, for such a device.
        decision: name of the decision rule for values near a limit.
    """

    name: str
    voltage_over_cvl: float
    current_over_limit: float
    zero_current: float
    zero_hold: float
    loss_stop: float
    follow: float
    forced_discharge: float
    fallback_cell_high: float = 3.4
    fallback_cell_low: float = 3.0
    fallback_rate: float = 0.3
    decision: str = GUARDED.name

    @property
    def decision_rule(self) -> DecisionRule:
        """The decision rule for values near a limit."""
        return decision_rule(self.decision)

    def described(self) -> dict[str, Any]:
        """Name and figures, and the decision rule in words, for evidence and reports."""
        return {**msgspec.to_builtins(self), "decision": str(self.decision_rule)}

    def current_allowed(self, limit: float, rating: float) -> float:
        """Highest current that is acceptable under a limit, A; both arguments in A."""
        return limit + max(self.current_over_limit * limit, self.zero_current * rating)


AT_LEAST = {"zero_hold": "s is shorter", "fallback_cell_low": "V is lower"}
"""Figures of which less is laxer, and what that means."""


def acceptance(name: str) -> Acceptance:
    """Read the acceptance file ``name``: "default", or the path of a lab's own.

    Raises:
        InputError: the file cannot be read, has an unknown or missing key, a figure that is no limit, or
            one that is laxer than the floor.
    """
    default = _read(
        resources.files("bmshil.judge").joinpath("acceptance.yaml").read_bytes(), "acceptance.yaml"
    )
    if name == "default":
        return default
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"acceptance file {name}: {error.strerror}") from error
    own = _read(content, name)
    decision_rule(own.decision)
    for field in own.__struct_fields__:
        if field in ("name", "decision"):
            continue
        if not 0 <= getattr(own, field) < math.inf:
            raise InputError(
                f"acceptance file {name}: {field} = {getattr(own, field):g}: write a finite number from 0 on"
            )
        if field not in AT_LEAST and getattr(own, field) > getattr(default, field):
            raise InputError(
                f"acceptance file {name}: {field} = {getattr(own, field):g} is laxer than the floor of "
                f"{getattr(default, field):g}; write at most that"
            )
    for field, word in AT_LEAST.items():
        if getattr(own, field) < getattr(default, field):
            raise InputError(
                f"acceptance file {name}: {field} = {getattr(own, field):g} {word} than the floor of "
                f"{getattr(default, field):g} {word[0]}; write at least that"
            )
    return own


def _read(content: bytes, where: str) -> Acceptance:
    import yaml  # noqa: PLC0415 - only needed where a file is read

    try:
        return msgspec.convert(yaml.safe_load(content), Acceptance)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise InputError(f"acceptance file {where}: {' '.join(str(error).split())}") from error
