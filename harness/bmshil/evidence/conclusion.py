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
failed. "skipped" and "characterised" beside a pass spoil nothing. A run in which nothing ran is an error,
unless somebody stopped it before anything could.
A rig that is not confirmed off at the end changes no word, but the code of every run without a failure to 2.
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


_BAD_RIG = 2


def exit_code(verdict: Verdict, *, left_on: bool = False) -> int:
    """What a command that ends with this verdict hands to its caller.

    Args:
        verdict: of the run.
        left_on: True when an output was not confirmed off at the end.
    """
    return _BAD_RIG if left_on and verdict is not Verdict.FAIL else _EXIT_CODES[verdict]


def run_verdict(
    requirements: Iterable[Verdict], *, complete: bool, interrupted: bool = False, defect: bool = False
) -> Verdict:
    """The one word for a run.

    Args:
        requirements: verdict of each requirement.
        complete: False for a run that was interrupted or killed. What is left of it is true, but at best
            inconclusive, because nobody knows what the rest would have shown.
        interrupted: True when somebody stopped it: that nothing ran is no error then.
        defect: True when the harness itself broke; the run is at best an error then.
    """
    words = [worst(requirements) or (Verdict.INCONCLUSIVE if interrupted else Verdict.ERROR)]
    if not complete:
        words.append(Verdict.INCONCLUSIVE)
    if defect:
        words.append(Verdict.ERROR)
    return worst(words) or Verdict.ERROR
