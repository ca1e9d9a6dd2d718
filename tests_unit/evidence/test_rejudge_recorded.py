"""What a run has only recorded is held against the rest of its evidence, even where each copy was changed."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from can import BLFWriter

from bmshil.errors import InputError
from bmshil.evidence.rejudge import Kind, rejudge, run
from bmshil.judge.acceptance import acceptance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bmshil.evidence import RunStore

JUNIT = """<testsuites><testsuite>
<testcase classname="t" name="test_voltage"><properties><property name="verdict" value="pass"/></properties>
</testcase>
<testcase classname="t" name="test_current"><properties><property name="verdict" value="{}"/></properties>
<failure message="bmshil.errors.DutFailed: peak of dc.current at most 25.0 A: {}"/></testcase>
</testsuite></testsuites>"""


def in_journal(store: RunStore, change: Callable[[dict[str, Any]], None]) -> None:
    """Change each event of the journal."""
    path = store.journal() / "events.jsonl"
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for event in events:
        change(event)
    path.write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")


def in_summary(store: RunStore, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the summary as JSON."""
    plain = json.loads(store.summary.read_bytes())
    change(plain)
    store.summary.write_text(json.dumps(plain), encoding="utf-8")


def widen(told: dict[str, Any], uncertainty: float) -> None:
    """Make what is known of the current worse, and the failure by it marginal."""
    assert told["measurement"]["value"] == 30.0
    told["measurement"]["uncertainty"] = uncertainty
    told["verdict"] = "inconclusive"


def test_an_uncertainty_that_makes_a_failure_marginal_is_worked_out_again(small_run: Any) -> None:
    def journal(event: dict[str, Any]) -> None:
        if event["kind"] == "judgement" and event["data"]["measurement"]["channel"] == "dc.current":
            widen(event["data"], 6.0)

    in_journal(small_run.store, journal)
    in_summary(
        small_run.store, lambda plain: widen(plain["requirements"][1]["tests"][0]["judgements"][0], 6.0)
    )
    found = rejudge(small_run.store)
    told = [(one.where, one.kind, one.then, one.now) for one in found.differences]
    assert told == [("LIM-01 test_current", Kind.UNCERTAINTY, "6", "0.2")]
    assert found.verdict_now == "fail"


def test_tolerances_are_those_of_the_rig_file(small_run: Any) -> None:
    in_summary(small_run.store, lambda plain: plain["facts"]["tolerances"].update(A=6.0))
    first = rejudge(small_run.store).differences[0]
    assert str(first) == "run: uncertainty of 'tolerances': was 6 A, is 0.2 in the rig file"


def test_where_the_rig_file_is_silent_or_gone_tolerances_are_no_free_choice(small_run: Any) -> None:
    rig = small_run.store.path / "inputs" / "rig.yaml"
    rig.write_text("name: bench-1\n", encoding="utf-8")
    assert rejudge(small_run.store).agrees
    in_summary(small_run.store, lambda plain: plain["facts"]["tolerances"].update(s=0.5))
    told = [str(one) for one in rejudge(small_run.store).differences]
    assert told == ["run: uncertainty of 'tolerances': was 0.5 s, is 0.1 where the rig file is silent"]
    in_summary(small_run.store, lambda plain: plain["facts"]["inputs"].pop("rig"))
    assert "run: it has no rig file: tolerances are taken as recorded" in rejudge(small_run.store).doubts


def test_the_floor_is_that_of_the_acceptance_file(small_run: Any) -> None:
    in_summary(small_run.store, lambda plain: plain.update(acceptance=acceptance("default").described()))
    no_file = "run: it has no acceptance file: its figures are taken as recorded"
    assert rejudge(small_run.store).doubts[0] == no_file
    kept = small_run.store.path / "inputs" / "acceptance.yaml"
    kept.write_bytes((files("bmshil.judge") / "acceptance.yaml").read_bytes())
    in_summary(
        small_run.store, lambda plain: plain["facts"]["inputs"].update(acceptance=f"inputs/{kept.name}")
    )
    assert rejudge(small_run.store).differences == ()
    kept.write_text(kept.read_text(encoding="utf-8").replace("zero_current: 0.02", "zero_current: 0.5"))
    told = [str(one) for one in rejudge(small_run.store).differences]
    assert told == ["run: recipe of 'acceptance': was zero_current 0.02, is 0.5 in the acceptance file"]


