"""A course over time as a picture: strips one above the other, and below them what happened when."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bmshil.report.decimate import decimate
from bmshil.report.plots import STYLE, as_svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from bmshil.journal import Records

WIDTH = 7.0
"""Width of a picture, inches of 72 SVG units."""

STRIP = 1.45
"""Height of one strip, inches."""

LINE = 0.19
"""Height of one line of text, inches."""

LETTERS = 112
"""Letters that fit into one line."""

POINTS = 700
"""Points of one line at most: a pixel each."""

MINUTES = 600.0
"""From this length on the axis counts minutes, s."""

GAP = 3.0
"""Silence in a channel that breaks its line, in usual distances of its samples."""


class Line(NamedTuple):
    """One line of a strip.

    Attributes:
        channel: sample channel of the journal.
        label: what stands in the legend.
        colour: of the line.
        dashes: how it is broken; None for unbroken.
        scale: factor from the channel's unit to that of the strip; -1.0 draws it below zero.
        steps: whether a value holds until the next one.
    """

    channel: str
    label: str
    colour: str
    dashes: tuple[float, ...] | None = None
    scale: float = 1.0
    steps: bool = False


class Strip(NamedTuple):
    """One pair of axes.

    Attributes:
        title: of the vertical axis, with its unit.
        lines: what is drawn, the first one on top.
        span: least height of the axis, so that noise does not fill it.
        most: largest distance from the middle of the first line at which others still widen the axis.
    """

    title: str
    lines: tuple[Line, ...]
    span: float = 1.0
    most: float = float("inf")


class Moment(NamedTuple):
    """Something that happened.

    Attributes:
        time: s of timeline time.
        text: what, in a sentence.
    """

    time: float
    text: str


def draw_course(
    records: Records,
    strips: Sequence[Strip],
    moments: Sequence[Moment],
    *,
    start: float,
    end: float,
    name: str,
) -> str:
    """Draw a course.

    Args:
        records: the journal.
        strips: from top to bottom.
        moments: are numbered in the picture and told below it.
        start: zero of the time axis, s of timeline time.
        end: s of timeline time.
        name: identifies the figure within a page; letters, digits, dashes.

    Returns:
        An SVG document with a white background, a channel that falls silent as a broken line.
    """
    told = [
        line for number, one in enumerate(moments, 1) for line in _told(number, one.time - start, one.text)
    ]
    unit, word = (60.0, "min") if end - start >= MINUTES else (1.0, "s")
    below = 0.55 + LINE * len(told)
    height = STRIP * len(strips) + below + 0.3
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.subplots(len(strips), 1, sharex=True, squeeze=False)[:, 0]
        figure.subplots_adjust(left=0.1, right=0.985, top=1 - 0.3 / height, bottom=below / height, hspace=0.3)
        for strip, axis in zip(strips, axes, strict=True):
            _draw(axis, strip, records, (start, end), unit)
            for number, one in enumerate(moments, 1):
                _mark(axis, number, (one.time - start) / unit, first=axis is axes[0])
        axes[-1].set_xlabel(f"time, {word}")
        axes[-1].set_xlim(0.0, (end - start) / unit)
        for row, text in enumerate(told):
            figure.text(0.02, (below - 0.52 - LINE * row) / height, text, va="top", fontsize=9)
        return as_svg(figure, name, opaque=True)


def _told(number: int, seconds: float, text: str) -> list[str]:
    first, *rest = wrap(f"({number}) {seconds:.0f} s: {text}", LETTERS)
    return [first, *(f"\N{EM SPACE}\N{EM SPACE}{line}" for line in rest)]


def _mark(axis: Axes, number: int, moment: float, *, first: bool) -> None:
    axis.axvline(moment, color="#6b7280", alpha=0.6, linewidth=0.7, zorder=0.5)
    if first:
        axis.annotate(
            str(number),
            (moment, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 1),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            color="#374151",
            annotation_clip=False,
        )


def _draw(axis: Axes, strip: Strip, records: Records, window: tuple[float, float], unit: float) -> None:
    start, end = window
    low = high = None
    for place, line in enumerate(strip.lines):
        times, values = records.samples(line.channel, start, end)
        if not len(values):
            continue
        values = values * line.scale
        if low is None or high is None:
            low, high = _at_least(float(np.min(values)), float(np.max(values)), strip.span)
        middle = (low + high) / 2
        near = values[np.abs(values - middle) <= strip.most]
        if not len(near):
            continue
        low, high = min(low, float(near.min())), max(high, float(near.max()))
        x, y = _broken(times, values)
        axis.plot(
            (x - start) / unit,
            y,
            color=line.colour,
            linewidth=1.2,
            dashes=line.dashes or (),
            drawstyle="steps-post" if line.steps else "default",
            label=line.label,
            zorder=3.0 - 0.1 * place + bool(line.dashes),
        )
    if low is not None and high is not None:
        axis.set_ylim(low - (high - low) * 0.08, high + (high - low) * 0.3)
    axis.set_ylabel(strip.title)
    axis.yaxis.set_major_locator(MaxNLocator(5))
    axis.ticklabel_format(useOffset=False, style="plain")
    axis.grid(visible=True)
    axis.tick_params(width=0.6, color="#5b6470")
    axis.legend(loc="upper right", ncols=4, frameon=False, fontsize=8.5, borderaxespad=0.1, handlelength=1.8)


def _at_least(low: float, high: float, span: float) -> tuple[float, float]:
    short = max(0.0, span - (high - low)) / 2
    return low - short, high + short


def _broken(
    times: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Break the line where the channel was silent, and keep no more points than can be seen."""
    if len(times) < 3:
        return times, values
    apart = np.diff(times)
    silent = np.flatnonzero(apart > GAP * np.median(apart))
    xs: list[NDArray[np.float64]] = []
    ys: list[NDArray[np.float64]] = []
    for part in np.split(np.arange(len(times)), silent + 1):
        x, y = decimate(times[part], values[part], max(4, POINTS * len(part) // len(times)))
        xs += [x, x[-1:]]
        ys += [y, np.array([np.nan])]
    return np.concatenate(xs), np.concatenate(ys)
