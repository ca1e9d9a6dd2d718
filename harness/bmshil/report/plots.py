"""A test as a picture: DC voltage and current, the limits in force, events as numbered markers.

Figures are made without pyplot, so nothing is shared between them. The text of a figure stays text: it is
sharp at any size, can be searched, and keeps the page small.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bmshil.report.decimate import decimate
from bmshil.report.markers import Marker, markers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from bmshil.journal import Records

WIDTH, HEIGHT = 5.2, 4.6
"""Size of a figure in inches of 72 SVG units: its text is readable on a telephone and not huge on paper."""

_MARKERS_ACROSS = 24
"""Markers that fit beside each other."""

_EVENT, _TROUBLE = "#6b7280", "#b42318"
"""Colours of a marker, and of one that names a trouble of the rig."""

STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "font.size": 9.5,
    "axes.linewidth": 0.6,
    "axes.edgecolor": "#5b6470",
    "grid.linewidth": 0.4,
    "grid.color": "#d9dde2",
    "path.simplify_threshold": 0.2,
}


class Trace(NamedTuple):
    """One line of a panel.

    Attributes:
        channel: sample channel of the journal.
        label: what stands in the legend.
        colour: of the line.
        dashes: how the line is broken; None for a measured, unbroken one.
        sign: -1.0 to draw it below zero.
    """

    channel: str
    label: str
    colour: str
    dashes: tuple[float, ...] | None = None
    sign: float = 1.0


class Panel(NamedTuple):
    """One pair of axes.

    Attributes:
        title: of the vertical axis, with its unit.
        measured: the line that the axis is scaled for.
        limits: lines that are drawn where they come near enough.
        span: least height of the axis, in its unit, so that noise does not fill it.
    """

    title: str
    measured: Trace
    limits: tuple[Trace, ...]
    span: float


VOLTAGE = Panel(
    "DC voltage, V",
    Trace("dc.voltage", "measured", "#1f5fa8"),
    (Trace("limit.cvl", "CVL", "#b42318", (5, 2)),),
    2.0,
)
CURRENT = Panel(
    "DC current, A",
    Trace("dc.current", "measured", "#1f5fa8"),
    (
        Trace("limit.ccl", "CCL", "#b42318", (5, 2)),
        Trace("limit.dcl", "DCL, drawn below zero", "#8a4b08", (2, 1.5), -1.0),
    ),
    10.0,
)


class Plot(NamedTuple):
    """The picture of one test.

    Attributes:
        svg: the figure as one <svg> element; empty when nothing was recorded.
        markers: what its numbers mean.
        notes: what is missing and why.
    """

    svg: str
    markers: list[Marker]
    notes: list[str]


def plot_test(records: Records, start: float, end: float, name: str) -> Plot:
    """Draw one test.

    Args:
        records: the journal that the test was written to.
        start: begin of the test, s of timeline time; zero of the time axis.
        end: end of the test, s of timeline time; what happens then belongs to the next test.
        name: identifies the figure within a page; letters, digits, dashes.
    """
    window = f"between {start:.1f} s and {end:.1f} s"
    length, end = end - start, end - 1e-9
    if length <= 0.0:
        return Plot("", [], ["No plot: the test took no time on the bench."])
    panels = []
    notes = []
    for panel in (VOLTAGE, CURRENT):
        if len(records.samples(panel.measured.channel, start, end)[0]):
            panels.append(panel)
        else:
            notes.append(f"{panel.measured.channel} was not recorded {window}.")
    found = markers(records.events(start, end), length / _MARKERS_ACROSS)
    if not panels:
        return Plot("", found, ["No plot: " + " ".join(notes)])
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(WIDTH, HEIGHT if len(panels) > 1 else HEIGHT * 0.62))
        axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        figure.subplots_adjust(
            left=0.135, right=0.98, top=0.87 if len(panels) > 1 else 0.79, bottom=0.1, hspace=0.28
        )
        for panel, axis in zip(panels, axes, strict=True):
            notes += _draw(axis, panel, records, start, end)
        _mark(list(axes), found, start)
        axes[-1].set_xlabel("time since test start, s")
        axes[-1].set_xlim(0.0, length)
        return Plot(as_svg(figure, name), found, notes)


def _draw(axis: Axes, panel: Panel, records: Records, start: float, end: float) -> list[str]:
    times, values = records.samples(panel.measured.channel, start, end)
    low, high = _scale(values, panel.span)
    middle, reach = (low + high) / 2, (high - low) * 2.5
    notes = []
    for trace in panel.limits:
        moments, levels = records.samples(trace.channel, start, end)
        if not len(levels):
            notes.append(f"{trace.channel} was not recorded.")
            continue
        levels = levels * trace.sign
        near = np.abs(levels - middle) <= reach
        label = trace.label
        if near.any():
            low, high = min(low, float(levels[near].min())), max(high, float(levels[near].max()))
        if not near.all():
            label = f"{label.split(',')[0]} off scale: {max(levels[~near], key=abs):+g}"
        x, y = decimate(moments - start, levels)
        axis.plot(
            x,
            y,
            color=trace.colour,
            linewidth=1.1,
            dashes=trace.dashes or (),
            drawstyle="steps-post",
            label=label,
        )
    x, y = decimate(times - start, values)
    axis.plot(x, y, color=panel.measured.colour, linewidth=1.2, label=panel.measured.label)
    room = (high - low) * 0.08
    axis.set_ylim(low - room, high + room)
    axis.set_ylabel(panel.title)
    axis.yaxis.set_major_locator(MaxNLocator(6))
    axis.ticklabel_format(useOffset=False, style="plain")
    axis.grid(visible=True)
    axis.tick_params(width=0.6, color="#5b6470")
    return notes


def _scale(values: NDArray[np.float64], span: float) -> tuple[float, float]:
    """Lowest and highest value that the axis has to show, at least ``span`` apart."""
    low, high = float(np.min(values)), float(np.max(values))
    short = max(0.0, span - (high - low)) / 2
    return low - short, high + short


def _mark(axes: list[Axes], found: list[Marker], start: float) -> None:
    """Draw the markers through all panels, their numbers above the first one, and the legends above those."""
    colours = [_TROUBLE if marker.trouble else _EVENT for marker in found]
    moments = [marker.time - start for marker in found]
    for axis in axes:
        axis.vlines(
            moments,
            0.0,
            1.0,
            colors=colours,
            alpha=0.6,
            linewidth=0.6,
            zorder=0.5,
            transform=axis.get_xaxis_transform(),
        )
    for marker, moment, colour in zip(found, moments, colours, strict=True):
        axes[0].annotate(
            str(marker.number),
            (moment, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            color=colour,
            annotation_clip=False,
        )
    for axis in axes:
        handles, labels = axis.get_legend_handles_labels()
        above = 12 if axis is axes[0] and found else 2
        height = axis.get_window_extent().height / axis.figure.dpi * 72
        axis.legend(
            handles[-1:] + handles[:-1],
            labels[-1:] + labels[:-1],
            loc="lower left",
            bbox_to_anchor=(-0.012, 1.0 + above / height),
            borderaxespad=0.0,
            ncols=3,
            frameon=False,
            fontsize=9,
            handlelength=2.0,
            columnspacing=1.2,
        )


def as_svg(figure: Figure, name: str, *, opaque: bool = False) -> str:
    """The figure as one element that can stand in a page beside others."""
    buffer = io.StringIO()
    nothing = {"Creator": None, "Date": None, "Format": None, "Type": None}
    figure.savefig(buffer, format="svg", metadata=nothing, transparent=not opaque)
    _, text = buffer.getvalue().split("<svg", 1)
    head, body = text.split(">", 1)
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', body)
    body = re.sub(r'\bd="[^"]+"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), body)
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, count=1, flags=re.DOTALL)
    return f'<svg role="img" stroke-linejoin="round"{head}>{body}'