def test_the_trace_has_the_frames_of_the_columns(sealed: RunStore) -> None:
    BLFWriter(sealed.trace).stop()
    told = [str(one) for one in rejudge(sealed).differences]
    assert told == ["run: recipe of 'trace.blf': was 0 frames of 0 bytes, is 20 frames of 160 bytes"]


def test_an_excuse_for_the_bus_does_not_fit_to_a_check_of_it(small_run: Any) -> None:
    def disturb(event: dict[str, Any]) -> None:
        if event["kind"] == "conclusion":
            event["data"]["disturbed"] = True

    in_journal(small_run.store, disturb)
    found = rejudge(small_run.store).differences
    assert [(one.where, one.kind, one.then) for one in found] == [
        ("AGG-01 test_voltage", Kind.CIRCUMSTANCE, "disturbed on purpose"),
        ("LIM-01 test_current", Kind.CIRCUMSTANCE, "disturbed on purpose"),
        ("HBT-01 test_late", Kind.CIRCUMSTANCE, "disturbed on purpose"),
    ]


def test_an_excuse_that_decides_and_that_nothing_shows_is_named(small_run: Any) -> None:
    path = small_run.store.journal() / "events.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(number for number, line in enumerate(lines) if '"kind":"conclusion"' in line)
    silence = {"t": 1.0, "kind": "unacknowledged", "source": "emulator", "data": {}}
    heard = {"t": json.loads(lines[place])["t"], "kind": "acknowledged", "source": "emulator", "data": {}}
    lines[place : place + 1] = [lines[place].replace('"alone":false', '"alone":true'), json.dumps(heard)]
    path.write_text("\n".join([json.dumps(silence), *lines, ""]), encoding="utf-8")
    found = rejudge(small_run.store)
    assert found.doubts == (
        OTHER_CODE,
        "AGG-01 test_voltage: trouble of the bus is excused by 'alone', as recorded",
    )
    assert found.counts.excused == 1
    assert "AGG-01" not in {one.where.partition(" ")[0] for one in found.differences}


def test_a_figure_whose_uncertainty_only_its_record_tells_is_named(small_run: Any) -> None:
    def journal(event: dict[str, Any]) -> None:
        if event["kind"] == "judgement" and event["data"]["measurement"]["channel"] == "dc.current":
            figure(event["data"])

    def figure(told: dict[str, Any]) -> None:
        told["measurement"] |= {"reduction": "worked out", "uncertainty": 0.5}

    in_journal(small_run.store, journal)
    in_summary(small_run.store, lambda plain: figure(plain["requirements"][1]["tests"][0]["judgements"][0]))
    found = rejudge(small_run.store)
    assert (found.agrees, found.counts.known, found.counts.believed) == (True, 9, 1)
    _, doubt = found.doubts
    assert doubt.startswith("LIM-01 test_current: uncertainty of dc.current is taken as recorded: 0.5 A; ")
    assert doubt.endswith("the rig's tolerances give 0.2")


@pytest.mark.parametrize(
    ("kind", "text", "now"),
    [
        ("RigError", "the supply does not answer", "nothing was switched off"),
        (
            "Inconclusive",
            "|value| <= 2 was never reached in a window of 5.0 s",
            "every measurement has a value",
        ),
    ],
)
def test_what_ended_a_test_has_left_its_mark(small_run: Any, kind: str, text: str, now: str) -> None:
    def end(event: dict[str, Any]) -> None:
        if event["kind"] == "conclusion" and event["source"] == "test_voltage":
            event["data"]["ended_by"] = {"kind": kind, "text": text}

    in_journal(small_run.store, end)
    first = rejudge(small_run.store).differences[0]
    assert (first.where, first.kind, first.now) == ("AGG-01 test_voltage", Kind.CIRCUMSTANCE, now)


