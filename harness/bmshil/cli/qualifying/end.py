"""How the tests of a qualification ended."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

DONE = (0, 1)
"""pytest's exit codes when every test was run; the second one when not all of them passed."""

INTERRUPTED, INTERNAL_ERROR, USAGE_ERROR, NOTHING_COLLECTED = 2, 3, 4, 5
"""pytest's other exit codes. The first one stands for Ctrl-C and for tests that cannot be imported."""

DEFECTS = {
    INTERNAL_ERROR: "pytest broke off with an internal error",
    USAGE_ERROR: "pytest refused what it was given",
}


class End(NamedTuple):
    """How the tests ended.

    Attributes:
        code: pytest's exit code.
        left_on: what the rig said when it could not be confirmed off; empty when it is off.
        broken: why the rig broke; empty when it did not.
        lateness: how late the timeline was; empty on simulated time.
        loop: how well the control loop ran; empty when it did not.
    """

    code: int
    left_on: str = ""
    broken: str = ""
    lateness: Mapping[str, Any] = MappingProxyType({})
    loop: Mapping[str, float] = MappingProxyType({})

    @property
    def defect(self) -> str:
        """What went wrong with the harness, in words; empty when nothing did."""
        if self.code in (*DONE, INTERRUPTED):
            return ""
        return DEFECTS.get(self.code, f"pytest ended with exit code {self.code}")
