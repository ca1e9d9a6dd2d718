"""What the bench has found of one mistake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.bms.mistakes import Mistake


@dataclass(frozen=True)
class Played:
    """A mistake that was played.

    Attributes:
        mistake: which.
        found: what the bench measures and hears, a sentence each.
        shown: whether that is the symptom of the field.
        findings: what the bench says of switches and cables, a line each.
    """

    mistake: Mistake
    found: tuple[str, ...]
    shown: bool
    findings: tuple[str, ...]
