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
    """State in the summary that the run is over, and how it ended."""
    summary = store.read()
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


def render(store: RunStore, summary: Summary) -> Path:
    """Write the trace and the page; the verdicts are safe on disk by now, whatever happens here."""
    from bmshil.evidence import export_blf
    from bmshil.report.page import write_page

    if store.journals():
        export_blf(store.journals(), store.trace, epoch=summary.started)
    return write_page(store)
