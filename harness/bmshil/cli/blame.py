"""bmshil killmatrix --rig-faults: is a trouble of the rig ever blamed on an inverter?"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.bench.killmatrix import Blame, BlameJob


def blame(tests: str, processes: int, *, as_json: bool) -> int:
    """Try every trouble with a good and a bad inverter, and count where the rig was not blamed.

    Args:
        tests: folder of the requirement tests.
        processes: how many at a time.
        as_json: print one JSON document.
    """
    import msgspec

    from bmshil.bench.killmatrix import in_workers, plan_blame, run_blame

    found: list[Blame] = []
    jobs = plan_blame()
    with redirect_stdout(sys.stderr if as_json else sys.stdout):
        for job, ended in in_workers(run_blame, jobs, tests, count=processes, lost=_lost):
            found += ended
            wrong = [one for one in ended if not one.right]
            print(f"{job.device}, {job.requirement}, seed {job.seed}: {len(wrong)} of {len(ended)} wrong")
            for one in wrong:
                print(f"  {one.trouble or 'no trouble'}: {one.verdict}: {one.reason[:200]}", flush=True)
        wrong = [one for one in found if not one.right]
        for name in dict.fromkeys(one.trouble for one in found):
            alike = [one for one in found if one.trouble == name]
            words = ", ".join(
                f"{sum(one.verdict == word for one in alike)} {word}"
                for word in dict.fromkeys(one.verdict for one in alike)
            )
            print(f"{name or 'no trouble'}: {words}")
        print(f"{len(wrong)} wrong of {len(found)} runs")
    if as_json:
        print(json.dumps({"wrong": len(wrong), "runs": msgspec.to_builtins(found)}, indent=1))
    return 1 if wrong else 0


def _lost(job: BlameJob, why: str) -> list[Blame]:
    from bmshil.bench.killmatrix import Blame

    return [Blame(job=job, trouble="", verdict="error", reason=why, right=False)]
