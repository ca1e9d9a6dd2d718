"""Qualify at random (profile, mutation, trouble of the rig, tests, seed), and judge every run again.

Prints a line for each run while it goes, and one JSON document at the end; exit code 1 when a verdict of any
run does not come out as it was, or its evidence does not verify.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bmshil.errors import InputError
from bmshil.evidence import RunStore
from bmshil.evidence.rejudge import rejudge

BMSHIL = Path(sys.executable).with_name("bmshil")

RIGS = (("twin", "pylon_parallel"), ("twin", "sma_si"), ("twin-rs485", "pylon_rs485"), ("twin-hub", ""))

GROUPS = ("AGG", "CFG", "DIV", "DSC", "HBT", "LIM", "PHY", "SER", "STA", "VAL", "WRT", "GRP", "ADR")

FAULTS = (
    "meter.stuck @60s for 20s",
    "meter.silent @90s",
    "emulator.unplug @80s for 2s",
    "emulator.drop share=0.3 @60s for 20s",
)
"""Troubles of the rig; one that a rig cannot have is left out."""


def chosen(draw: random.Random, mutations: dict[tuple[str, str], list[str]]) -> list[str]:
    """Arguments of one qualification, drawn."""
    rig, dut = draw.choice(RIGS)
    arguments = [rig, "-k", " or ".join(draw.sample(GROUPS, 2)), "--seed", str(draw.randrange(1000))]
    if dut and rig == "twin":
        arguments += ["--dut", dut]
    if draw.random() < 0.6 and mutations[rig, dut]:
        arguments += ["--mutate", draw.choice(mutations[rig, dut])]
    if draw.random() < 0.3:
        arguments += ["--fault", draw.choice(FAULTS)]
    return arguments


def bmshil(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of this environment."""
    return subprocess.run(  # noqa: S603 - our own command with our own arguments
        [str(BMSHIL), *arguments], capture_output=True, text=True, check=False
    )


def one_run(arguments: list[str], folder: str) -> dict[str, Any] | None:
    """Qualify and judge again; None when this choice cannot be run."""
    done = bmshil("qualify", *arguments, "--runs", folder, "--json")
    try:
        summary = json.loads(done.stdout)
        found = rejudge(RunStore(Path(folder) / summary["run"]))
    except (ValueError, InputError) as error:
        last = done.stderr.strip().splitlines()[-1:] or [str(error)]
        return None if done.returncode == 2 else {"arguments": arguments, "broke": last}
    counts = found.counts
    return {
        "arguments": arguments,
        "verdict": found.verdict_then,
        "agrees": found.agrees and not found.changed,
        "differences": [str(one) for one in found.differences] + list(found.changed),
        "found_again": counts.samples + counts.frames + counts.events + counts.dialogue,
        "recorded": counts.recorded,
        "tests": counts.drawn + counts.kept,
    }


def main() -> int:
    """Run until so many runs were judged again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    mutations = {}
    for rig, dut in RIGS:
        listed = bmshil("mutations", "--json", *(["--dut", dut] if dut else []))
        mutations[rig, dut] = [one["id"] for one in json.loads(listed.stdout)["mutations"]]
    done: list[dict[str, Any]] = []
    while len(done) < options.runs:
        with TemporaryDirectory() as folder:
            found = one_run(chosen(draw, mutations), folder)
        if found is not None:
            done.append(found)
            print(json.dumps(found), file=sys.stderr, flush=True)
    agree = [one for one in done if one.get("agrees")]
    found_again = sum(one.get("found_again", 0) for one in done)
    recorded = sum(one.get("recorded", 0) for one in done)
    print(
        json.dumps(
            {
                "runs": len(done),
                "agree": len(agree),
                "tests": sum(one.get("tests", 0) for one in done),
                "judgements": found_again + recorded,
                "found_again": found_again,
                "recorded": recorded,
                "not": [one for one in done if not one.get("agrees")],
            },
            indent=2,
        )
    )
    return 0 if len(agree) == len(done) else 1


if __name__ == "__main__":
    sys.exit(main())
