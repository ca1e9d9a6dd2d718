"""Passports, comparisons and matrices of runs that were made up."""

import json
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import InputError
from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary, TestResult
from bmshil.evidence.bundle import annotate, seal
from bmshil.evidence.passport import Change, Passport, compare, matrix_of, passport_of, read_passport, schema
from bmshil.evidence.passport.compare import changed_verdict
from bmshil.judge import Conclusion, Judgement, Measurement, Question, Verdict

DOUBT = "What changed may lie in this and not in the firmware."
DEAD_TIME = "step.ccl.down.dead_time"


def noted(key: str, value: float | str, unit: str = "s", uncertainty: float = 0.3) -> Judgement:
    return Judgement(
        question=Question.CONFORMITY,
        statement="From the message to 10 % of the step",
        rule="noted",
        measurement=Measurement("dc.current", 1.0, 9.0, "fall", value, unit, uncertainty),
        limit=value,
        verdict=Verdict.CHARACTERISED,
        key=key,
    )


def made(
    folder: Path,
    *,
    day: int = 1,
    values: dict[str, Any] | None = None,
    verdicts: dict[str, str] | None = None,
    finished: bool = True,
    **dut: Any,
) -> Path:
    """A run with measured values and with requirements of these verdicts."""
    started = datetime(2026, 11, day, tzinfo=UTC)
    device = DutRecord(**{"profile": "pylon_parallel", "firmware": "V9.1", "serial": "SN77", **dut})
    store = RunStore.create(folder, device.profile, started=started)
    run = Summary(run=store.name, started=started, rig=RigRecord(name="twin"), dut=device)
    for key, value in (values or {}).items():
        told = [noted(key, *value)] if isinstance(value, tuple) else [noted(key, value)]
        found = Conclusion(Verdict.CHARACTERISED, Verdict.CHARACTERISED, None, "")
        run.add("CHR-02", "How a step is followed", "dut", TestResult.of(f"test_{key}", found, told))
    for name, word in (verdicts or {}).items():
        verdict = Verdict(word)
        found = Conclusion(verdict, None, None, f"it is {word}")
        run.add(name, "The lowest CVL wins", "dut", TestResult.of("test_it", found))
    run.add("SGL-01", "The bank", "bank", TestResult.of("t", Conclusion(Verdict.FAIL, None, None, "")))
    if finished:
        run.close(started)
    store.write(run)
    return store.path


def test_a_passport_has_values_with_unit_uncertainty_test_run_and_head_of_the_chain(tmp_path: Path) -> None:
    path = made(tmp_path, values={DEAD_TIME: 0.8})
    head = seal(RunStore.open(path)).head
    (value,) = passport_of([path]).values
    assert (value.key, value.value, value.unit, value.uncertainty) == (DEAD_TIME, 0.8, "s", 0.3)
    assert (value.requirement, value.test) == ("CHR-02", f"test_{DEAD_TIME}")
    assert (value.run, value.chain) == ("20261101-000000-pylon_parallel", head)
    assert (value.group, value.title, value.better) == ("CCL step response", "CCL down: dead time", "lower")


def test_the_newest_value_stands_with_the_range_of_all(tmp_path: Path) -> None:
    late = made(tmp_path, day=3, values={DEAD_TIME: 0.8})
    early = made(tmp_path, day=2, values={DEAD_TIME: 1.2})
    (value,) = passport_of([late, early]).values
    assert (value.value, value.count, value.lowest, value.highest) == (0.8, 2, 0.8, 1.2)


def test_a_run_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    path = made(tmp_path, values={DEAD_TIME: 0.8})
    assert passport_of([path, path / "summary.json"]).values[0].count == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("profile", "sma_si"), ("firmware", "V9.2"), ("serial", "SN78"), ("mutation", "max_cvl")],
)
def test_a_passport_is_of_one_device(tmp_path: Path, field: str, value: str) -> None:
    runs = [made(tmp_path, day=1), made(tmp_path, day=2, **{field: value})]
    with pytest.raises(InputError, match=f"a passport is of one device: {field} is"):
        passport_of(runs)


def test_a_passport_tells_nothing_of_the_bank_of_the_bench(tmp_path: Path) -> None:
    assert [one.id for one in passport_of([made(tmp_path, verdicts={"AGG-01": "pass"})]).requirements] == [
        "AGG-01"
    ]


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        (["fail", "pass"], "fail"),
        (["pass", "fail", "inconclusive"], "fail"),
        (["inconclusive", "pass"], "pass"),
        (["pass", "inconclusive"], "inconclusive"),
        (["pass", "skipped"], "pass"),
        (["skipped", "skipped"], "skipped"),
    ],
)
def test_a_rerun_never_hides_a_failure(tmp_path: Path, words: list[str], standing: str) -> None:
    runs = [made(tmp_path, day=day, verdicts={"AGG-01": word}) for day, word in enumerate(words, start=1)]
    (entry,) = passport_of(runs).requirements
    assert (entry.verdict, entry.runs) == (standing, len(words))
    (column,) = matrix_of(runs, beside=tmp_path).columns
    assert (column.cells["AGG-01"].verdict, column.cells["AGG-01"].all) == (standing, words)


