"""How punctual wall time was, as figures and as a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.timeline import Lateness, WallTimeline

if TYPE_CHECKING:
    from bmshil.timeline import Timeline


def begin_counting(timeline: Timeline) -> None:
    """Forget how late events were while the rig was opened; spare the garbage collector what is there."""
    import gc

    gc.collect()
    gc.freeze()
    if isinstance(timeline, WallTimeline):
        wall = timeline
        wall.call(lambda: setattr(wall, "lateness", Lateness()))


def lateness_figures(timeline: Timeline) -> dict[str, Any]:
    """Quantiles in ms, the number of events, and whether the system granted real-time scheduling."""
    if not isinstance(timeline, WallTimeline):
        return {}
    return {**timeline.lateness.figures(), "realtime": timeline.realtime}


def lateness_line(figures: dict[str, Any]) -> str:
    """The figures in words."""
    granted = "granted" if figures["realtime"] else "not granted"
    return (
        f"lateness of {figures['count']} events: p50 {figures['p50_ms']:.3f} ms, "
        f"p99 {figures['p99_ms']:.3f} ms, p99.9 {figures['p99.9_ms']:.3f} ms, "
        f"max {figures['max_ms']:.3f} ms; real-time scheduling {granted}"
    )
