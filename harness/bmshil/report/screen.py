"""Text for terminals: aligned tables, and the one screen at the end of a run."""

from __future__ import annotations

import io
import shutil
import textwrap
from typing import TYPE_CHECKING

from bmshil.judge import Verdict
from bmshil.report.behind import behind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bmshil.evidence import RequirementResult, Summary
    from bmshil.evidence.report_class import Standing

LINES = 24
"""Requirements shown one by one; with more of them, those that passed share a paragraph, and so do those that
were only measured; those that were skipped for one reason share a line."""

BRIEF = (Verdict.PASS, Verdict.SKIPPED, Verdict.CHARACTERISED)
"""What is not shown one by one then."""

_COLOURS = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.BLOCKED: "yellow",
    Verdict.SKIPPED: "dim",
    Verdict.ERROR: "bold magenta",
    Verdict.CHARACTERISED: "cyan",
}


def table(rows: Sequence[Mapping[str, object]], *, width: int | None = None, colour: bool = False) -> str:
    """Rows as an aligned table, with the keys of the first one as headings.

    Numbers are aligned to the right, verdicts are coloured, long text wraps within its column.

    Args:
        rows: one mapping per line; a key that a later row lacks leaves its cell empty.
        width: columns of the terminal; found out when None.
        colour: True to mark verdicts with colours.

    Returns:
        The text, every line of it ending with a newline; empty without rows.
    """
    if not rows:
        return ""
    from rich.console import Console  # noqa: PLC0415 - only a command that prints a table needs it
    from rich.table import Table  # noqa: PLC0415 - likewise
    from rich.text import Text  # noqa: PLC0415 - likewise

    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for key in rows[0]:
        numbers = all(_is_number(row.get(key)) for row in rows if row.get(key) not in (None, ""))
        grid.add_column(str(key), justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(_cell(row.get(key)), style=_style(row.get(key))) for key in rows[0]))
    page = io.StringIO()
    console = Console(
        file=page,
        width=width or _terminal(),
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        legacy_windows=False,
    )
    console.print(grid)
    return "".join(line.rstrip() + "\n" for line in page.getvalue().splitlines())


def screen(
    summary: Summary,
    report: Path | None,
    *,
    width: int | None = None,
    colour: bool = False,
    standing: Standing | None = None,
) -> str:
    """What a run says at its end: each requirement, the totals, and where the report is.

    Args:
        summary: the run.
        report: the page; None when it could not be written.
        width: columns of the terminal; found out when None.
        colour: True to mark verdicts with colours.
        standing: what stands behind the verdicts; left out when None.
    """
    across = width or _terminal()
    device = summary.dut.title or summary.dut.profile
    mutation = f", mutated: {summary.dut.mutation}" if summary.dut.mutation else ""
    shown = summary.requirements
    passed: list[str] = []
    noted: list[str] = []
    skipped: dict[str, list[str]] = {}
    if len(shown) > LINES:
        passed = [one.id for one in shown if one.verdict is Verdict.PASS]
        for one in shown:
            if one.verdict is Verdict.SKIPPED:
                skipped.setdefault(one.reason or "no reason told", []).append(one.id)
        noted = [one.id for one in shown if one.verdict is Verdict.CHARACTERISED]
        shown = [one for one in shown if one.verdict not in BRIEF]
    counts = ", ".join(f"{count} {word}" for word, count in summary.totals.items() if count) or "nothing ran"
    ended = "" if summary.complete else "; the run did not come to its end"
    if summary.missing:
        ended += f": {summary.missing} of {summary.collected} tests have no result"
    selection = f"only tests that match {summary.selection}\n" if summary.selection else ""
    selection += f"planned: {summary.planned}; what was left out is skipped\n" if summary.planned else ""
    selection += "".join(f"{one}\n" for one in summary.gone_on)
    waivers = "".join(f"{waiver}\n" for waiver in summary.rig.waivers)
    broken = textwrap.fill(f"the rig is broken: {summary.broken}", across) + "\n" if summary.broken else ""
    blocks = [
        f"{device}{mutation}, on rig {summary.rig.name}\n{waivers}{selection}",
        _verdicts(shown, across, colour),
        textwrap.fill(f"passed: {', '.join(sorted(passed))}", across) + "\n" if passed else "",
        textwrap.fill(f"measured, and not specified by anybody: {', '.join(sorted(noted))}", across) + "\n"
        if noted
        else "",
        "".join(_skipped(reason, ids, across) for reason, ids in skipped.items()),
        "".join(_why(one, across) for one in shown),
        broken,
        f"{summary.verdict.upper()}: {counts}{ended}\nreport: {report or 'none'}\n"
        + ("" if standing is None else behind(standing, across)),
    ]
    return "\n".join(block for block in blocks if block)


def _verdicts(requirements: Sequence[RequirementResult], across: int, colour: bool) -> str:
    """One line for each requirement; titles are cut where they would need a second one."""
    rows: list[dict[str, object]] = [
        {
            "id": one.id,
            "verdict": one.verdict,
            "conformity": one.conformity or "-",
            "safety": one.safety or "-",
        }
        for one in requirements
    ]
    taken = sum(max(len(key), *(len(str(row[key])) for row in rows)) + 2 for key in rows[0]) if rows else 0
    for row, one in zip(rows, requirements, strict=True):
        row["requirement"] = textwrap.shorten(one.title, max(across - taken, 20), placeholder=" ...")
    return table(rows, width=across, colour=colour)


def _why(requirement: RequirementResult, across: int) -> str:
    """The reason of a verdict other than pass, on two lines at most."""
    if requirement.verdict is Verdict.PASS or not requirement.reason:
        return ""
    text = f"{requirement.id} {requirement.verdict}: {requirement.reason}"
    lines = textwrap.wrap(text, across, subsequent_indent="       ", max_lines=2, placeholder=" ...")
    return "\n".join(lines) + "\n"


def _skipped(reason: str, ids: Sequence[str], across: int) -> str:
    """What was skipped for one reason."""
    text = f"skipped, {reason}: {', '.join(sorted(ids))}"
    return textwrap.fill(text, across, subsequent_indent="  ") + "\n"


def _terminal() -> int:
    return shutil.get_terminal_size((100, 24)).columns


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _style(value: object) -> str:
    return _COLOURS[value] if isinstance(value, Verdict) else ""