def test_a_passport_is_read_back_and_fits_its_schema(tmp_path: Path) -> None:
    path = made(tmp_path, values={DEAD_TIME: 0.8, "loss.all.reaction": ("stops", "")})
    passport = passport_of([path])
    file = tmp_path / "passport.json"
    file.write_bytes(msgspec.json.encode(passport))
    assert read_passport(file) == passport
    found = schema()
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    written = json.loads(file.read_bytes())
    described = found["$defs"]["Passport"]
    assert set(described["required"]) <= set(written) <= set(described["properties"])
    assert written["document"] == "bmshil passport"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "neither the folder of a run nor a passport"),
        (b'{"document": "bmshil matrix"}', "neither the folder of a run nor a passport"),
    ],
)
def test_what_is_no_passport_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "other.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match=why):
        read_passport(file)


def passport(tmp_path: Path, name: str, **parts: Any) -> Passport:
    return passport_of([made(tmp_path / name, **parts)])


@pytest.mark.parametrize(
    ("key", "before", "after", "change"),
    [
        # 0.3 s and 0.4 s of uncertainty make 0.5 s
        (DEAD_TIME, (1.0, "s", 0.3), (1.5, "s", 0.4), "same"),
        (DEAD_TIME, (1.0, "s", 0.3), (1.51, "s", 0.4), "worse"),
        (DEAD_TIME, (1.51, "s", 0.3), (1.0, "s", 0.4), "better"),
        ("period.slowest", (5.0, "s", 0.0), (2.0, "s", 0.0), "worse"),
        ("keepalive.period", (1.0, "s", 0.1), (2.0, "s", 0.1), "changed"),
        ("loss.all.reaction", ("stops", ""), ("stops", ""), "same"),
        ("loss.all.reaction", ("stops", ""), ("goes on", ""), "changed"),
        (DEAD_TIME, (1.0, "s"), (1000.0, "ms"), "changed"),
        ("nobody.knows.it", (1.0, "V", 0.1), (9.0, "V", 0.1), "changed"),
    ],
)
def test_numbers_are_compared_with_their_uncertainties(
    tmp_path: Path, key: str, before: tuple[Any, ...], after: tuple[Any, ...], change: str
) -> None:
    a = passport(tmp_path, "a", values={key: before})
    b = passport(tmp_path, "b", values={key: after})
    found = compare(a, b)
    (row,) = [one for one in found.rows if one.kind == "value"]
    assert row.change == change
    assert found.regression is (change == "worse")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("pass", "pass", "same"),
        ("pass", "fail", "worse"),
        ("inconclusive", "fail", "worse"),
        ("skipped", "fail", "worse"),
        ("fail", "pass", "better"),
        ("fail", "inconclusive", "changed"),
        ("fail", "blocked", "changed"),
        ("fail", "skipped", "changed"),
        ("pass", "inconclusive", "changed"),
        ("pass", "error", "changed"),
        ("inconclusive", "pass", "changed"),
    ],
)
def test_verdicts_are_compared_by_a_stated_rule(before: str, after: str, change: str) -> None:
    assert changed_verdict(Verdict(before), Verdict(after)) == change


def test_what_one_side_lacks_is_no_regression(tmp_path: Path) -> None:
    a = passport(tmp_path, "a", verdicts={"AGG-01": "pass"}, values={DEAD_TIME: 1.0})
    b = passport(tmp_path, "b", verdicts={"LIM-04": "fail"})
    found = compare(a, b)
    assert {row.id: str(row.change) for row in found.rows if row.id != "CHR-02"} == {
        "AGG-01": "only in A",
        "LIM-04": "only in B",
        DEAD_TIME: "only in A",
    }
    assert (found.regression, found.unproven, found.untried) == (False, 1, 1)
    back = compare(b, a)
    assert (back.regression, back.unproven) == (False, 0), "a failure that was not tried again proves nothing"


