"""Values and times as people read them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from bmshil.evidence import MeasurementRecord

NOTHING = "–"  # noqa: RUF001 - a dash in a table cell
"""Stands where there is no value."""


def number(value: float, uncertainty: float | None = None) -> str:
    """A number with as many digits as it deserves.

    Args:
        value: in any unit.
        uncertainty: same unit; the last digit shown is the second one of it. Without it six digits are shown.
    """
    if not math.isfinite(value):
        return NOTHING
    if uncertainty:
        decimals = min(6, max(0, 1 - math.floor(math.log10(uncertainty))))
        text = f"{value:.{decimals}f}"
        return text if float(text) else text.removeprefix("-")  # nothing is no less than nothing
    return f"{value:.6g}"


def value_text(value: Any) -> str:  # noqa: ANN401 - any value of a judgement
    """Any value of a judgement: a number, yes or no, a word, or the ends of a window."""
    if value is None or value == []:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(float(value))
    if isinstance(value, list | tuple):
        return " … ".join(value_text(one) for one in value)
    return str(value)


def measured_text(measurement: MeasurementRecord | None) -> str:
    """What was measured, with its uncertainty and without its unit."""
    if measurement is None:
        return NOTHING
    return known_text(measurement.value, measurement.uncertainty)


def known_text(value: Any, spread: float | None) -> str:  # noqa: ANN401 - any value of a judgement
    """A value and its uncertainty, without their unit."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not spread:
        return value_text(value)
    return f"{number(value, spread)} ± {number(spread, spread)}"


def lateness_text(figures: Mapping[str, Any]) -> str:
    """How late events were on wall time, in words.

    Args:
        figures: ``count``, ``p50_ms``, ``p99_ms``, ``p99.9_ms``, ``max_ms``, ``realtime``, and ``skipped``
            where there are slots.
    """
    skipped = f"{figures['skipped']} slots skipped; " if "skipped" in figures else ""
    granted = "granted" if figures["realtime"] else "not granted"
    return (
        f"lateness of {figures['count']} events: p50 {figures['p50_ms']:.3f} ms, "
        f"p99 {figures['p99_ms']:.3f} ms, p99.9 {figures['p99.9_ms']:.3f} ms, "
        f"max {figures['max_ms']:.3f} ms; {skipped}real-time scheduling {granted}"
    )


def loop_text(figures: Mapping[str, float]) -> str:
    """How well the control loop ran, in words: its worst ``period_s``, ``latency_s`` and ``ripple_a``."""
    return (
        f"at most {1e3 * figures['period_s']:.0f} ms between two steps, a set-point in force at most "
        f"{1e3 * figures['latency_s']:.0f} ms after its sample, ripple at most {figures['ripple_a']:.2f} A"
    )


def duration_text(span: timedelta) -> str:
    """A duration as "48 s", "12 min 5 s" or "3 h 20 min"."""
    seconds = round(span.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"
