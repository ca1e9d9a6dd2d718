"""Judging a whole run again. Nothing is ever written into its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import BmsHilError, InputError
from bmshil.evidence.bundle.sealing import is_sealed
from bmshil.evidence.bundle.verifying import verify
from bmshil.evidence.rejudge.difference import Counts, Difference, Kind, Rejudged
from bmshil.evidence.rejudge.judging import judge_again
from bmshil.evidence.rejudge.material import Evidence, kept_input
from bmshil.evidence.rejudge.runner import Runner
from bmshil.evidence.rejudge.uncertainty import tolerances_differ
from bmshil.judge.rules import VERSION

if TYPE_CHECKING:
    from bmshil.evidence.run_store import RunStore
    from bmshil.evidence.summary import RequirementResult, Summary

NO_PROFILE = "run: it has no profile that can be read: keep-alive and read-backs are taken as recorded"


def rejudge(store: RunStore) -> Rejudged:
    """Draw every verdict of a run again by the rules of this version.

    Args:
        store: the run; sealed or not.

    Raises:
        InputError: its summary or a journal cannot be read, or it is from before runs could be judged again.
    """
    then = store.read()
    if not then.rules:
        raise InputError(f"{store.path}: from a version that did not keep what it takes to judge it again")
    try:
        return _judged_again(store, then)
    except BmsHilError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        what = f"its journal lacks what belongs there ({type(error).__name__}: {error})"
        raise InputError(f"{store.path}: cannot be judged again: {what}; do `bmshil verify` first") from error


def _judged_again(store: RunStore, then: Summary) -> Rejudged:
    evidence = Evidence(store, then)
    counts = Counts()
    runner = Runner(store)
    differences = tolerances_differ(then.facts, kept_input(store, then, "rig"))
    doubts = [] if evidence.profile else [NO_PROFILE]
    now = msgspec.structs.replace(then, requirements=[], totals={})
    for requirement in then.requirements:
        for result in requirement.tests:
            where = f"{requirement.id} {result.test.rpartition('::')[2]}"
            again, found = judge_again(where, result, evidence.of(result), counts, doubts)
            if not found and again.reason != result.reason and then.rules == VERSION:
                # Other rules may have other words for the same verdict.
                found = [Difference(where, Kind.CONCLUSION, result.reason, again.reason, "the reason")]
            differences += found
            now.add(requirement.id, requirement.title, requirement.subject, again)
        differences += runner.differs(requirement, counts)
    differences += [
        Difference(name, Kind.RECIPE, "no result", f"a conclusion in the journal, from {start:g} s on")
        for name, start in evidence.untold()
    ]
    explained = {one.where.partition(" ")[0] for one in differences}
    for before, after in zip(then.requirements, now.requirements, strict=True):
        if before.id not in explained:
            differences += _requirement_differs(before, after)
    if not differences and (then.verdict, then.exit_code) != (now.verdict, now.exit_code):
        differences.append(Difference("run", Kind.CONCLUSION, _told(then), _told(now)))
    return Rejudged(
        run=then.run,
        rules_then=then.rules,
        rules_now=VERSION,
        verdict_then=str(then.verdict),
        verdict_now=str(now.verdict if now.requirements else then.verdict),
        counts=counts,
        differences=tuple(differences),
        changed=tuple(verify(store.path)) if is_sealed(store.path) else ("the evidence is not sealed",),
        doubts=tuple(doubts),
    )


def _requirement_differs(then: RequirementResult, now: RequirementResult) -> list[Difference]:
    before, after = (
        (one.verdict, one.conformity or "not asked", one.safety or "not asked") for one in (then, now)
    )
    if before == after:
        return []
    words = ["{} (conformity {}, safety {})".format(*one) for one in (before, after)]
    return [Difference(then.id, Kind.CONCLUSION, *words)]


def _told(summary: Summary) -> str:
    return f"{summary.verdict}, exit code {summary.exit_code}"
