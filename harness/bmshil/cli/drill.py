"""bmshil drill: kill the harness on purpose at low power, and measure how soon everything is off."""

from __future__ import annotations

import subprocess
import sys
from argparse import SUPPRESS
from typing import TYPE_CHECKING

from bmshil.errors import InputError, RigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.rig import Rig
    from bmshil.safety import Drill

AT_WORK = "at work"
"""What the harness that is going to be killed says when outputs are on."""

PREFIX = "bmshil drill: "
"""What the last line of a harness that could not start begins with; this command says it again."""

WORKS = 600.0
"""How long it would work if nobody killed it, s."""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("rig", help="rig file, or its name in rigs/; not a twin inside its own process")
    parser.add_argument("--dut", metavar="PROFILE", help="profile of the device, instead of the rig file's")
    parser.add_argument("--at-work", action="store_true", help=SUPPRESS)
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Drill, and keep the result."""
    from bmshil.rig import load

    rig = load(options.rig, dut=options.dut)
    if rig.inside:
        raise InputError(
            f"{rig.path}: nothing to drill: its twin lives inside the harness and dies with it; take a rig "
            "with placement: process, or a real one"
        )
    if options.at_work:
        return _work(rig, options.dut)
    from bmshil.bench.assembly.drilling import drill
    from bmshil.safety import read_mark

    print(f"{rig.name}: opens the rig at low power, then kills the harness", flush=True)
    command = [sys.executable, "-m", "bmshil.cli", "drill", str(rig.path), "--at-work"]
    if options.dut:
        command += ["--dut", options.dut]
    done = drill(rig, lambda: _started(rig, command))
    for step in done.steps:
        print(f"  {step}")
    print(_words(done))
    if done.clean and read_mark(rig.name) is not None:
        print(f"what a person switches is not confirmed off yet: run `bmshil off {rig.path}`")
    return 0 if done.clean else 1


def _work(rig: Rig, dut: str | None) -> int:
    """Be the harness that is killed: outputs on, with as little current as the rig allows anywhere."""
    from bmshil.bench import open_bench

    with open_bench(rig.path, profile=dut, purpose="drill", current=rig.safety.hazard_current) as bench:
        if not bench.energised:
            raise RigError(f"rig {rig.name}: its outputs cannot go on: {bench.state.cause}")
        bench.run(5 * bench.rig.control.period)
        print(AT_WORK, flush=True)
        bench.run(WORKS)
    raise RigError(f"rig {rig.name}: nobody has killed this process, so nothing was drilled")


def _started(rig: Rig, command: list[str]) -> subprocess.Popen[str]:
    """Start the harness to be killed; returns when its outputs are on.

    Raises:
        RigError: it ended before.
    """
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        lines = iter(process.stdout or ())
        if any(line.strip() == AT_WORK for line in lines):
            return process
        _, errors = process.communicate()
    except BaseException:
        process.terminate()  # which switches off
        process.communicate()
        raise
    told = errors.strip().splitlines()
    cause = told[-1].removeprefix(PREFIX) if told else "it ended"
    raise RigError(f"rig {rig.name}: could not be opened for the drill: {cause}")


def _words(done: Drill) -> str:
    what = "everything verified off" if done.clean else "NOT EVERYTHING IS VERIFIED OFF"
    first, last = 1e3 * done.kill_to_first, 1e3 * done.kill_to_off
    return f"{done.rig}: {what}; first command {first:.0f} ms, last output off {last:.0f} ms after the kill"
