"""What the off order did, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How one step ended."""

    VERIFIED = "verified"
    """Done, and read back or measured."""
    DONE = "done"
    """Nothing more can be done or known on this bench; the detail says what remains."""
    FAILED = "failed"
    """Not done, or not confirmed: assume that it is still on."""


@dataclass(frozen=True)
class OffStep:
    """One step of the off order.

    Attributes:
        device: which instrument, e.g. "relays".
        action: what was to happen, e.g. "open dc_main".
        outcome: how it ended.
        detail: cause of a failure, or what was measured; may be empty.
        when: when it ended, s of ``time.monotonic``, which all processes of a machine share; 0 if unknown.
    """

    device: str
    action: str
    outcome: Outcome
    detail: str = ""
    when: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        detail = f" ({' '.join(self.detail.split())})" if self.detail else ""
        return f"{self.device}: {self.action}: {self.outcome}{detail}"


@dataclass(frozen=True)
class OffReport:
    """All steps in the order in which they were taken.

    Attributes:
        steps: what was done.
    """

    steps: tuple[OffStep, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing failed, so that everything is known to be off."""
        return not self.failures

    @property
    def failures(self) -> tuple[OffStep, ...]:
        """Steps after which something may still be on."""
        return tuple(step for step in self.steps if step.outcome is Outcome.FAILED)

    def __str__(self) -> str:
        if self.clean:
            return "off: verified" if self.steps else "off: nothing to switch"
        return "NOT CONFIRMED OFF: " + "; ".join(str(step) for step in self.failures)
