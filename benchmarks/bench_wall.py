"""Punctuality on wall time, with instruments being read: 18 messages at 100 ms and 96 at 1 s.

Lateness is read off the time stamps that python-can's ``virtual`` bus gives each frame when it is sent, for
both sides alike: how far a frame lies behind the grid of its message, the grid being the one that its most
punctual frame lies on. The timeline's own record, planned slot to start of the action, stands beside it. The
peer in the same run is ``send_periodic`` of python-can with the same messages, while a plain thread reads the
same instruments.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import can
import numpy as np
import pyvisa
from slow_instrument import scpi_server

from bmshil.battery import Bank, module
from bmshil.bench.control import ControlLoop
from bmshil.bms import Fleet, NodeSettings
from bmshil.dialects import assign_ids, dialect, id_scheme
from bmshil.instruments import driver
from bmshil.journal import Journal
from bmshil.ports import CanPort
from bmshil.safety import Envelope
from bmshil.timeline import WallTimeline

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS = 20.0
WARM_UP = 3.0
TARGET_MS = 1.0
REPLY = 0.002
FAST, FAST_PERIOD = 3, 0.1  # packs of six messages each: 18 at 100 ms
SLOW, SLOW_PERIOD = 16, 1.0  # 96 at 1 s
CHANNEL = "wall"
DIALECT = dialect("pylontech-lv-1.2")
QUICK: dict[str, Any] = {"seconds": 1.5, "warm_up": 0.3}


def figures(*, seconds: float = SECONDS, warm_up: float = WARM_UP) -> dict[str, Any]:
    """Measure bmshil, then python-can, with the same messages and the same instruments.

    Args:
        seconds: how long each side is measured, s.
        warm_up: how long each side runs before that, s.

    Returns:
        For each side p50, p99, p99.9 and maximum of the lateness in ms, frames, frames missing from the
        grid, processor share; for bmshil whether real-time scheduling was granted.
    """
    own = measure_own(seconds, warm_up)
    peer = measure_peer(seconds, warm_up)
    return {
        "what": "18 messages at 100 ms, 96 at 1 s, instrument loop at 10 Hz with replies after 2 ms",
        "bmshil": own,
        "peer_send_periodic": peer,
        "target_p99_ms": TARGET_MS,
        "met": own["p99_ms"] < TARGET_MS,
        "note": "the target is meant for an idle machine; no wall time is asserted",
    }


def measure_own(seconds: float, warm_up: float) -> dict[str, Any]:
    """Let two fleets speak through a port while the control loop reads and sets the instruments."""
    with ExitStack() as stack:
        resource = stack.enter_context(scpi_server(REPLY))
        listener = stack.enter_context(_bus())
        timeline = WallTimeline()
        stack.callback(timeline.close)
        journal = Journal(timeline)
        port = CanPort(timeline, journal, role="emulator", interface="virtual", channel=CHANNEL)
        port.open()
        stack.callback(port.close)
        bank, loop = _control(timeline, journal, resource, stack)
        fleets = [
            Fleet(
                packs,
                dialect=DIALECT,
                ids=assign_ids(DIALECT, id_scheme(scheme), len(packs)),
                sender=port,
                timeline=timeline,
                journal=journal,
                settings=NodeSettings(period=period, start_up=0.0),
            )
            for packs, scheme, period in (
                (bank, "+0x100", FAST_PERIOD),
                (Bank([module("us5000")] * SLOW, soc=0.5), "<<12", SLOW_PERIOD),
            )
        ]
        timeline.call(lambda: loop.start(bank.emf))
        for fleet in fleets:
            fleet.start()
            stack.callback(fleet.stop)
        timeline.run(warm_up)
        _drain(listener)
        steps, busy, begin = loop.steps, time.process_time(), time.perf_counter()
        timeline.run(seconds)
        span = time.perf_counter() - begin
        busy = time.process_time() - busy
        heard = _drain(listener)
        return {
            **lateness(heard),
            "skipped": sum(fleet.skipped for fleet in fleets),
            "cpu_share": busy / span,
            "control_steps": loop.steps - steps,
            "realtime_granted": timeline.realtime,
            "timeline_events": timeline.lateness.figures(),
        }


def measure_peer(seconds: float, warm_up: float) -> dict[str, Any]:
    """Let python-can send the same messages while a thread reads the same instruments."""
    with ExitStack() as stack:
        resource = stack.enter_context(scpi_server(REPLY))
        listener = stack.enter_context(_bus())
        bus = stack.enter_context(_bus())
        stopping = threading.Event()
        reader = threading.Thread(target=_read, args=(resource, stopping))
        reader.start()
        stack.callback(reader.join)
        stack.callback(stopping.set)
        tasks = [bus.send_periodic(message, period) for message, period in _messages()]
        stack.callback(lambda: [task.stop() for task in tasks])
        time.sleep(warm_up)
        _drain(listener)
        busy, begin = time.process_time(), time.perf_counter()
        time.sleep(seconds)
        span = time.perf_counter() - begin
        busy = time.process_time() - busy
        return {**lateness(_drain(listener)), "cpu_share": busy / span}


def lateness(heard: Iterable[can.Message]) -> dict[str, float]:
    """Lay every message onto its grid.

    Args:
        heard: frames with the times at which they were sent.

    Returns:
        Lateness in ms, number of frames, and frames missing from the grids.
    """
    times: dict[tuple[int, bool], list[float]] = {}
    for message in heard:
        times.setdefault((message.arbitration_id, message.is_extended_id), []).append(message.timestamp)
    late: list[float] = []
    missing = 0
    for stamps in times.values():
        if len(stamps) < 2:
            continue
        sent = np.array(stamps)
        period = FAST_PERIOD if np.median(np.diff(sent)) < (FAST_PERIOD + SLOW_PERIOD) / 2 else SLOW_PERIOD
        places = np.round((sent - sent[0]) / period)
        behind = sent - sent[0] - places * period
        late.extend(behind - behind.min())
        missing += int(places[-1]) + 1 - len(sent)
    milliseconds = np.array(late) * 1e3
    p50, p99, p999 = np.percentile(milliseconds, [50, 99, 99.9])
    return {
        "messages": len(times),
        "frames": len(late),
        "p50_ms": float(p50),
        "p99_ms": float(p99),
        "p99.9_ms": float(p999),
        "max_ms": float(milliseconds.max()),
        "missing": missing,
    }


def _control(
    timeline: WallTimeline, journal: Journal, resource: str, stack: ExitStack
) -> tuple[Bank, ControlLoop]:
    """Connect supply and meter as a rig does, and read them ten times a second."""
    bank = Bank([module("us5000")] * FAST, soc=0.5)
    supply = driver("scpi-supply", "supply").connect("supply", resource, journal=journal)
    stack.callback(supply.disconnect)
    meter = driver("scpi-meter", "meter").connect("meter", resource, journal=journal)
    stack.callback(meter.disconnect)
    loop = ControlLoop(
        timeline,
        journal,
        bank,
        supply=supply,
        meter=meter,
        envelope=Envelope(60.0, 150.0, 7500.0),
        period=0.1,
    )
    stack.callback(loop.cancel)
    return bank, loop


def _messages() -> list[tuple[can.Message, float]]:
    """The identifiers of both fleets, with eight bytes each."""
    wanted = [("+0x100", FAST, FAST_PERIOD), ("<<12", SLOW, SLOW_PERIOD)]
    made = []
    for scheme, packs, period in wanted:
        ids = assign_ids(DIALECT, id_scheme(scheme), packs)
        for pack in range(1, packs + 1):
            for message in DIALECT.messages:
                wire, extended = ids.wire(message.id, pack)
                frame = can.Message(arbitration_id=wire, is_extended_id=extended, data=bytes(message.length))
                made.append((frame, period))
    return made


def _bus() -> can.BusABC:
    return can.Bus(interface="virtual", channel=CHANNEL, ignore_config=True)


def _drain(bus: can.BusABC) -> list[can.Message]:
    """Take out what has arrived so far."""
    taken = []
    while (message := bus.recv(0)) is not None:
        taken.append(message)
    return taken


def _read(resource: str, stopping: threading.Event) -> None:
    """Read two instruments ten times a second, as a script would."""
    manager = pyvisa.ResourceManager("@py")
    instruments: list[Any] = [
        manager.open_resource(resource, read_termination="\n", write_termination="\n") for _ in range(2)
    ]
    while not stopping.wait(0.1):
        for instrument in instruments:
            instrument.query("MEAS:VOLT?")
    for instrument in instruments:
        instrument.close()


if __name__ == "__main__":
    print(json.dumps(figures(), indent=2))
