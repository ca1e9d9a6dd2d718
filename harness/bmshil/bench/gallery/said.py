"""What exhibits sample beside voltage and current."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.gallery.exhibit import GREEN
from bmshil.report.course import Line, Strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.gallery.exhibit import Run

CAPACITY = Strip("capacity said, Ah", (Line("said.capacity", "said", GREEN, steps=True),), span=100.0)


def watch_capacity(run: Run) -> None:
    """Sample the capacity that is said of the bank; nothing while nobody speaks."""
    architecture = run.bench.bank.architecture

    def said() -> float | None:
        found = architecture.said
        return found[0].capacity if found else None

    run.watch("said.capacity", "Ah", said)


def per_sample(count: Callable[[], int]) -> Callable[[], float]:
    """How much a counter has grown since it was asked last."""
    before = count()

    def grown() -> float:
        nonlocal before
        now = count()
        since, before = now - before, now
        return float(since)

    return grown
