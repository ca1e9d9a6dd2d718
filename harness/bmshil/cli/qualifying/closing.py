"""The end of a qualification: what becomes of the summary, and what people read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bmshil.cli.qualifying.end import INTERRUPTED

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.cli.qualifying.end import End
    from bmshil.evidence import RunStore, Summary


def close_run(store: RunStore, end: End) -> Summary:
    """State in the summary that the run is over, and how it ended; what was interrupted is told, too."""
    from bmshil.evidence.interrupted import tell_interrupted

    summary = store.read()
    tell_interrupted(store, summary)
    summary.close(
        datetime.now(UTC),
        interrupted=end.code == INTERRUPTED,
        defect=end.defect,
        left_on=end.left_on,
        broken=end.broken,
        simulated=not end.lateness,
        lateness=dict(end.lateness) or None,
        loop=dict(end.loop) or None,
    )
    store.write(summary)
    return summary


def close_evidence(store: RunStore) -> str:
    """Close the evidence of a run that is over; returns the head of its chain."""
    from bmshil.evidence.bundle import seal

    return seal(store).head


def render(store: RunStore, summary: Summary) -> Path:
    """Write the page, and the trace of a run whose evidence is still open; its verdicts stay as they are.

    A page that was drawn from changed evidence is not sealed.
    """
    from bmshil.evidence import export_blf
    from bmshil.evidence.bundle import is_sealed, seal_page
    from bmshil.evidence.report_class import changed_since_sealed
    from bmshil.report.page import write_page

    sealed = is_sealed(store.path)
    if store.journals() and not sealed:
        export_blf(store.journals(), store.trace, epoch=summary.started)
    page = write_page(store)
    if sealed and not changed_since_sealed(store.path):
        seal_page(store.path)
    return page
