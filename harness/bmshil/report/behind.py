"""What stands behind the verdicts of a run, in words for the screen."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.evidence.report_class import Standing


def behind(standing: Standing, across: int) -> str:
    """Class, head of the chain, signature and annotations, a line each.

    Args:
        standing: of the run.
        across: columns of the terminal.
    """
    lines = [f"not what was sealed: {one}" for one in standing.changed]
    lines.append(f"class: {standing.report_class}")
    lines += [f"no qualification yet: {one}" for one in standing.lacks]
    lines.append(f"evidence head: {standing.head}" if standing.head else "evidence: not sealed")
    if standing.signed:
        lines.append(f"signature for this head: {standing.signed}")
    lines += [
        f"{one.requirement} {one.word} by {one.who}, {one.when:%Y-%m-%d}: {one.text}"
        for one in standing.annotations
    ]
    # A hash is never broken, so that it can be copied.
    told = (textwrap.fill(line, across, break_long_words=False, subsequent_indent="  ") for line in lines)
    return "".join(f"{line}\n" for line in told)
