"""The harness killed and stopped at random moments of random tests: is everything off, and how soon.

The twin of a rig is served by this process, so that what is on is seen at the twin itself and not by asking
anybody. Each round starts `bmshil qualify` with the requirements in a random order, in a process of its own,
and ends it at a random moment with SIGKILL, or stops it with SIGSTOP, which is a hang. Then the guard has to
switch everything off, verify it and let go of the rig. The time until the first off command is that between
the signal and the arrival of the command at its instrument, both on the clock that all processes share.

The document gives, for each signal: rounds, rounds in which something was switched on at all, rounds that
left something on, that left the mark standing, and quantiles in ms. The exit code is 1 when anything was left
on or not verified, or a target was missed.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bmshil.bench.assembly import serve_twin
from bmshil.rig import RigLock, find, load
from bmshil.safety import last_record, read_mark
from bmshil.safety.shared_files import PLACE

if TYPE_CHECKING:
    from bmshil.bench.assembly import Served

ROUNDS = 200
SIGNALS = (signal.SIGKILL, signal.SIGSTOP)
FIRST, LAST = 0.5, 16.0  # s after the start of the process: from its imports into its second test
AFTER_KILL = 0.050  # s from SIGKILL to the first off command, p99
AFTER_LEASE = 0.100  # s the same from the end of the lease, when it was stopped
LONGEST = 60.0  # s until the guard has let go of the rig
OFF = re.compile(r"(INP|OUTP)\S* OFF|ROUT:OPEN")
REQUIREMENTS = Path(__file__).resolve().parents[1] / "tests_hil"


class Round(NamedTuple):
    """What one round has shown.

    Attributes:
        moment: of the signal, s after the start of the process.
        was_on: what carried power then.
        left_on: what carried power when the guard had let go.
        marked: whether the mark still stood.
        first_off: from the signal to the first off command, s; None when none was needed.
        all_off: from the signal until the guard had verified everything, s; None likewise.
    """

    moment: float
    was_on: list[str]
    left_on: list[str]
    marked: bool
    first_off: float | None
    all_off: float | None


class Campaign:
    """One rig served here, and rounds of a harness elsewhere.

    Args:
        rig: the rig file.
        twin: what serves it.
        log: what its instruments hear.
        seed: of everything random.
    """

    def __init__(self, rig: Path, twin: Served, log: Path, seed: int) -> None:
        self._rig = rig
        self._name = load(rig).name
        self._lock = RigLock(self._name, "campaign").path
        self._twin = twin
        self._log = log.open(encoding="utf-8")
        self._chance = random.Random(seed)
        self._conversations = 0

    def on(self) -> list[str]:
        """What carries power, looked up in the twin; the contacts of the CAN cable do not."""
        software = self._twin.software
        load_input = software.instruments["load"].execute("INP?") == "1"  # type: ignore[attr-defined]  # a SCPI player
        found = [name for name, on in (("supply", software.world.output), ("load", load_input)) if on]
        contacts = software.contacts["relays"]
        found += [role for role in software.relays if not role.startswith("can_") and contacts.closed(role)]
        return found

    def round(self, number: signal.Signals, runs: Path) -> Round:
        """Start a harness, let it work, end it, and wait until the rig is free."""
        moment = self._chance.uniform(FIRST, LAST)
        command = ["qualify", self._rig, "--tests", REQUIREMENTS, "--runs", runs]
        process = subprocess.Popen(  # noqa: S603 - our own command
            [
                sys.executable,
                "-m",
                "bmshil.cli",
                *map(str, command),
                f"--shuffle={self._chance.randrange(10**6)}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        with suppress(subprocess.TimeoutExpired):
            _, errors = process.communicate(timeout=moment)
            raise RuntimeError(f"the harness ended by itself with {process.returncode}: {errors.decode()}")
        before = self._latest()
        was_on = self.on()
        began = time.monotonic()
        process.send_signal(number)
        held = self._held()
        if not held:
            process.kill()  # stopped before there was a guard: nobody else would end it
        try:
            process.communicate(timeout=LONGEST)  # its guard ends one that is stopped
        except subprocess.TimeoutExpired:
            if self.on():
                raise
            process.kill()  # stopped between lock and guard: nothing was on, and it waits for its owner
            process.communicate()
        self._wait_until_free()
        first_off = self._first_off(before, began)
        record = last_record(self._name)
        all_off = None
        if first_off is not None and record is not None and record.noticed >= began:
            all_off = max(step.when for step in record.steps) - began
        return Round(moment, was_on, self.on(), read_mark(self._name) is not None, first_off, all_off)

    def _held(self) -> bool:
        """Whether somebody holds the rig: the harness has come so far."""
        try:
            file = os.open(self._lock, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
        return False

    def _wait_until_free(self) -> None:
        end = time.monotonic() + LONGEST
        while self._held():
            if time.monotonic() > end:
                raise RuntimeError(f"the rig is still held {LONGEST:g} s later")
            time.sleep(0.01)

    def _latest(self) -> int:
        """The number of the last conversation so far; what the guard says comes in later ones."""
        self._read()
        return self._conversations

    def _first_off(self, before: int, began: float) -> float | None:
        return min(
            (
                when - began
                for when, number, request in self._read()
                if number > before and OFF.search(request)
            ),
            default=None,
        )

    def _read(self) -> list[tuple[float, int, str]]:
        found = []
        for line in self._log:
            when, _role, number, request, _reply = json.loads(line)
            self._conversations = max(self._conversations, number)
            found.append((when, number, request))
        return found


def quantiles(values: list[float]) -> dict[str, float] | None:
    """Median, 99 % quantile and maximum in ms; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return {
        name: round(1e3 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 2)
        for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99), ("max_ms", 1.0))
    }


