"""What changed between two passports, and whether it changed for the better.

Verdicts of a requirement. Only what was shown on both sides can be better or worse; a word that proves
nothing (inconclusive, blocked, error) never cures a failure and never counts as one:

===============  =====================================================================================
A to B           row
===============  =====================================================================================
equal words      same
any to fail      worse: B shows a failure that A did not
fail to pass     better
all others       changed: fail to inconclusive is no cure, pass to inconclusive is no failure; test again
on one side      only in A, only in B: nothing to compare
===============  =====================================================================================

What passed in A and proves nothing in B, or was not tried there, is unproven: no regression, no all-clear.

Conformity and safety are compared each, and the worse of the two answers is the row's.

Numbers. Two values agree when they lie no farther apart than the root of the sum of the squares of their
expanded uncertainties (|E_n| <= 1, ISO/IEC 17043). Beyond that the row is better or worse where the
characteristic has a better side, and changed where it has none. Words and facts are equal or changed.
A value in another unit is changed.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

import msgspec

from bmshil.evidence.passport.characteristics import Better
from bmshil.evidence.passport.conditions import Difference, differences
from bmshil.evidence.passport.runs import NOT_AS_SEALED
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bmshil.evidence.passport.passport import Passport, RequirementEntry, Value

PROVE_NOTHING = (Verdict.INCONCLUSIVE, Verdict.BLOCKED, Verdict.ERROR, Verdict.SKIPPED)
"""Verdicts after which nobody knows whether what passed before still would."""


class Change(StrEnum):
    """How a row came out."""

    WORSE = "worse"
    BETTER = "better"
    CHANGED = "changed"
    ONLY_A = "only in A"
    ONLY_B = "only in B"
    SAME = "same"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a comparison.

    Attributes:
        kind: a requirement or a measured value.
        id: of the requirement, or the key of the value.
        title: in words.
        change: how it came out.
        why: the rule that was applied, in a sentence.
        a: what A says; None when it says nothing.
        b: what B says; None likewise.
        unit: of numbers.
        uncertainty_a: expanded uncertainty of ``a``.
        uncertainty_b: expanded uncertainty of ``b``.
        run_a: name of the run that ``a`` is from.
        run_b: name of the run that ``b`` is from.
    """

    kind: Literal["requirement", "value"]
    id: str
    title: str
    change: Change
    why: str
    a: float | str | bool | None = None
    b: float | str | bool | None = None
    unit: str = ""
    uncertainty_a: float = 0.0
    uncertainty_b: float = 0.0
    run_a: str = ""
    run_b: str = ""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two passports side by side.

    Attributes:
        a: name of A: device, firmware, mutation and serial number.
        b: name of B.
        notes: what a reader must know before he compares, a sentence each.
        conditions: what was not the same on both sides beside the device; what verdicts are measured with
            first.
        comparable: whether both sides were judged by one yardstick: a changed verdict says something of the
            device only then.
        rows: requirements by id, then values in the order of the characteristics.
        totals: number of rows per word.
        regression: whether any row is worse.
        unproven: how many requirements passed in A and prove nothing in B, those that B has not tried too.
        untried: how many of these B has not tried.
    """

    a: str
    b: str
    notes: list[str]
    conditions: list[Difference]
    comparable: bool
    rows: list[Row]
    totals: dict[str, int]
    regression: bool
    unproven: int = 0
    untried: int = 0


def compare(a: Passport, b: Passport) -> Comparison:
    """Set B against A, which came first."""
    rows = [*_requirements(a.requirements, b.requirements), *_values(a.values, b.values)]
    totals = {str(word): sum(row.change is word for row in rows) for word in Change}
    conditions = differences(a.runs, b.runs)
    passed = [row for row in rows if row.kind == "requirement" and row.a == Verdict.PASS]
    untried = sum(row.change is Change.ONLY_A for row in passed)
    return Comparison(
        a=_named(a),
        b=_named(b),
        notes=[*_unlike(conditions), *_notes(a, b)],
        conditions=conditions,
        comparable=not any(one.yardstick for one in conditions),
        rows=rows,
        totals=totals,
        regression=totals[Change.WORSE] > 0,
        unproven=untried + sum(row.b in PROVE_NOTHING for row in passed),
        untried=untried,
    )


def _named(passport: Passport) -> str:
    return f"{passport.name}, serial {passport.dut.serial or 'not stated'}"


def changed_verdict(before: Verdict, after: Verdict) -> Change:
    """What it means that a requirement had one verdict in A and has another in B."""
    if before is after:
        return Change.SAME
    if after is Verdict.FAIL:
        return Change.WORSE
    return Change.BETTER if (before, after) == (Verdict.FAIL, Verdict.PASS) else Change.CHANGED


def _requirements(a: Sequence[RequirementEntry], b: Sequence[RequirementEntry]) -> list[Row]:
    before, after = {one.id: one for one in a}, {one.id: one for one in b}
    return [_requirement(before.get(name), after.get(name)) for name in sorted(before | after)]


def _requirement(a: RequirementEntry | None, b: RequirementEntry | None) -> Row:
    if a is None or b is None:
        return _alone_requirement(a, b)
    changes = [changed_verdict(a.verdict, b.verdict)]
    for one, other in ((a.conformity, b.conformity), (a.safety, b.safety)):
        if one is not None and other is not None:
            changes.append(changed_verdict(one, other))
        elif other is Verdict.FAIL:
            changes.append(Change.WORSE)  # two failures may be of different questions
    change = next(word for word in Change if word in changes)
    return Row(
        kind="requirement",
        id=a.id,
        title=b.title,
        change=change,
        why="" if change is Change.SAME else f"{_answers(a)} became {_answers(b)}: {b.reason}".rstrip(": "),
        a=str(a.verdict),
        b=str(b.verdict),
        run_a=a.run,
        run_b=b.run,
    )


def _answers(entry: RequirementEntry) -> str:
    asked = [
        f"{name} {word}"
        for name, word in (("conformity", entry.conformity), ("safety", entry.safety))
        if word is not None
    ]
    return f"{entry.verdict} ({', '.join(asked)})" if asked else str(entry.verdict)


def _alone_requirement(a: RequirementEntry | None, b: RequirementEntry | None) -> Row:
    there = b if a is None else a
    if there is None:
        raise TypeError("a row needs at least one side")
    change, missing = (Change.ONLY_A, "B") if a is not None else (Change.ONLY_B, "A")
    return Row(
        kind="requirement",
        id=there.id,
        title=there.title,
        change=change,
        why=f"{missing} has not tried it: nothing to compare",
        a=None if a is None else str(a.verdict),
        b=None if b is None else str(b.verdict),
        run_a="" if a is None else a.run,
        run_b="" if b is None else b.run,
    )


def _values(a: Sequence[Value], b: Sequence[Value]) -> list[Row]:
    before: Mapping[str, Value] = {one.key: one for one in a}
    after: Mapping[str, Value] = {one.key: one for one in b}
    return [_value(key, before.get(key), after.get(key)) for key in dict.fromkeys([*before, *after])]


def _value(key: str, a: Value | None, b: Value | None) -> Row:
    change, why = _moved(a, b)
    there = b or a
    return Row(
        kind="value",
        id=key,
        title=there.title if there is not None else key,
        change=change,
        why=why,
        a=None if a is None else a.value,
        b=None if b is None else b.value,
        unit=there.unit if there is not None else "",
        uncertainty_a=0.0 if a is None else a.uncertainty,
        uncertainty_b=0.0 if b is None else b.uncertainty,
        run_a="" if a is None else a.run,
        run_b="" if b is None else b.run,
    )


def _moved(a: Value | None, b: Value | None) -> tuple[Change, str]:
    if b is None:
        return Change.ONLY_A, "B has not measured it"
    if a is None:
        return Change.ONLY_B, "A has not measured it"
    if a.unit != b.unit:
        return Change.CHANGED, f"the unit was {a.unit or 'none'} and is {b.unit or 'none'}"
    if not isinstance(a.value, float | int) or not isinstance(b.value, float | int):
        return (Change.SAME, "") if a.value == b.value else (Change.CHANGED, "another word")
    return _shifted(a.value, b.value, math.hypot(a.uncertainty, b.uncertainty), b)


def _shifted(before: float, after: float, doubt: float, meaning: Value) -> tuple[Change, str]:
    """What it means that a number has moved; yes and no move by one, beyond any doubt."""
    moved = after - before
    if abs(moved) <= doubt:
        return Change.SAME, ""
    unit = f" {meaning.unit}" if meaning.unit else ""
    why = f"moved by {moved:+.4g}{unit}, and the two are known to {doubt:.2g}{unit}"
    if meaning.better is Better.NEITHER:
        return Change.CHANGED, why
    return (Change.BETTER if (moved < 0) is (meaning.better is Better.LOWER) else Change.WORSE), why


def _unlike(conditions: Sequence[Difference]) -> list[str]:
    """What was not the same beside the device, in one line; none where everything was."""
    if not conditions:
        return []
    told = "; ".join(map(str, conditions))
    return [f"Not like with like: {told}. What changed may lie in this and not in the firmware."]


def _notes(a: Passport, b: Passport) -> list[str]:
    notes = []
    for name, one in (("A", a), ("B", b)):
        notes += [f"{name}: run {run.run} {NOT_AS_SEALED} {run.changed}." for run in one.runs if run.changed]
        notes += [
            f"{name}: run {run.run} did not come to its end: what it lacks is not compared."
            for run in one.runs
            if not run.complete
        ]
        notes += [
            f"{name}: run {run.run} was a selection: {run.selection}." for run in one.runs if run.selection
        ]
    return notes
