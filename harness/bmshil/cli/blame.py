"""bmshil killmatrix --rig-faults: is a trouble of the rig ever blamed on an inverter?"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.bench.killmatrix import Blame, BlameJob


WAITING = 6
"""Most of the time a run waits for an instrument that does not answer: so many share a core."""


def blame(tests: str, processes: int, *, reduced: bool, as_json: bool) -> int:
    """Try every trouble with a good and a bad inverter, and count where the rig was not blamed.

    Args:
        tests: folder of the requirement tests.
        processes: how many cores to use.
        reduced: with one seed only.
        as_json: print one JSON document.
    """
    import msgspec

    from bmshil.bench.killmatrix import in_workers, plan_blame, run_blame

    found: list[Blame] = []
    jobs = plan_blame(reduced=reduced)
    with redirect_stdout(sys.stderr if as_json else sys.stdout):
        for job, ended in in_workers(run_blame, jobs, tests, count=WAITING * processes, lost=_lost):
            found += ended
            wrong = [one for one in ended if not one.right]
            print(
                f"{job.device}, {job.asked.requirement}, seed {job.seed}: {len(wrong)} of {len(ended)} wrong"
            )
            for one in wrong:
                print(f"  {one.fault or 'no trouble'}: {one.verdict}: {one.reason[:200]}", flush=True)
        wrong = [one for one in found if not one.right]
        for name in dict.fromkeys(one.trouble for one in found):
            alike = [one for one in found if one.trouble == name]
            words = [_word(one) for one in alike]
            told = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
            print(f"{name or 'no trouble'}: {told}")
        stand = sum(one.stands for one in found)
        print(f"{len(wrong)} wrong of {len(found)} runs; in {stand} the trouble could not have mattered")
    if as_json:
        print(json.dumps({"wrong": len(wrong), "runs": msgspec.to_builtins(found)}, indent=1))
    return 1 if wrong else 0


def _word(one: Blame) -> str:
    return f"{one.verdict} (it could not have mattered)" if one.stands else one.verdict


def _lost(job: BlameJob, why: str) -> list[Blame]:
    from bmshil.bench.killmatrix import Blame

    return [Blame(job=job, trouble="", verdict="error", reason=why, right=False)]