def summary(rounds: list[Round], target: float) -> dict[str, Any]:
    """The figures of one signal; ``target`` for the first off command, s."""
    first = [one.first_off for one in rounds if one.first_off is not None and one.was_on]
    worst = quantiles(first)
    return {
        "rounds": len(rounds),
        "was_on": sum(bool(one.was_on) for one in rounds),
        "left_on": [one._asdict() for one in rounds if one.left_on],
        "left_marked": sum(one.marked for one in rounds),
        "unanswered": sum(bool(one.was_on) and one.first_off is None for one in rounds),
        "first_off": worst,
        "all_off": quantiles([one.all_off for one in rounds if one.all_off is not None]),
        "target_p99_ms": round(1e3 * target, 1),
        "met": worst is None or worst["p99_ms"] <= 1e3 * target,
    }


def run_rounds(rounds: int, seed: int) -> dict[str, list[Round]]:
    """Serve one twin and run rounds of both signals on it; returns them by the signal's name."""
    with tempfile.TemporaryDirectory(prefix="kills-") as place:
        folder = Path(place)
        os.environ[PLACE] = str(folder / "state")
        rig = folder / "rig.yaml"
        text = find("twin-process").read_text(encoding="utf-8")
        rig.write_text(text.replace("name: twin-process", f"name: kills-{os.getpid()}"), encoding="utf-8")
        log = folder / "exchanges.jsonl"
        found: dict[str, list[Round]] = {number.name: [] for number in SIGNALS}
        with serve_twin(load(rig), log=log) as twin:
            at_work = Campaign(rig, twin, log, seed)
            for number in SIGNALS:
                for index in range(rounds):
                    one = at_work.round(number, folder / "runs")
                    found[number.name].append(one)
                    print(
                        f"{number.name} {index + 1}/{rounds}, seed {seed}: {one}", file=sys.stderr, flush=True
                    )
        return found


def campaign(rounds: int, seed: int, jobs: int) -> dict[str, Any]:
    """Run all rounds of both signals, on so many benches side by side; returns the document."""
    lease = load("twin-process").safety.lease
    shares = [rounds // jobs + (one < rounds % jobs) for one in range(jobs)]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(run_rounds, shares, range(seed, seed + jobs)))
    document: dict[str, Any] = {"lease_ms": 1e3 * lease, "seed": seed, "benches": jobs}
    for number, target in ((signal.SIGKILL, AFTER_KILL), (signal.SIGSTOP, lease + AFTER_LEASE)):
        document[number.name] = summary([one for share in found for one in share[number.name]], target)
    return document


def main() -> int:
    """Print the document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of each signal (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="benches side by side (default: %(default)s)")
    options = parser.parse_args()
    document = campaign(options.rounds, options.seed, options.jobs)
    print(json.dumps(document, indent=2))
    signals = [document[one.name] for one in SIGNALS]
    good = all(
        one["met"] and not one["left_on"] and not one["left_marked"] and not one["unanswered"]
        for one in signals
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
