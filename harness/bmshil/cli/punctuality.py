"""How punctual wall time was, as figures and as a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.timeline import Lateness, WallTimeline

if TYPE_CHECKING:
    from bmshil.timeline import Timeline


def begin_counting(timeline: Timeline) -> None:
    """Forget how late events were while the rig was opened; spare the garbage collector what is there.

    On simulated time nothing can be late, and nothing is done.
    """
    if isinstance(timeline, WallTimeline):
        import gc

        gc.collect()
        gc.freeze()
        wall = timeline
        wall.call(lambda: setattr(wall, "lateness", Lateness()))


def lateness_figures(timeline: Timeline, skipped: int | None = None) -> dict[str, Any]:
    """Quantiles in ms, events, skipped slots, and whether real-time scheduling was granted; {} if simulated.

    Args:
        timeline: what is asked.
        skipped: slots that were too late to be sent; None where nothing has slots.
    """
    if not isinstance(timeline, WallTimeline):
        return {}
    slots = {} if skipped is None else {"skipped": skipped}
    return {**timeline.lateness.figures(), **slots, "realtime": timeline.realtime}


def lateness_line(figures: dict[str, Any]) -> str:
    """The figures in words."""
    from bmshil.report.words import lateness_text

    return lateness_text(figures)
