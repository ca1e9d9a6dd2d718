"""What happens when: one queue of events, on simulated or on wall time."""

from bmshil.timeline.base import Source, Timeline
from bmshil.timeline.clock import Nanoseconds, to_ns, to_seconds
from bmshil.timeline.lateness import Lateness
from bmshil.timeline.periodic import Periodic
from bmshil.timeline.simulated import SimulatedTimeline
from bmshil.timeline.timer import Timer
from bmshil.timeline.wall import WallTimeline

__all__ = [
    "Lateness",
    "Nanoseconds",
    "Periodic",
    "SimulatedTimeline",
    "Source",
    "Timeline",
    "Timer",
    "WallTimeline",
    "to_ns",
    "to_seconds",
]