def test_a_comparison_says_what_a_reader_must_know(tmp_path: Path) -> None:
    a = passport(tmp_path, "a", finished=False)
    b = passport(tmp_path, "b", profile="sma_si")
    assert compare(a, b).notes == [
        f"Not like with like: profile: A has pylon_parallel, B has sma_si. {DOUBT}",
        "A: run 20261101-000000-pylon_parallel did not come to its end: what it lacks is not compared.",
    ]


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(0, 10), st.floats(0, 10))
def test_a_comparison_turned_round_is_the_opposite(
    a: float, b: float, doubt_a: float, doubt_b: float
) -> None:
    first = value_passport(a, doubt_a)
    second = value_passport(b, doubt_b)
    there, back = (compare(*pair).rows[0].change for pair in ((first, second), (second, first)))
    assert {there, back} in ({Change.SAME}, {Change.BETTER, Change.WORSE})


def value_passport(value: float, uncertainty: float) -> Passport:
    text = {
        "document": "bmshil passport",
        "dut": {"profile": "pylon_parallel"},
        "runs": [],
        "requirements": [],
        "values": [
            {
                "key": DEAD_TIME,
                "title": "CCL down: dead time",
                "group": "CCL step response",
                "better": "lower",
                "value": value,
                "unit": "s",
                "uncertainty": uncertainty,
                "requirement": "CHR-02",
                "test": "test_it",
                "run": "a-run",
            }
        ],
    }
    return msgspec.convert(text, Passport)


def test_a_matrix_has_a_column_for_each_firmware_and_links_to_the_pages(tmp_path: Path) -> None:
    old = made(tmp_path / "runs", day=1, verdicts={"AGG-01": "fail"})
    new = made(tmp_path / "runs", day=2, verdicts={"AGG-01": "pass"}, firmware="V9.2", serial="SN78")
    other = made(tmp_path / "runs", day=3, verdicts={"AGG-01": "pass"}, mutation="max_cvl")
    (new / "report.html").write_text("a page", encoding="utf-8")
    seal(RunStore.open(old))
    annotate(old, "AGG-01", "known, mended in V9.2", "accepted", "A. Tester")
    found = matrix_of([other, new, old], beside=tmp_path / "matrix")
    assert [(one.firmware, one.mutation, one.serials) for one in found.columns] == [
        ("V9.1", None, ["SN77"]),
        ("V9.2", None, ["SN78"]),
        ("V9.1", "max_cvl", ["SN77"]),
    ]
    first, second, _ = (one.cells["AGG-01"] for one in found.columns)
    assert second.link == "../runs/20261102-000000-pylon_parallel/report.html#requirement-1"
    assert (first.verdict, first.link) == ("fail", "")
    assert [(one.word, one.text) for one in first.annotations] == [("accepted", "known, mended in V9.2")]
    assert found.requirements == {"AGG-01": "The lowest CVL wins"}


def test_runs_without_a_firmware_have_a_column_each_and_a_line_says_so(tmp_path: Path) -> None:
    runs = [made(tmp_path, day=day, verdicts={"AGG-01": "pass"}, firmware="") for day in (1, 2)]
    known = made(tmp_path, day=3, verdicts={"AGG-01": "pass"})
    found = matrix_of([*runs, known], beside=tmp_path)
    assert [(one.firmware, one.runs) for one in found.columns] == [
        ("", ["20261101-000000-pylon_parallel"]),
        ("", ["20261102-000000-pylon_parallel"]),
        ("V9.1", ["20261103-000000-pylon_parallel"]),
    ]
    assert found.notes == [
        "2 runs state no firmware: a column for each; write dut.firmware in the rig file before the next run."
    ]
    assert matrix_of([known], beside=tmp_path).notes == []


def test_runs_whose_folders_have_one_name_are_told_apart(tmp_path: Path) -> None:
    north = made(tmp_path / "north" / "runs", verdicts={"AGG-01": "fail"}, values={DEAD_TIME: 1.0})
    south = made(tmp_path / "south" / "runs", verdicts={"AGG-01": "pass"}, values={DEAD_TIME: 2.0})
    for path in (north, south):
        (path / "report.html").write_text("a page", encoding="utf-8")
    heads = [seal(RunStore.open(path)).head for path in (north, south)]
    copytree(south, tmp_path / "copy" / south.name)
    (column,) = matrix_of([north, south, tmp_path / "copy" / south.name], beside=tmp_path).columns
    names = [f"{place}/runs/20261101-000000-pylon_parallel" for place in ("north", "south")]
    cell = column.cells["AGG-01"]
    assert (column.runs, cell.run, cell.all) == (names, names[0], ["fail", "pass"])
    assert cell.link == "north/runs/20261101-000000-pylon_parallel/report.html#requirement-2"
    found = passport_of([north, south])
    assert [(one.run, one.chain) for one in found.runs] == list(zip(names, heads, strict=True))
    assert (found.values[0].run, found.values[0].chain) == (names[1], heads[1])
