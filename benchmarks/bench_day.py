"""A day of sixteen packs on simulated time: how long it takes, how much memory, how it grows with the packs.

Sixteen packs (id << 12) speak once a second, the bank's physics moves every 0.1 s, every frame passes a port
and the bit-accurate medium, is acknowledged, confirmed and streamed to disk by the journal. Each figure is
measured in a process of its own, so that peak memory is that of one run. The peer in the same run does the
least that a script of today's parts would do: cantools strict, python-can's ``virtual`` bus, a heap.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import can

from bmshil.battery import Bank, module
from bmshil.bms import Fleet
from bmshil.dialects import Report, assign_ids, dialect, id_scheme, load_dbc
from bmshil.journal import Journal, Recording, layouts
from bmshil.ports import CanPort
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus

DAY = 86_400.0
TARGET_S = 180.0
TARGET_MB = 300.0
STEP = 0.1
DIALECT = "pylontech-lv-1.2"
CHANNEL = "day"
PACKS = (3, 6, 12, 24, 48, 96)
SPAN = 600.0
PEER_SPAN = 120.0
QUICK = {"day": 20.0, "span": 10.0, "peer_span": 5.0, "rounds": 1}


def figures(
    *, day: float = DAY, span: float = SPAN, peer_span: float = PEER_SPAN, rounds: int = 3
) -> dict[str, Any]:
    """Measure the day, its growth with the number of packs, and the peer.

    Args:
        day: simulated time of sixteen packs, s.
        span: simulated time for each point of the growth, s.
        peer_span: what the peer is measured over before it is extrapolated, s.
        rounds: how often each point of the growth is measured; the median counts.

    Returns:
        "day": wall time, peak memory and frames of sixteen packs; "growth": processor time per simulated
        second and pack for 3 to 96 packs; "peer": the same day in today's parts, extrapolated.
    """
    # Processor time, since nothing here waits and other programs may keep the machine busy.
    taken = [{packs: _child(packs, span)["cpu_s"] for packs in PACKS} for _ in range(rounds)]
    growth = {packs: median(one[packs] for one in taken) for packs in PACKS}
    peer = _child(16, peer_span, "--peer")
    whole = _child(16, day)
    per_pack = {packs: cpu / span / packs * 1e6 for packs, cpu in growth.items()}
    first, last = PACKS[0], PACKS[-1]
    return {
        "day": {
            **whole,
            "packs": 16,
            "target_s": TARGET_S * day / DAY,
            "target_mb": TARGET_MB,
            "met": whole["wall_s"] <= TARGET_S * day / DAY and whole["peak_mb"] <= TARGET_MB,
            "times_real_time": day / whole["wall_s"],
        },
        "growth": {
            "us_per_simulated_s_and_pack": per_pack,
            "cpu_ratio": growth[last] / growth[first],
            "packs_ratio": last / first,
            "met": growth[last] / growth[first] <= last / first,
        },
        "peer": {
            "what": "cantools strict, python-can virtual, heap; one receiver; no disk, no arbitration",
            "measured_simulated_s": peer_span,
            "measured_wall_s": peer["wall_s"],
            "day_extrapolated_s": peer["wall_s"] / peer_span * day,
            "peak_mb": peer["peak_mb"],
        },
    }


def play(packs: int, seconds: float) -> dict[str, float]:
    """Let a bank speak for ``seconds`` of simulated time, and count what reached the disk.

    Raises:
        RuntimeError: a frame is missing on the disk, or something went wrong on the way.
    """
    with TemporaryDirectory() as name:
        folder = Path(name) / "journal"
        lv = dialect(DIALECT)
        # 0x1000 for each pack, as Sofar has it, ends at sixteen; more packs take 29 bits and 0x100 for each.
        ids = assign_ids(lv, id_scheme("<<12" if packs <= 16 else "29bit"), packs)
        timeline = SimulatedTimeline()
        medium = can_medium.create(CHANNEL, timeline)
        journal = Journal(timeline, folder)
        port = CanPort(timeline, journal, role="emulator", interface="twin", channel=CHANNEL)
        port.open()
        receiver = TwinBus(CHANNEL)
        receiver.on_frame = _ignore
        bank = Bank([module("us5000")] * packs, soc=0.5)
        fleet = Fleet(
            bank,
            dialect=lv,
            ids=ids,
            sender=port,
            timeline=timeline,
            journal=journal,
        )
        amps = 20.0 * packs

        def physics() -> None:
            # Four cycles a day, each taking out and putting back a third of the capacity.
            bank.step(amps * math.sin(timeline.seconds * (4 * math.tau / DAY)), STEP)

        timeline.every(STEP, physics, phase=STEP)
        fleet.start()
        begin, busy = time.perf_counter(), time.process_time()
        timeline.run(seconds)
        journal.close()
        wall, cpu = time.perf_counter() - begin, time.process_time() - busy
        fleet.stop()
        port.close()
        receiver.shutdown()
        can_medium.remove(CHANNEL)
        timeline.close()
        recording = Recording.open(folder)
        stored = (folder / layouts.FRAMES_FILE).stat().st_size // layouts.FRAME.itemsize
        size = sum(file.stat().st_size for file in folder.iterdir())
        events = {event.kind for event in recording.events(0.0, seconds)}
    expected = _expected(packs, seconds)
    if not stored == port.health.confirmed == medium.frames or abs(stored - expected) > 6 * packs:
        raise RuntimeError(f"{stored} frames on disk, {medium.frames} on the bus, {expected} expected")
    if events - {"contactor", "protection"} or port.health.lost or port.health.outages:
        raise RuntimeError(f"trouble on the way: {sorted(events)}, {port.health}")
    return {
        "wall_s": wall,
        "cpu_s": cpu,
        "simulated_s": seconds,
        "frames": stored,
        "us_per_frame": wall / stored * 1e6,
        "disk_mb": size / 1e6,
    }


def play_peer(packs: int, seconds: float) -> dict[str, float]:
    """Do the same with today's parts, as a script would: no disk, no bit times, no contactor, no faults."""
    database = load_dbc(dialect(DIALECT).path)
    messages = {one.id: database.get_message_by_frame_id(one.id) for one in dialect(DIALECT).messages}
    bank = Bank([module("us5000")] * packs, soc=0.5)
    sender = can.Bus(interface="virtual", channel=CHANNEL, ignore_config=True)
    receiver = can.Bus(interface="virtual", channel=CHANNEL, ignore_config=True)
    queue: list[tuple[float, int, int]] = [(STEP, 0, 0)]
    queue += [(number / packs, number, base) for number in range(1, packs + 1) for base in messages]
    heapq.heapify(queue)
    values: dict[int, dict[str, Any]] = {}
    lv = dialect(DIALECT)
    now = 0.0
    frames = 0
    begin, busy = time.perf_counter(), time.process_time()
    while now < seconds:
        now, number, base = heapq.heappop(queue)
        if not number:
            bank.step(20.0 * packs * math.sin(now * (4 * math.tau / DAY)), STEP)
            heapq.heappush(queue, (now + STEP, 0, 0))
            continue
        if base not in values:
            values[base] = lv.decode(base, lv.encode(base, _report()))
        data = messages[base].encode(values[base])
        sender.send(can.Message(arbitration_id=base + (number << 12), is_extended_id=True, data=data))
        if receiver.recv(0) is None:
            raise RuntimeError("a frame was lost on the virtual bus")
        frames += 1
        heapq.heappush(queue, (now + 1.0, number, base))
    wall, cpu = time.perf_counter() - begin, time.process_time() - busy
    sender.shutdown()
    receiver.shutdown()
    return {
        "wall_s": wall,
        "cpu_s": cpu,
        "simulated_s": seconds,
        "frames": frames,
        "us_per_frame": wall / frames * 1e6,
    }


