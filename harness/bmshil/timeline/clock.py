"""Seconds for people, nanoseconds for the queue; converted here and nowhere else."""

from typing import NewType

Nanoseconds = NewType("Nanoseconds", int)
"""A point or a span of timeline time, in integer nanoseconds."""


def to_ns(seconds: float) -> Nanoseconds:
    """Convert seconds to whole nanoseconds, rounded to the nearest."""
    return Nanoseconds(round(seconds * 1e9))


def to_seconds(span: Nanoseconds) -> float:
    """Convert nanoseconds to seconds."""
    return span * 1e-9
