"""bmshil play: play one field scenario to a device by hand, and watch what it does."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from bmshil.cli.hazard import HAZARD_HELP
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.bench import Bench
    from bmshil.bench.stimuli import Stimulus
    from bmshil.timeline import Periodic

ON_A_TWIN = 120.0
"""How long a twin is watched whose time costs nothing, s. On any other rig Ctrl-C ends it."""

HEADING = f"{'s':>7}  {'CVL V':>6} {'CCL A':>6} {'DCL A':>6}  {'V':>6} {'A':>7}  {'keep-alive':<11} read-back"


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "scenario",
        metavar="ID",
        help='a failure of the field, e.g. S74; `bmshil scenarios` lists them, with "yes" under play',
    )
    parser.add_argument(
        "--rig", metavar="RIG", default="twin", help="rig file, or its name in rigs/ (default: %(default)s)"
    )
    parser.add_argument("--dut", metavar="PROFILE", help="profile of the device, instead of the rig file's")
    parser.add_argument(
        "--mutate", metavar="NAME", help="make the twin a known bad inverter; see `bmshil mutations`"
    )
    parser.add_argument(
        "--for",
        dest="seconds",
        metavar="SECONDS",
        type=float,
        help=f"how long to watch (default: {ON_A_TWIN:g} on a twin inside this process, else until Ctrl-C)",
    )
    parser.add_argument("--allow-hazard", action="store_true", help=HAZARD_HELP)
    parser.add_argument("--json", action="store_true", help="print one JSON document at the end")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Open the bench, play, watch, and leave everything off."""
    from bmshil.bench import open_bench
    from bmshil.bench.stimuli import stimulus

    chosen = stimulus(options.scenario)
    if options.seconds is not None and not 0 < options.seconds < math.inf:
        raise InputError(f"--for {options.seconds:g}: give a number of seconds above 0")
    with open_bench(
        options.rig,
        profile=options.dut,
        mutation=options.mutate,
        allow_hazard=options.allow_hazard,
        purpose="play",
    ) as bench:
        missing = unmet(bench, chosen)
        if missing:
            raise InputError(f"{chosen.scenario} cannot be played on rig {bench.rig.name}: {missing}")
        watch = Watch(bench, quiet=options.json)
        try:
            _play(bench, chosen, watch, options.seconds)
        except KeyboardInterrupt:
            watch.say("stopped")
        finally:
            watch.stop()
    if options.json:
        print(
            json.dumps({"scenario": chosen.scenario, "recipe": chosen.recipe, "seen": watch.rows}, indent=2)
        )
    else:
        print("everything is off")
    return 0


def unmet(bench: Bench, chosen: Stimulus) -> str | None:
    """Why a stimulus cannot be played here; None when it can."""
    if len(bench.bank) < chosen.packs:
        return f"it takes {chosen.packs} packs, the bank has {len(bench.bank)}"
    return bench.unmet(chosen.needs)


def _play(bench: Bench, chosen: Stimulus, watch: Watch, seconds: float | None) -> None:
    from bmshil.bench import START_SOC
    from bmshil.bench.baseline import calm, restore

    watch.say(f"{chosen.scenario}: {chosen.title}", f"plays: {chosen.recipe}")
    restore(bench, soc=START_SOC)
    chosen.bring(bench)
    watch.start()
    bench.run(3.0)
    watch.say(f"-- {chosen.scenario} is played --")
    chosen.play(bench)
    if seconds is None:
        seconds = ON_A_TWIN if bench.timeline.simulated else math.inf
    end = bench.seconds + seconds
    while bench.seconds < end:
        watch.ask()
        bench.run(min(1.0, end - bench.seconds))
    watch.stop()
    watch.say("-- taken away --")
    calm(bench)


class Watch:
    """Writes down once a second what the bank asks for and what the device does.

    Args:
        bench: an open one.
        quiet: keep the rows, and print none.

    Attributes:
        rows: what was seen, one mapping for each second.
    """

    def __init__(self, bench: Bench, *, quiet: bool) -> None:
        self.rows: list[dict[str, Any]] = []
        self._bench = bench
        self._quiet = quiet
        self._read: dict[str, float] = {}
        self._slots: Periodic | None = None
        self._start = 0.0

    def start(self) -> None:
        """Begin."""
        self._start = self._bench.seconds
        self.say(HEADING)
        self._slots = self._bench.timeline.every(1.0, self._row, phase=1.0)

    def stop(self) -> None:
        """End."""
        if self._slots is not None:
            self._slots.cancel()

    def ask(self) -> None:
        """Ask the device what it believes, where it can be asked."""
        readback = self._bench.readback
        self._read = {} if readback is None else readback.read_all()

    def say(self, *lines: str) -> None:
        """Print lines between the rows."""
        if not self._quiet:
            print(*lines, sep="\n", flush=True)

    def _row(self) -> None:
        bench = self._bench
        asked = bench.bank.asks()
        silence = bench.bus.keepalive.silence(bench.timeline.now)
        row = {
            "seconds": round(bench.seconds - self._start, 1),
            "cvl": _finite(asked.cvl),
            "ccl": _finite(asked.ccl),
            "dcl": _finite(asked.dcl),
            "voltage": round(bench.control.voltage, 3),
            "current": round(bench.control.current, 2),
            "keepalive_silence": _finite(silence),
            "readback": dict(self._read),
        }
        self.rows.append(row)
        self.say(_line(row))


def _finite(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None


def _line(row: dict[str, Any]) -> str:
    asked = " ".join(
        f"{'-' if row[key] is None else format(row[key], '.1f'):>6}" for key in ("cvl", "ccl", "dcl")
    )
    silent = row["keepalive_silence"]
    alive = "never" if silent is None else f"{silent:.1f} s ago"
    read = " ".join(f"{key} {value:g}" for key, value in row["readback"].items()) or "-"
    return f"{row['seconds']:7.1f}  {asked}  {row['voltage']:6.2f} {row['current']:7.1f}  {alive:<11} {read}"
