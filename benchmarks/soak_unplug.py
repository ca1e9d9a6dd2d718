"""A running emulator whose adapter is unplugged and plugged in again, over and over.

The adapter is the twin's CANable on a pseudo-terminal, the emulator is what ``bmshil emulate`` opens. Every
cycle pulls the plug at another moment and leaves it out for another time, down to none. The document says
how many outages were made and how many the journal has, files and threads before and after, what was lost,
and the time from plugging in to the first frame on the bus. The exit code is 1 when an outage was missed, a
file or a thread was left behind, or a first frame took too long.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bmshil.bench import open_emulator
from bmshil.rig import load
from bmshil.timeline import WallTimeline
from bmshil.twin.adapters import SlcanAdapter
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus

if TYPE_CHECKING:
    import can

CYCLES = 1000
CHANNEL = "soak"
LONGEST_IN = 0.3  # s with the plug in, after traffic has passed
LONGEST_OUT = 0.4  # s without
TARGET = 1.0  # s from plugging in to the first frame on the bus
LIMIT = 10.0  # s; a bus that stays silent for so long ends the soak
RIG = """\
name: soak-{name}
dut: {{profile: pylon_single}}
bank: {{packs: [{{module: us3000c}}]}}
can: {{emulator: {{interface: slcan, channel: "{link}", isolated: true}}}}
"""


class Bus:
    """The far end of the cable: acknowledges, and notes when a frame was heard."""

    def __init__(self) -> None:
        self._bus = TwinBus(CHANNEL)
        self._heard = threading.Event()
        self.at = 0.0
        self.frames = 0
        self.errors = 0
        self._bus.on_frame = self._take

    def first_frame(self, since: float) -> float:
        """Wait for the next frame; its distance from ``since``, s."""
        if not self._heard.wait(LIMIT):
            raise TimeoutError(f"no frame for {LIMIT} s after plugging in")
        return self.at - since

    def forget(self) -> None:
        """Wait for a new frame from now on."""
        self._heard.clear()

    def close(self) -> None:
        """Leave the bus."""
        self._bus.shutdown()

    def _take(self, _when: object, message: can.Message) -> None:
        if message.is_error_frame:
            self.errors += 1
            return
        self.frames += 1
        if not self._heard.is_set():
            self.at = time.monotonic()
            self._heard.set()


def soak(cycles: int, seed: int) -> dict[str, Any]:
    """Run the cycles; returns the document."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "canable"
        rig = Path(folder) / "rig.yaml"
        rig.write_text(RIG.format(link=link, name=Path(folder).name.strip("_")))
        timeline = WallTimeline()
        try:
            medium = timeline.call(lambda: can_medium.create(CHANNEL, timeline, 500_000))
            adapter = SlcanAdapter(medium, link, timeline=timeline)
            adapter.start()
            bus = Bus()
            with open_emulator(load(str(rig)), purpose="soak") as house:
                house.bank.start()
                document = _cycles(house, adapter, bus, chance, cycles)
            bus.close()
            adapter.stop()
        finally:
            can_medium.remove(CHANNEL)
            timeline.close()
    return document


def _cycles(
    house: Any,  # noqa: ANN401 - what open_emulator yields
    adapter: SlcanAdapter,
    bus: Bus,
    chance: random.Random,
    cycles: int,
) -> dict[str, Any]:
    delays = []
    before: tuple[int, int] | None = None
    begin = time.monotonic()
    bus.first_frame(begin)
    for cycle in range(cycles + 1):
        if cycle == 1:  # the first one starts what stays for good
            before = _held()
        time.sleep(chance.uniform(0.0, LONGEST_IN))
        adapter.unplug()
        bus.forget()
        if chance.random() > 0.1:
            time.sleep(chance.uniform(0.0, LONGEST_OUT))
        plugged = time.monotonic()
        adapter.replug()
        delays.append(bus.first_frame(plugged))
    house.timeline.until(lambda: house.ports["emulator"].health.down is None, LIMIT)
    after = _held()
    events = house.journal.events(0.0, house.timeline.seconds)
    what = Counter(f"{one.kind} {one.data.get('what', '')}".strip() for one in events)
    health = house.ports["emulator"].health
    reported = what["port_error unplugged"]
    recovered = what["port_recovered unplugged"]
    delays.sort()
    p50, worst = delays[len(delays) // 2], delays[-1]
    return {
        "what": "an emulator on an slcan adapter that is unplugged and plugged in again, wall time",
        "took_s": round(time.monotonic() - begin, 1),
        "outages_made": cycles + 1,
        "outages_reported": reported,
        "outages_recovered": recovered,
        "missed": cycles + 1 - min(reported, recovered),
        "files_before": before and before[0],
        "files_after": after[0],
        "threads_before": before and before[1],
        "threads_after": after[1],
        "frames_sent": health.sent,
        "frames_lost": health.lost,
        "frames_on_the_bus": bus.frames,
        "error_frames_on_the_bus": bus.errors,
        "outage_time_s": round(health.outage_time, 1),
        "replug_to_first_frame_s": {"p50": round(p50, 3), "max": round(worst, 3), "target": TARGET},
        "events": dict(sorted(what.items())),
        "met": reported == recovered == cycles + 1 and before == after and worst < TARGET,
    }


def _held() -> tuple[int, int]:
    """Open files and threads of this process."""
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=CYCLES)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    document = soak(options.cycles, options.seed)
    print(json.dumps(document, indent=2))
    return 0 if document["met"] else 1


if __name__ == "__main__":
    sys.exit(_main())
