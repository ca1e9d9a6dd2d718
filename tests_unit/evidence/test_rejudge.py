"""Judging a run again, from its evidence alone."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from bmshil.errors import InputError
from bmshil.evidence.rejudge import Counts, Difference, Kind, rejudge
from bmshil.judge import Verdict, rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.evidence import RunStore, Summary

FINISHED = datetime(2026, 11, 20, 18, 43, tzinfo=UTC)


def contents(store: RunStore) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in store.path.rglob("*") if path.is_file()}


def rewritten(store: RunStore, change: Callable[[Summary], None]) -> None:
    summary = store.read()
    change(summary)
    store.write(summary)


def test_a_run_agrees_with_itself_and_is_not_touched(sealed: RunStore) -> None:
    before = contents(sealed)
    found = rejudge(sealed)
    assert found.differences == ()
    assert found.agrees
    assert (found.verdict_then, found.verdict_now, found.changed) == ("fail", "fail", ())
    assert found.counts == Counts(
        samples=4, frames=1, events=3, dialogue=1, recorded=1, drawn=3, kept=1, known=10, endings=1
    )
    assert contents(sealed) == before


def test_a_run_that_is_not_sealed_is_judged_too(small_run: Any) -> None:
    found = rejudge(small_run.store)
    assert found.agrees
    assert found.changed == ("the evidence is not sealed",)
    assert found.holds


def test_a_run_of_before_says_so(small_run: Any) -> None:
    def forget(summary: Summary) -> None:
        summary.rules = ""

    rewritten(small_run.store, forget)
    with pytest.raises(InputError, match="did not keep what it takes"):
        rejudge(small_run.store)


def test_a_value_that_the_samples_do_not_give_is_named(sealed: RunStore) -> None:
    path = sealed.journal() / "samples.npz"
    with np.load(path) as file:
        columns = dict(file.items())
    columns["value"] = columns["value"].copy()
    columns["value"][0, 0] ^= 4  # the first voltage: 4 mV more, and all others follow it by differences
    with path.open("wb") as out:
        np.savez_compressed(out, **columns)
    found = rejudge(sealed)
    values = [one for one in found.differences if one.kind is Kind.VALUE]
    assert [one.where for one in values] == ["AGG-01 test_voltage", "HBT-01 test_late"]
    assert float(values[0].then) == pytest.approx(55.20098)
    assert float(values[0].now) == pytest.approx(55.20498)
    assert found.changed == ("journal/main/samples.npz: changed",)
    assert not found.holds


def test_a_silence_is_found_again_in_the_frames(sealed: RunStore) -> None:
    def shorten(summary: Summary) -> None:
        test = summary.requirements[0].tests[0]
        measured = msgspec.structs.replace(test.judgements[1].measurement, value=3.0)
        test.judgements[1] = msgspec.structs.replace(test.judgements[1], measurement=measured)

    rewritten(sealed, shorten)
    kinds = {(one.kind, one.then, one.now) for one in rejudge(sealed).differences if one.kind is Kind.VALUE}
    assert kinds == {(Kind.VALUE, "3.0", "4.0")}


def test_a_verdict_that_somebody_has_written_over_is_named(sealed: RunStore) -> None:
    def whiten(summary: Summary) -> None:
        requirement = summary.requirements[1]
        requirement.verdict = requirement.safety = Verdict.PASS
        test = requirement.tests[0]
        judgement = msgspec.structs.replace(test.judgements[0], verdict=Verdict.PASS)
        requirement.tests[0] = msgspec.structs.replace(
            test, verdict=Verdict.PASS, safety=Verdict.PASS, judgements=[judgement, *test.judgements[1:]]
        )

    rewritten(sealed, whiten)
    (found,) = rejudge(sealed).differences
    assert (found.where, found.kind, found.then) == ("LIM-01 test_current", Kind.RULE, "pass")
    assert found.now == "fail (30 A is more than 25 + 0)"


def test_whether_the_voltage_was_held_is_looked_at_again(small_run: Any) -> None:
    events = small_run.store.journal() / "events.jsonl"
    text = events.read_text(encoding="utf-8")
    assert '"idle_current":2.0' in text
    events.write_text(text.replace('"idle_current":2.0', '"idle_current":15.0'), encoding="utf-8")
    (found,) = rejudge(small_run.store).differences
    assert (found.where, found.kind, found.then, found.now) == (
        "AGG-01 test_voltage",
        Kind.VALUE,
        "True",
        "False",
    )


def test_a_judgement_that_was_taken_out_is_missed(sealed: RunStore) -> None:
    def drop(summary: Summary) -> None:
        del summary.requirements[1].tests[0].judgements[0]

    rewritten(sealed, drop)
    assert rejudge(sealed).differences[0] == Difference(
        "LIM-01 test_current", Kind.RECIPE, "1 judgements", "2 in the journal"
    )


def test_a_trouble_that_was_taken_out_changes_the_health(sealed: RunStore) -> None:
    path = sealed.journal() / "events.jsonl.gz"
    lines = [line for line in gzip.decompress(path.read_bytes()).splitlines() if b"late_slot" not in line]
    path.write_bytes(gzip.compress(b"".join(line + b"\n" for line in lines)))
    (found,) = rejudge(sealed).differences
    assert (found.where, found.kind, found.what) == ("HBT-01 test_late", Kind.HEALTH, "problems")
    assert found.then == "the rig sent late (1 x, first: pack1 0.7 s late)"
    assert found.now == "none"


def test_newer_rules_are_legal_and_named(sealed: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules.RULES, "at most", lambda _: (Verdict.INCONCLUSIVE, "marginal: a new rule"))
    found = rejudge(sealed)
    assert {(one.where, one.kind) for one in found.differences} == {
        ("AGG-01 test_voltage", Kind.RULE),
        ("LIM-01 test_current", Kind.RULE),
        ("HBT-01 test_late", Kind.RULE),
    }
    assert found.verdict_now == "inconclusive"


@pytest.mark.parametrize(("version", "kind"), [("2", Kind.RULE), (rules.VERSION, Kind.CONCLUSION)])
def test_an_answer_that_older_rules_gave_differs_by_the_rule(
    small_run: Any, version: str, kind: Kind
) -> None:
    def earlier(summary: Summary) -> None:
        summary.rules = version
        first = summary.requirements[0]
        (test,) = first.tests
        first.conformity = Verdict.CHARACTERISED
        first.tests[:] = [msgspec.structs.replace(test, conformity=Verdict.CHARACTERISED)]

    rewritten(small_run.store, earlier)
    (found,) = rejudge(small_run.store).differences
    assert (found.where, found.kind) == ("AGG-01 test_voltage", kind)
    assert found.then == "pass (conformity characterised, safety not asked)"
    assert found.now == "pass (conformity pass, safety not asked)"


def test_a_crossing_that_never_came_is_looked_for_again(small_run: Any) -> None:
    journal, store = small_run.store.journal(), small_run.store
    lines = (journal / "events.jsonl").read_bytes().splitlines(keepends=True)
    recipe = {"start": 0.0, "end": 5.0, "reduction": "fall", "parameter": 2.0}
    event = {"t": 5.0, "kind": "measured", "source": "dc.current", "data": {**recipe, "value": None}}
    begin = next(place for place, line in enumerate(lines) if b'"phase":"begin"' in line)
    lines.insert(begin + 1, json.dumps(event).encode() + b"\n")
    (journal / "events.jsonl").write_bytes(b"".join(lines))
    assert rejudge(store).agrees
    event["data"] = {**recipe, "parameter": 25.0, "value": None}
    lines[begin + 1] = json.dumps(event).encode() + b"\n"
    (journal / "events.jsonl").write_bytes(b"".join(lines))
    (found,) = rejudge(store).differences
    assert (found.kind, found.then, found.now) == (Kind.VALUE, "no value", "0.0")


def test_the_run_counts_what_it_rests_on_in_words(sealed: RunStore) -> None:
    assert str(rejudge(sealed).counts) == (
        "9 of 10 judgements rest on values that were found again (4 in samples, 1 in frames, 3 in events, "
        "1 in the dialogue), 1 on a recorded observation; 3 conclusions were drawn again, "
        "1 tests rest on a recorded reason.\n"
        "Uncertainties: 10 worked out again, 0 as recorded. As recorded, too: early ends of tests: 1; "
        "excuses of the bus that matter: 0. Tests that the runner's own results confirm: 0"
    )


def test_a_requirement_that_was_taken_out_is_missed(sealed: RunStore) -> None:
    def drop(summary: Summary) -> None:
        summary.requirements = [one for one in summary.requirements if one.id != "AGG-01"]

    rewritten(sealed, drop)
    assert ("test_voltage", Kind.RECIPE) in [(one.where, one.kind) for one in rejudge(sealed).differences]


def test_a_run_that_was_stopped_before_its_first_result_agrees(small_run: Any) -> None:
    def stop(summary: Summary) -> None:
        summary.requirements, summary.totals = [], {}
        summary.verdict, summary.exit_code = Verdict.ERROR, 4

    (small_run.store.journal() / "events.jsonl").write_text("", encoding="utf-8")
    rewritten(small_run.store, stop)
    killed = rejudge(small_run.store)
    rewritten(small_run.store, lambda summary: summary.close(FINISHED, interrupted=True))
    stopped = rejudge(small_run.store)
    assert [(one.differences, one.verdict_now) for one in (killed, stopped)] == [
        ((), "error"),
        ((), "inconclusive"),
    ]
