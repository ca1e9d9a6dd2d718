"""How the findings of the checklist are worded: who was heard, and that nobody was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check

if TYPE_CHECKING:
    from bmshil.bench.commissioning.speakers import Speakers


def unheard(step: str) -> Check:
    """Nothing can be said where nobody is heard."""
    return Check.skipped(step, "no battery is heard")


def named(speakers: Speakers) -> str:
    """Who was heard, in words: "3 batteries in pylontech-lv-1.2 (+0x100)"."""
    count = len(speakers.each)
    return f"{count} {'speaker' if count == 1 else 'speakers'} in {speakers.dialect} ({speakers.scheme})"


def listed(numbers: list[int]) -> str:
    """Numbers of batteries in words: "2 and 3"."""
    return " and ".join(str(number) for number in numbers)