@pytest.mark.parametrize(
    ("word", "reason", "confirmed", "then"),
    [
        ("fail", "30 A is more than 25 + 0", 2, []),
        ("inconclusive", "30 A is more than 25 + 0", 1, ["fail"]),
        ("fail", "26 A is more", 1, ["peak of dc.current at most 25.0 A: 30 A is more than 25 + 0"]),
    ],
)
def test_the_runner_tells_the_same(
    small_run: Any, *, word: str, reason: str, confirmed: int, then: list[str]
) -> None:
    small_run.store.junit.write_text(JUNIT.format(word, reason), encoding="utf-8")
    found = rejudge(small_run.store)
    assert found.counts.confirmed == confirmed
    assert [(one.kind, one.then) for one in found.differences] == [(Kind.RUNNER, one) for one in then]


def drop(store: RunStore, name: str) -> None:
    """Take a requirement out of the summary, and what the journal has of its test."""
    in_summary(
        store,
        lambda plain: plain.update(
            requirements=[one for one in plain["requirements"] if name not in one["tests"][0]["test"]]
        ),
    )
    path = store.journal() / "events.jsonl"
    kept, inside = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        if '"phase":"begin"' in line:
            inside = f'"{name}"' in line
        kept += [] if inside else [line]
    path.write_text("\n".join([*kept, ""]), encoding="utf-8")


def test_a_failure_that_was_taken_out_of_summary_and_journal_is_still_told_by_the_runner(
    small_run: Any,
) -> None:
    small_run.store.junit.write_text(JUNIT.format("fail", "30 A is more than 25 + 0"), encoding="utf-8")
    drop(small_run.store, "test_current")
    told = [str(one) for one in rejudge(small_run.store).differences]
    assert told == ["test_current: runner: was no result, is fail in the runner's results"]


def test_a_result_that_the_runner_does_not_have_is_named(small_run: Any) -> None:
    text = JUNIT.format("fail", "30 A is more than 25 + 0").replace("test_voltage", "test_other")
    small_run.store.junit.write_text(text.replace('value="pass"', 'value=""'), encoding="utf-8")
    lines = rejudge(small_run.store).doubts
    assert lines[1:] == (
        "AGG-01 test_voltage, HBT-01 test_late, STA-01 test_gone: the runner's results do not have them",
    )


def test_an_attempt_that_was_taken_out_is_missed_and_one_that_the_runner_lacks_hides_no_other(
    small_run: Any,
) -> None:
    text = JUNIT.format("fail", "30 A is more than 25 + 0")
    twice = text.replace("</testsuite>", '<testcase classname="t" name="test_voltage"><properties>')
    twice = twice.replace(
        "<properties></testsuites>",
        '<properties><property name="verdict" value="fail"/>'
        "</properties></testcase></testsuite></testsuites>",
    )
    small_run.store.junit.write_text(twice, encoding="utf-8")
    told = [str(one) for one in rejudge(small_run.store).differences]
    assert told == ["AGG-01 test_voltage: runner: was 1 attempts, is 2 in the runner's results"]

    def again(plain: dict[str, Any]) -> None:
        tests = plain["requirements"][0]["tests"]
        tests.append({**tests[0], "attempt": 2})

    small_run.store.junit.write_text(text.replace('value="pass"', 'value="blocked"'), encoding="utf-8")
    in_summary(small_run.store, again)
    found = rejudge(small_run.store)
    assert [str(one) for one in found.differences if one.kind is Kind.RUNNER] == [
        "AGG-01 test_voltage: runner: was pass, is blocked"
    ]


