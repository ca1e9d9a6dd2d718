"""How the verdicts of many tests become one word, and how that word becomes an exit code.

The words weigh as the judge has them (:data:`bmshil.judge.words.WORST_FIRST`). What a run exits with:

=============  ====  ==========================================================================
word           code  why
=============  ====  ==========================================================================
fail           1     a failure of the device is what a lab must never miss: nothing hides it
error          4     a defect of the harness: what passed beside it proves little
inconclusive   3     the question was asked, and the answer cannot be trusted
blocked        3     the question could not be asked
pass           0     what was asked was answered well
characterised  0     a value was measured that nobody has specified
skipped        3     not declared or not observable; alone it means that nothing was answered
=============  ====  ==========================================================================

So a run with a failure and an error exits 1: whoever repairs the harness still has to learn that the device
failed. "skipped" and "characterised" beside a pass spoil nothing. A run in which nothing ran is an error.
"""

from collections.abc import Iterable

from bmshil.judge import Verdict, worst

_EXIT_CODES = {
    Verdict.FAIL: 1,
    Verdict.ERROR: 4,
    Verdict.INCONCLUSIVE: 3,
    Verdict.BLOCKED: 3,
    Verdict.PASS: 0,
    Verdict.CHARACTERISED: 0,
    Verdict.SKIPPED: 3,
}


def exit_code(verdict: Verdict) -> int:
    """What a command that ends with this verdict hands to its caller."""
    return _EXIT_CODES[verdict]


def run_verdict(requirements: Iterable[Verdict], *, complete: bool) -> Verdict:
    """The one word for a run.

    Args:
        requirements: verdict of each requirement.
        complete: False for a run that was interrupted or killed. What is left of it is true, but at best
            inconclusive, because nobody knows what the rest would have shown.
    """
    verdict = worst(requirements) or Verdict.ERROR
    return verdict if complete else worst([verdict, Verdict.INCONCLUSIVE]) or verdict
