"""Judging a whole run again. Nothing is ever written into its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import BmsHilError, InputError
from bmshil.evidence.bundle.sealing import is_sealed
from bmshil.evidence.bundle.verifying import verify
from bmshil.evidence.code import own_code
from bmshil.evidence.rejudge.completeness import unfinished, unlisted
from bmshil.evidence.rejudge.copies import acceptance_differs, trace_differs
from bmshil.evidence.rejudge.difference import NOT_SEALED, Counts, Difference, Kind, Rejudged
from bmshil.evidence.rejudge.judging import judge_again
from bmshil.evidence.rejudge.material import Evidence, kept_input
from bmshil.evidence.rejudge.runner import Runner
from bmshil.evidence.rejudge.summing import summed_up, words_differ
from bmshil.evidence.rejudge.uncertainty import tolerances_differ
from bmshil.judge import Verdict
from bmshil.judge.rules import VERSION

if TYPE_CHECKING:
    from bmshil.evidence.rejudge.material import Untold
    from bmshil.evidence.run_store import RunStore
    from bmshil.evidence.summary import Summary

NO_PROFILE = "run: it has no profile that can be read: keep-alive and read-backs are taken as recorded"

NO_RIG = "run: it has no rig file: tolerances are taken as recorded"

NO_ACCEPTANCE = "run: it has no acceptance file: its figures are taken as recorded"

OTHER_CODE = "run: made by other code than this bmshil: reasons in words were not compared"


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
    kept = {what: kept_input(store, then, what) for what in ("rig", "acceptance")}
    differences = [
        *tolerances_differ(then.facts, kept["rig"]),
        *acceptance_differs(then, kept["acceptance"]),
        *trace_differs(store),
    ]
    doubts = [] if evidence.profile else [NO_PROFILE]
    doubts += [] if kept["rig"] else [NO_RIG]
    doubts += [] if kept["acceptance"] or not then.acceptance else [NO_ACCEPTANCE]
    # Another version may have other words for the same verdict.
    same_words = then.rules == VERSION and then.facts.code.get("bmshil") == own_code()
    doubts += [] if same_words else [OTHER_CODE]
    now = msgspec.structs.replace(then, requirements=[], totals={}, verdict=Verdict.ERROR, exit_code=4)
    if then.finished is not None:
        now.conclude()  # it may have been stopped before the first result
    for requirement in then.requirements:
        for result in requirement.tests:
            where = f"{requirement.id} {result.test.rpartition('::')[2]}"
            material = evidence.of(result)
            again, found = judge_again(where, result, material, counts, doubts, newer=then.rules != VERSION)
            if material is not None and material.requirement not in ("", requirement.id):
                found.append(
                    Difference(where, Kind.RECIPE, requirement.id, material.requirement, "the requirement")
                )
            if material is not None and material.interrupted != result.interrupted:
                ended = (_ended(result.interrupted), _ended(material.interrupted))
                found.append(Difference(where, Kind.CIRCUMSTANCE, *ended, "the end of the test"))
            if not found and same_words:
                found = words_differ(where, result, again)
            differences += found
            now.add(requirement.id, requirement.title, requirement.subject, again)
        differences += runner.differs(requirement, counts)
    differences += [
        Difference(one.name, Kind.RECIPE, "no result", _in_journal(one)) for one in evidence.untold()
    ]
    differences += [
        Difference(worker, Kind.RECIPE, "in no test", f"a judgement in the journal, at {time:g} s")
        for worker, time in evidence.stray()
    ]
    listed = evidence.listed()
    differences += [*runner.untold(), *unfinished(then, listed)]
    doubts += [*runner.doubts(complete=then.complete), *unlisted(then, listed)]
    explained = {one.where.partition(" ")[0] for one in differences}
    differences += summed_up(then, now, explained, same_words=same_words)
    return Rejudged(
        run=then.run,
        rules_then=then.rules,
        rules_now=VERSION,
        verdict_then=str(then.verdict),
        verdict_now=str(now.verdict),
        counts=counts,
        differences=tuple(differences),
        changed=tuple(verify(store.path)) if is_sealed(store.path) else (NOT_SEALED,),
        doubts=tuple(doubts),
    )


def _in_journal(one: Untold) -> str:
    """What the journal has of a test that nobody has told."""
    what = "a test without an end" if one.material.interrupted else "a conclusion"
    return f"{what} in the journal, from {one.start:g} s on"


def _ended(interrupted: bool) -> str:
    return "interrupted" if interrupted else "not interrupted"
