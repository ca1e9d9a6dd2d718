"""The course of a bank over weeks as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.battery.divergence import Course

KINDS = (".svg", ".png", ".pdf")
"""Ends of file names that can be drawn."""

_COLOURS = {"warning": "#8a4b08", "alarm": "#b42318", "protection": "#b42318"}


def check_target(target: str | Path) -> None:
    """Refuse a file that could not be drawn, before anything is computed.

    Raises:
        InputError: another kind of file, or no such folder.
    """
    path = Path(target)
    if path.suffix not in KINDS:
        raise InputError(f"{path}: a plot ends in {', '.join(KINDS[:-1])} or {KINDS[-1]}")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}")


def plot_divergence(course: Course, target: str | Path) -> None:
    """Draw reported states of charge, their distance, and the highest cells over the days.

    Args:
        course: what to draw.
        target: an .svg, .png or .pdf file; replaced when it is there.

    Raises:
        InputError: the file cannot be written there.
    """
    check_target(target)
    days = [day.day for day in course.days]
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "divergence", "font.size": 9.5}):
        figure = Figure(figsize=(7.2, 6.4), layout="constrained")
        socs, apart, cells = figure.subplots(3, 1, sharex=True)
        for index in range(len(course.scenario.packs)):
            shown = [day.connected[index] for day in course.days]
            name = f"pack {index + 1}"
            counted = [
                100 * day.counted[index] if on else None for day, on in zip(course.days, shown, strict=True)
            ]
            highest = [
                day.cell_max[index] if on else None for day, on in zip(course.days, shown, strict=True)
            ]
            socs.plot(days, counted, label=name)
            cells.plot(days, highest, label=name)
        apart.plot(days, [100 * day.spread for day in course.days], color="#1f5fa8", label="reported")
        apart.plot(
            days, [100 * day.true_spread for day in course.days], color="#5b6470", ls="--", label="true"
        )
        for level in (5, 10):
            apart.axhline(level, color="#d9dde2", zorder=0.5)
        cells.axhline(course.scenario.trip, color="#b42318", ls=":", label="protection")
        for event in course.events:
            for axis in (socs, apart, cells):
                axis.axvline(event.day + 1, color=_COLOURS[event.kind], lw=0.8, alpha=0.7)
        socs.set_ylabel("SOC reported, %")
        apart.set_ylabel("apart at rest, %")
        cells.set_ylabel("highest cell, V")
        cells.set_xlabel("day")
        for axis in (socs, apart, cells):
            axis.grid(visible=True, lw=0.4)
            axis.legend(loc="best", frameon=False, ncols=4)
        try:
            figure.savefig(target, metadata={"Date": None} if Path(target).suffix == ".svg" else None)
        except OSError as error:
            raise InputError(f"{target}: cannot be written: {error.strerror}") from error
