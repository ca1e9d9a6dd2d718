"""96 packs in six groups of sixteen behind a hub, on the twin: how many times real time.

The whole bench runs: physics of every pack each 0.1 s, the closed loop with its instruments over TCP, the
twin's world and inverter, the bit-accurate medium, the journal on disk, and on six links the masters poll
their fifteen slaves with real bytes of Pylontech's RS485 protocol, each 0.15 s. The bank is charged.

"bank" is the same bank without the rest of the bench: physics, nodes, links and hub, in memory.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bmshil.battery import Bank, module
from bmshil.bench import Bench, Trial, open_bench
from bmshil.bms import ArchitectureSettings, Fleet, Hub, NodeSettings
from bmshil.dialects import assign_ids, dialect, id_scheme
from bmshil.journal import Frame, Journal
from bmshil.timeline import SimulatedTimeline

ROOT = Path(__file__).resolve().parent.parent
RIG = ROOT / "rigs" / "twin-hub.yaml"
GROUPS = (16,) * 6
KIND = "generic-16s"
TARGET = 50.0
STEP = 0.1
STARTED = 30.0
"""By then the groups run and the hub speaks, s."""
QUICK: dict[str, Any] = {"seconds": 10.0, "rounds": 1}


def figures(*, seconds: float = 120.0, rounds: int = 5) -> dict[str, Any]:
    """Measure the whole bench and the bank alone.

    Args:
        seconds: of simulated time for each round.
        rounds: how often; the median counts.

    Returns:
        "bench" and "bank": times real time, and what passed on the links meanwhile.
    """
    return {"bench": on_the_bench(seconds, rounds), "bank": bank_alone(seconds, rounds)}


def on_the_bench(seconds: float, rounds: int) -> dict[str, Any]:
    """Charge 96 packs on the twin with everything connected.

    Raises:
        RuntimeError: packs are missing, or an answer on a link was garbled.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        rig = folder / "hub96.yaml"
        rig.write_text(_rig(), encoding="utf-8")
        with open_bench(rig, journal=folder / "journal") as bench:
            Trial(bench, "hub", None).begin()
            bench.charge(limit=bench.levels.reference)
            bench.run(STARTED)
            measured = _measure(_hub(bench), bench.run, seconds, rounds)
            exchanges = bench.journal.exchanges
    return {
        **measured,
        "target": TARGET,
        "met": measured["times_real_time"] >= TARGET,
        "exchanges": exchanges,
    }


def bank_alone(seconds: float, rounds: int) -> dict[str, Any]:
    """Charge the same packs without instruments, world and inverter."""
    timeline = SimulatedTimeline()
    packs = Bank([module(KIND)] * sum(GROUPS), soc=0.5)
    spoken = dialect("pylontech-lv-1.2")
    fleet = Fleet(
        packs,
        dialect=spoken,
        ids=assign_ids(spoken, id_scheme("+0x100"), 1),
        sender=_Nowhere(),
        timeline=timeline,
        journal=Journal(timeline),
        settings=NodeSettings(),
        architecture=ArchitectureSettings("hub", groups=GROUPS),
    )
    timeline.every(STEP, lambda: packs.step(100.0, STEP), phase=STEP)
    fleet.start()
    timeline.run(STARTED)
    hub = fleet.architecture
    if not isinstance(hub, Hub):
        raise TypeError(f"the bank is arranged as {type(hub).__name__}, not as a hub")
    return _measure(hub, timeline.run, seconds, rounds)


class _Nowhere:
    """A port that nobody listens to."""

    name = "nowhere"

    def send(self, frame: Frame, planned: object = None) -> None:
        """Forget a frame."""


def _measure(hub: Hub, run: Any, seconds: float, rounds: int) -> dict[str, Any]:  # noqa: ANN401 - of bench or timeline
    taken: list[float] = []
    busy: list[float] = []
    polls, carried = hub.polls, _carried(hub)
    for _ in range(rounds):
        begin, used = time.perf_counter(), time.process_time()
        run(seconds)
        taken.append(time.perf_counter() - begin)
        busy.append(time.process_time() - used)
    (said,) = hub.said
    if said.modules != sum(GROUPS) or hub.detected != len(GROUPS) or hub.errors:
        raise RuntimeError(f"{said.modules} packs in {hub.detected} groups, {hub.errors} garbled answers")
    simulated = seconds * rounds
    return {
        "times_real_time": seconds / median(taken),
        "worst_times_real_time": seconds / max(taken),
        "times_real_time_of_processor": seconds / median(busy),
        "packs": said.modules,
        "groups": hub.detected,
        "simulated_s": simulated,
        "polls_per_simulated_s": (hub.polls - polls) / simulated,
        "bytes_per_simulated_s": (_carried(hub) - carried) / simulated,
    }


def _carried(hub: Hub) -> int:
    return sum(port.group.line.bytes_carried for port in hub.ports)


def _hub(bench: Bench) -> Hub:
    found = bench.bank.architecture
    if not isinstance(found, Hub):
        raise TypeError(f"{RIG}: the bank is arranged as {type(found).__name__}, not as a hub")
    return found


def _rig() -> str:
    """The shipped rig with a bank as large as a hub takes."""
    text = RIG.read_text(encoding="utf-8")
    before, _, rest = text.partition("  packs:\n")
    _, soc, after = rest.partition("  soc:")
    packs = f"    - {{module: {KIND}}}\n" * sum(GROUPS)
    return f"{before}  packs:\n{packs}{soc}{after}".replace("groups: [2, 2, 1]", f"groups: {list(GROUPS)}")


if __name__ == "__main__":
    print(json.dumps(figures(), indent=2))
