"""One run as one self-contained page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bmshil.errors import InputError
from bmshil.evidence import trace_channels
from bmshil.evidence.report_class import standing
from bmshil.journal import Recording
from bmshil.judge import Verdict
from bmshil.report import words
from bmshil.report.decisive import Answer, answers
from bmshil.report.plots import Plot, plot_test
from bmshil.report.templating import PLACEMENTS, template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bmshil.evidence import RequirementResult, RunStore, Summary, TestResult

HEADLINES = {
    Verdict.PASS: "Everything that was asked was answered well.",
    Verdict.FAIL: "The device under test failed at least one requirement.",
    Verdict.INCONCLUSIVE: "At least one question could not be answered with confidence.",
    Verdict.BLOCKED: "At least one question could not be asked.",
    Verdict.SKIPPED: "Nothing was judged: all requirements were skipped.",
    Verdict.ERROR: "The harness has a defect: do not rely on this run.",
    Verdict.CHARACTERISED: "Values were measured; nothing was judged against a limit.",
}


class TestView(NamedTuple):
    """One attempt as the page shows it.

    Attributes:
        anchor: its id within the page.
        result: the attempt.
        plot: its picture; None where nothing was done on the bench.
    """

    anchor: str
    result: TestResult
    plot: Plot | None


class RequirementView(NamedTuple):
    """One requirement as the page shows it.

    Attributes:
        anchor: its id within the page.
        result: the requirement.
        answers: the questions that were asked.
        problems: what was wrong with the rig in any of its tests.
        watched: whether the rig's health was drawn in any of its tests.
        tests: its attempts.
    """

    anchor: str
    result: RequirementResult
    answers: list[Answer]
    problems: list[str]
    watched: bool
    tests: list[TestView]


def write_page(store: RunStore, *, progress: Callable[[int, int], object] | None = None) -> Path:
    """Write ``report.html`` of a run from its summary and its journals, and return its path.

    A journal that is missing or damaged costs the plots of its tests; the page says so.

    Args:
        store: the run.
        progress: called with tests drawn and tests in all, after each one.

    Raises:
        InputError: the summary cannot be read.
    """
    summary = store.read()
    recordings = {folder.name: _recording(folder) for folder in store.journals()}
    views = _views(summary, recordings, progress)
    html = template("report.html.j2").render(
        summary=summary,
        requirements=views,
        duration=words.duration_text(summary.finished - summary.started) if summary.finished else None,
        headline=HEADLINES[summary.verdict],
        placement=PLACEMENTS.get(summary.rig.placement, summary.rig.placement),
        channels=_channels(store),
        standing=standing(store, summary),
        bench_time=words.duration_text(
            timedelta(seconds=sum(view.result.end - view.result.start for one in views for view in one.tests))
        ),
    )
    store.report.write_text(html, encoding="utf-8")
    return store.report


def _views(
    summary: Summary,
    recordings: dict[str, Recording | str],
    progress: Callable[[int, int], object] | None,
) -> list[RequirementView]:
    total = sum(len(requirement.tests) for requirement in summary.requirements)
    views: list[RequirementView] = []
    done = 0
    for requirement in summary.requirements:
        tests = []
        for result in requirement.tests:
            done += 1
            tests.append(TestView(f"test-{done}", result, _plot(result, recordings, f"plot-{done}")))
            if progress is not None:
                progress(done, total)
        problems = list(dict.fromkeys(problem for test in requirement.tests for problem in test.problems))
        views.append(
            RequirementView(
                anchor=f"requirement-{len(views) + 1}",
                result=requirement,
                answers=answers(requirement),
                problems=problems,
                watched=any(test.health for test in requirement.tests),
                tests=tests,
            )
        )
    return views


def _plot(result: TestResult, recordings: dict[str, Recording | str], name: str) -> Plot | None:
    if result.end <= result.start:
        return None
    recording = recordings.get(result.worker, f"the journal of worker {result.worker} is missing.")
    if isinstance(recording, str):
        return Plot("", [], [f"No plot: {recording}"])
    return plot_test(recording, result.start, result.end, name)


def _recording(folder: Path) -> Recording | str:
    try:
        return Recording.open(folder)
    except InputError as error:
        return str(error)


def _channels(store: RunStore) -> dict[int, str]:
    if not store.trace.is_file():
        return {}
    try:
        return trace_channels(store.journals())
    except InputError:
        return {}