def _report() -> Report:
    return Report(
        cvl=56.0,
        ccl=50.0,
        dcl=50.0,
        dvl=47.0,
        soc=0.5,
        soh=1.0,
        voltage=52.31,
        current=-12.3,
        temperature=25.1,
        cell_max=3.3,
        cell_min=3.2,
    )


def _ignore(_when: int, _message: can.Message) -> None:
    """Acknowledge and forget."""


def _expected(packs: int, seconds: float) -> int:
    """Frames of six messages a second, after two seconds of start-up and within one period of phase."""
    return round(6 * packs * (seconds - 2.5))


def _child(packs: int, seconds: float, *flags: str) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--packs", str(packs), "--seconds", str(seconds), *flags]
    result = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very file
    measured: dict[str, float] = json.loads(result.stdout)
    return measured


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packs", type=int, help="measure one bank in this process")
    parser.add_argument("--seconds", type=float, default=SPAN, help="simulated time (default: %(default)s)")
    parser.add_argument("--peer", action="store_true", help="measure the peer instead")
    options = parser.parse_args()
    if options.packs is None:
        print(json.dumps(figures(), indent=2))
        return
    measured = (play_peer if options.peer else play)(options.packs, options.seconds)
    measured["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(measured))


if __name__ == "__main__":
    _main()
