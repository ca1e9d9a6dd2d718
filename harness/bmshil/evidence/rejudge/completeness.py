"""Whether a run that is said to be complete has all that was to be run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.evidence.rejudge.difference import Difference, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.evidence.summary import Summary

NO_LIST = "run: it is said to be complete, and its journal has no list of the tests that were to be run"


def unfinished(summary: Summary, listed: Sequence[str]) -> list[Difference]:
    """Tests without a result in a run that is said to be complete.

    Args:
        summary: the run.
        listed: node ids of the tests that were to be run, as its journal has them.
    """
    tried = summary.attempts.keys()
    left = [test for test in listed if test not in tried] if summary.complete else []
    if not left:
        return []
    more = f" and {len(left) - 1} more" if left[1:] else ""
    then, now = f"complete with {len(tried)} tests", f"without {left[0].rpartition('::')[2]}{more}"
    return [Difference("run", Kind.RECIPE, then, now, "the tests that were to be run")]


def unlisted(summary: Summary, listed: Sequence[str]) -> list[str]:
    """What to say of a run with judgements that is said to be complete, and tells not what with."""
    judged = any(test.judgements for requirement in summary.requirements for test in requirement.tests)
    return [NO_LIST] if summary.complete and judged and not listed else []
