import math
import re
from collections.abc import Mapping

import pytest

from bmshil.journal import Journal
from bmshil.report.plots import plot_test
from bmshil.timeline import SimulatedTimeline

UNITS = {"dc.voltage": "V", "dc.current": "A", "limit.cvl": "V", "limit.ccl": "A", "limit.dcl": "A"}


def journal_of(values: Mapping[str, float], seconds: float = 10.0) -> Journal:
    timeline = SimulatedTimeline()
    journal = Journal(timeline)
    channels = {name: journal.channel(name, UNITS[name]) for name in values}

    def tick() -> None:
        for name, value in values.items():
            journal.sample(channels[name], value + 0.01 * math.sin(timeline.seconds))

    timeline.every(0.1, tick)
    timeline.run(seconds)
    return journal


ALL = {"dc.voltage": 53.0, "dc.current": 20.0, "limit.cvl": 56.0, "limit.ccl": 40.0, "limit.dcl": 40.0}


def texts(svg: str) -> list[str]:
    return [text.strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def test_both_axes_carry_their_units() -> None:
    shown = texts(plot_test(journal_of(ALL), 0.0, 10.0, "a").svg)
    for label in ("DC voltage, V", "DC current, A", "time since test start, s", "CVL", "CCL"):
        assert label in shown


def test_a_limit_far_away_is_written_instead_of_squeezing_the_curve() -> None:
    shown = texts(plot_test(journal_of({**ALL, "limit.ccl": 600.0}), 0.0, 10.0, "a").svg)
    assert "CCL off scale: +600.01" in shown
    assert "600" not in shown


def test_the_discharge_limit_is_drawn_below_zero() -> None:
    far = texts(plot_test(journal_of({**ALL, "limit.dcl": 500.0}), 0.0, 10.0, "a").svg)
    assert "DCL off scale: -500.01" in far


def test_missing_limits_are_named() -> None:
    plot = plot_test(journal_of({"dc.voltage": 53.0, "dc.current": 1.0}), 0.0, 10.0, "a")
    assert plot.notes == [
        "limit.cvl was not recorded.",
        "limit.ccl was not recorded.",
        "limit.dcl was not recorded.",
    ]
    assert plot.svg


def test_a_test_that_took_no_time_has_no_plot() -> None:
    plot = plot_test(journal_of(ALL), 5.0, 5.0, "a")
    assert plot.svg == ""
    assert plot.notes == ["No plot: the test took no time on the bench."]


def test_identifiers_of_two_figures_do_not_meet() -> None:
    journal = journal_of(ALL)
    found = [
        set(re.findall(r'\bid="([^"]+)"', plot_test(journal, 0.0, 10.0, name).svg)) for name in ("a", "b")
    ]
    assert found[0]
    assert found[0].isdisjoint(found[1])


def test_references_within_a_figure_arrive() -> None:
    svg = plot_test(journal_of(ALL), 0.0, 10.0, "a").svg
    used = set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg))
    assert used
    assert used <= set(re.findall(r'\bid="([^"]+)"', svg))


def test_only_the_shape_is_rounded_never_a_label() -> None:
    timeline = SimulatedTimeline()
    journal = Journal(timeline)
    channel = journal.channel("dc.voltage", "V")
    timeline.every(0.0001, lambda: journal.sample(channel, 53.0))
    timeline.run(0.01)
    plot = plot_test(journal, 0.0, 0.008, "a")
    assert {"0.002", "0.004", "0.006"} <= set(texts(plot.svg))


def test_a_long_test_stays_small() -> None:
    plot = plot_test(journal_of(ALL, 2000.0), 0.0, 2000.0, "a")
    assert len(plot.svg) < 250_000


def test_what_happens_at_the_end_belongs_to_the_next_test() -> None:
    timeline = SimulatedTimeline()
    journal = Journal(timeline)
    channel = journal.channel("dc.voltage", "V")
    timeline.every(0.1, lambda: journal.sample(channel, 53.0))
    timeline.run(5.0)
    journal.event("relay", "relays", role="pv", closed=True)
    assert plot_test(journal, 0.0, 5.0, "a").markers == []
    assert [marker.text for marker in plot_test(journal, 5.0, 6.0, "a").markers] == ["relay pv closed"]


@pytest.mark.parametrize("value", [0.0, 1e-9, -5.0, 1e6])
def test_a_flat_line_has_a_scale(value: float) -> None:
    assert plot_test(journal_of({"dc.current": value}), 0.0, 10.0, "a").svg.startswith("<svg")
