import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from bmshil.errors import InputError
from bmshil.evidence import RigRecord, RunStore
from bmshil.report.page import write_page

Maker = Callable[..., RunStore]


class Reader(HTMLParser):
    """Text, identifiers and links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.quiet = 0
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.quiet += tag == "style"
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"href", "xlink:href", "src"}:
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.words.append(data)


def page(store: RunStore) -> Reader:
    return Reader(write_page(store).read_text(encoding="utf-8"))


def test_the_page_stands_in_the_folder_of_the_run(make_run: Maker) -> None:
    store = make_run()
    assert write_page(store) == store.path / "report.html"


def test_the_head_says_what_was_tested_on_what_and_how_it_ended(make_run: Maker) -> None:
    text = page(make_run()).text
    assert "Hybrid inverter" in text
    assert "profile pylon_parallel, firmware V9.1, serial SN77, mutation none" in text
    assert "twin: software twin, simulated time rigs/twin.yaml" in text
    assert "3 packs, 250 Ah" in text
    assert "2026-11-20 18:42:00 UTC, took 48 s for 1 min 0 s on the bench" in text
    assert "bmshil 0.1.0, python-can 4.6.1" in text
    assert "✓ pass Everything that was asked was answered well. ✓ 1 pass » 1 skipped" in text
    assert "Mutated twin" not in text
    assert "did not finish" not in text


def test_the_head_says_how_punctual_the_run_was(make_run: Maker) -> None:
    store = make_run()
    run = store.read()
    assert run.finished is not None
    assert "Punctuality" not in page(store).text
    run.close(run.finished, simulated=True)
    store.write(run)
    assert "Punctuality time was simulated: nothing could be late" in page(store).text
    figures = {"count": 9, "p50_ms": 0.1, "p99_ms": 0.2, "p99.9_ms": 0.3, "max_ms": 0.4}
    run.close(run.finished, simulated=False, lateness={**figures, "skipped": 1, "realtime": False})
    store.write(run)
    assert (
        "Punctuality lateness of 9 events: p50 0.100 ms, p99 0.200 ms, p99.9 0.300 ms, max 0.400 ms; "
        "1 slots skipped; real-time scheduling not granted"
    ) in page(store).text


def test_the_head_says_how_well_the_control_loop_ran(make_run: Maker) -> None:
    store = make_run()
    run = store.read()
    assert run.finished is not None
    assert "Control loop" not in page(store).text
    run.close(run.finished, loop={"period_s": 0.104, "latency_s": 0.131, "ripple_a": 0.352})
    store.write(run)
    assert (
        "Control loop at most 104 ms between two steps, a set-point in force at most 131 ms after its "
        "sample, ripple at most 0.35 A"
    ) in page(store).text


def test_the_head_repeats_what_somebody_has_allowed(make_run: Maker) -> None:
    store = make_run()
    assert "Waiver" not in page(store).text
    run = store.read()
    run.rig = RigRecord(name="lab", waivers=["adapter emulator is not isolated; waived: J. Doe <today>"])
    store.write(run)
    assert "Waiver. adapter emulator is not isolated; waived: J. Doe <today>" in page(store).text


def test_the_table_shows_value_limit_tolerance_and_unit_of_each_question(make_run: Maker) -> None:
    text = page(make_run()).text
    table = text[text.index("Tolerance Unit") : text.index("back to all verdicts")]
    assert "AGG-01 The lowest CVL wins ✓ pass it settles within tolerance" in table
    assert "conformity ✓ pass 55.199 ± 0.021 = 55.2 ± 0.1 V" in table
    assert "safety ✓ pass 55.250 ± 0.021 at most 55.4 0 V" in table
    assert "AGG-03 SOC is weighted » skipped not observable: no read-back – not asked" in table  # noqa: RUF001 - as shown


def test_a_test_shows_its_judgements_with_recipe_and_citation(make_run: Maker) -> None:
    text = page(make_run()).text
    detail = text[text.index("tests_hil/test_agg.py::test_lowest[1]") :]
    assert "The bank settles at the lowest CVL Pylontech CANBUS Protocol V1.2 2018-04-08" in detail
    assert "mean of dc.voltage, 30.0 to 60.0 s" in detail
    assert "known wrong: 55.73, 56" in detail


def test_a_plot_has_labelled_axes_limits_and_numbered_events(make_run: Maker) -> None:
    text = page(make_run()).text
    for label in ("DC voltage, V", "DC current, A", "time since test start, s", "CVL", "CCL", "DCL"):
        assert label in text
    assert "1 0.0 relay dc_main closed" in text
    assert "2 20.0 pack2: limit CVL 55.2 V" in text
    assert "3 40.0 pack3: silence on" in text


def test_a_mutated_device_cannot_be_taken_for_a_real_one(make_run: Maker) -> None:
    text = page(make_run(mutation="averages_cvl")).text
    assert "Mutated twin: averages_cvl. This device deviates on purpose" in text


def test_the_page_needs_nothing_from_elsewhere(make_run: Maker) -> None:
    store = make_run()
    found = page(store)
    assert found.tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert found.links
    assert all(link.startswith("#") for link in found.links)
    html = store.report.read_text(encoding="utf-8")
    assert "@import" not in html
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", html))


def test_every_identifier_is_unique_and_every_link_arrives(make_run: Maker) -> None:
    found = page(make_run())
    assert len(found.ids) == len(set(found.ids))
    assert {link[1:] for link in found.links} <= set(found.ids)


def test_hostile_text_stays_text(make_run: Maker) -> None:
    evil = "<script>alert('x')</script><img src=x onerror=y>\"&"
    found = page(make_run(title=evil, reason=evil, mutation=evil, problems=(evil,)))
    assert found.tags.isdisjoint({"script", "img"})
    assert found.text.count("<script>alert('x')</script><img src=x onerror=y>\"&") >= 5


def test_a_channel_that_was_not_recorded_is_named(make_run: Maker) -> None:
    text = page(make_run(channels=("dc.current",))).text
    assert "dc.voltage was not recorded between 0.0 s and 60.0 s." in text
    assert "DC current, A" in text
    assert "DC voltage, V" not in text


def test_without_any_channel_there_is_a_note_and_no_plot(make_run: Maker) -> None:
    found = page(make_run(channels=()))
    assert "No plot: dc.voltage was not recorded between 0.0 s and 60.0 s. dc.current was not" in found.text
    assert "svg" not in found.tags


def test_a_missing_journal_costs_the_plots_only(make_run: Maker) -> None:
    found = page(make_run(journal=False))
    assert "No plot: the journal of worker main is missing." in found.text
    assert "55.199 ± 0.021" in found.text


def test_a_damaged_journal_costs_the_plots_only(make_run: Maker) -> None:
    store = make_run()
    (store.journal() / "events.jsonl").write_text("{")
    found = page(store)
    assert "not the journal of a run" in found.text
    assert "55.199 ± 0.021" in found.text


def test_an_unfinished_run_says_so(make_run: Maker) -> None:
    text = page(make_run(finished=False)).text
    assert "This run did not finish" in text
    assert "? inconclusive" in text


def test_troubles_of_the_rig_stand_beside_the_verdict(make_run: Maker) -> None:
    text = page(make_run(problems=("the rig sent late (3 x)",))).text
    assert "! the rig sent late (3 x)" in text
    assert "Rig: the rig sent late (3 x)" in text


def test_progress_is_told_after_each_test(make_run: Maker) -> None:
    told: list[tuple[int, int]] = []
    write_page(make_run(), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_a_run_without_requirements_has_a_page(make_run: Maker) -> None:
    store = make_run()
    run = store.read()
    run.requirements.clear()
    store.write(run)
    assert "No requirement was tried." in page(store).text


def test_the_same_run_gives_the_same_page(make_run: Maker) -> None:
    store = make_run()
    first = write_page(store).read_bytes()
    assert write_page(store).read_bytes() == first


def test_a_damaged_summary_is_refused(make_run: Maker) -> None:
    store = make_run()
    store.summary.write_text("{}")
    with pytest.raises(InputError, match="damaged, or no run of bmshil"):
        write_page(store)