def test_a_killed_run_is_not_made_complete_by_its_summary(small_run: Any) -> None:
    drop(small_run.store, "test_late")

    def complete(plain: dict[str, Any]) -> None:
        plain.update(collected=3, finished="2026-11-20T18:43:00Z")

    in_summary(small_run.store, complete)
    found = rejudge(small_run.store)
    assert str(found.differences[0]) == (
        "run: recipe of 'the tests that were to be run': was complete with 3 tests, is without test_late"
    )
    no_junit = "run: it is said to be complete, and its first part has no junit.xml"
    assert found.doubts == (OTHER_CODE, no_junit)
    path = small_run.store.journal() / "events.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([one for one in lines if "to_be_run" not in one] + [""]), encoding="utf-8")
    assert rejudge(small_run.store).doubts[2:] == (
        "run: it is said to be complete, and its journal has no list of the tests that were to be run",
    )


def test_results_of_a_runner_that_are_damaged_are_refused(small_run: Any) -> None:
    small_run.store.junit.write_text("<testsuites>", encoding="utf-8")
    with pytest.raises(InputError, match=r"junit\.xml: damaged"):
        rejudge(small_run.store)


def test_files_of_somebody_else_are_no_inputs_of_the_run(small_run: Any, tmp_path: Path) -> None:
    assert rejudge(small_run.store).doubts == (OTHER_CODE,)
    kept = small_run.store.path / "inputs" / "profile.yaml"
    kept.rename(tmp_path / "profile.yaml")
    in_summary(
        small_run.store, lambda plain: plain["facts"]["inputs"].update(profile=str(tmp_path / "profile.yaml"))
    )
    assert rejudge(small_run.store).doubts[0] == (
        "run: it has no profile that can be read: keep-alive and read-backs are taken as recorded"
    )


def test_a_journal_that_lacks_something_is_refused_in_one_line(small_run: Any) -> None:
    in_journal(small_run.store, lambda event: event["data"].pop("start", None))
    with pytest.raises(InputError, match="its journal lacks what belongs there") as caught:
        rejudge(small_run.store)
    assert "\n" not in str(caught.value)


OTHER_CODE = "run: made by other code than this bmshil: reasons in words were not compared"

LAMP = "observed of lamp is True"

WELL = "mean of dc.voltage equals 55.2 V: 55.2 V is 55.2 within 0.2"


def first(plain: dict[str, Any]) -> Any:
    return plain["requirements"][0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda plain: plain["requirements"].append({**first(plain), "id": "SAF-09", "tests": []}),
            "SAF-09: recipe: was pass, is no test of it",
        ),
        (
            lambda plain: plain["requirements"].append({**first(plain), "tests": []}),
            "AGG-01: recipe: was told twice, is one requirement",
        ),
        (
            lambda plain: first(plain).update(id="AGG-02"),
            "AGG-02 test_voltage: recipe of 'the requirement': was AGG-02, is AGG-01",
        ),
        (
            lambda plain: first(plain)["tests"][0].update(reason="all is well"),
            f"AGG-01 test_voltage: conclusion of 'the reason': was all is well, is {WELL}",
        ),
        (
            lambda plain: first(plain)["tests"][0]["judgements"][4].update(reason="lit"),
            f"AGG-01 test_voltage: conclusion of 'the reason of {LAMP}': was lit, is lamp is true",
        ),
        (
            lambda plain: first(plain).update(reason="all is well"),
            f"AGG-01: conclusion of 'the reason': was all is well, is {WELL}",
        ),
    ],
)
def test_what_the_summary_makes_of_its_tests_is_drawn_again(
    small_run: Any, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], None], told: str
) -> None:
    monkeypatch.setattr(run, "own_code", lambda: "5a" * 32)
    in_summary(small_run.store, change)
    in_summary(small_run.store, lambda plain: plain["facts"].update(code={"bmshil": "5a" * 32}))
    assert [str(one) for one in rejudge(small_run.store).differences] == [told]
