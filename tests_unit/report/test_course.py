"""A course over time as a picture."""

from __future__ import annotations

import re

from bmshil.journal import Journal
from bmshil.report.course import Line, Moment, Strip, draw_course
from bmshil.timeline import SimulatedTimeline

STRIPS = (
    Strip(
        "current, A", (Line("amps", "flows", "#1f5fa8"), Line("limit", "CCL", "#b42318", (5, 2))), most=50.0
    ),
    Strip("SOC, %", (Line("soc", "bank", "#2e7d32", scale=100.0),)),
)


def course(seconds: float = 60.0, silent: tuple[float, float] = (0.0, 0.0), limit: float = 20.0) -> str:
    timeline = SimulatedTimeline()
    journal = Journal(timeline)
    amps, ccl, soc = (journal.channel(name, "1") for name in ("amps", "limit", "soc"))

    def sample() -> None:
        journal.sample(amps, 10.0)
        journal.sample(soc, 0.5 + timeline.seconds / 1e5)
        if not silent[0] <= timeline.seconds < silent[1]:
            journal.sample(ccl, limit)

    timeline.every(1.0, sample)
    timeline.run(seconds)
    moments = [Moment(20.0, "pack 2 is lost"), Moment(40.0, "it is back " + "and back " * 20)]
    return draw_course(journal, STRIPS, moments, start=0.0, end=seconds, name="course")


def text(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def strokes(svg: str) -> list[str]:
    """The limit's path, cut where the pen is lifted."""
    found = re.findall(r'<path d="([^"]+)"[^>]*stroke: #b42318', svg)
    return [one for one in re.split(r"(?=M )", max(found, key=len)) if one.strip()]


def test_it_says_what_happened_and_when() -> None:
    words = text(course())
    assert "(1) 20 s: pack 2 is lost" in words
    assert {"1", "2", "current, A", "SOC, %", "flows", "CCL", "time, s"} <= set(words)
    assert sum(word.strip().startswith("and back") or word.startswith("(2)") for word in words) == 2


def test_a_channel_that_falls_silent_breaks_its_line() -> None:
    assert len(strokes(course())) == 1
    assert len(strokes(course(silent=(20.0, 30.0)))) == 2


def test_what_lies_far_off_is_left_out() -> None:
    assert "CCL" not in text(course(limit=500.0))


def test_long_courses_count_minutes_and_stay_small() -> None:
    svg = course(3600.0)
    assert "time, min" in text(svg)
    assert len(svg) < 100_000


def test_the_same_course_is_the_same_picture() -> None:
    assert course() == course()
