"""What goes wrong with a twin, and when, as text: ``meter.stuck @10s for 2s``.

One grammar for everything that the twin plays: ``<who>.<what> [key=value ...] [@<start>] [for <duration>]``.

=====================  ================================================================================
who                    what
=====================  ================================================================================
a CAN role             unplug, stall, drop share=0.1, garble share=0.1, flood rate=500; inside a process:
                       unplug, drop share=0.1, clock step=-0.5
an instrument role     identity text="ACME,1", silent, stuck, refuses, stays_on, trip protection=over-current,
                       unplug, hang_up, delay seconds=0.5, garble, half_line, busy
supply                 besides: limit current=2: it neither takes nor gives more than so many A
relays, permit         besides: weld role=dc_main, bounce role=dc_main, cut role=dc_main
lead                   open: the wire between supply and contactors came off
computer               stall seconds=2: nothing runs for so long
wire                   terminators count=1: so many are alive on the CAN cable
=====================  ================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from bmshil.bench.assembly.adapter_faults import BOTH, INSIDE, OPTIONS, parse_adapter_fault
from bmshil.bench.assembly.failure_modes import Twin, failure_modes
from bmshil.bms.faults.plan import sort_words, split_fault
from bmshil.bms.faults.text import Options
from bmshil.errors import InputError
from bmshil.timeline import Nanoseconds, to_ns
from bmshil.twin.canbus.plug import Plug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bmshil.bench.assembly.failure_modes import Change
    from bmshil.rig import Rig
    from bmshil.timeline import Timeline

__all__ = ["Twin", "TwinFault", "parse_own_faults", "parse_twin_fault", "plan_fault", "with_plugs"]

LANE = "faults"
"""Where a fault is made on wall time: doors wait for their threads, so it must not hold up the timeline."""

_HEAD = re.compile(r"([a-z]+)\.(\S+)")
_SHAPE = "<who>.<what>, for example meter.stuck @10s for 2s"


@dataclass(frozen=True)
class TwinFault:
    """One thing that happens to a twin.

    Attributes:
        name: whose what, for people.
        begin: lets it happen.
        end: makes it well again.
        start: s after the twin is there; at 0 it begins before anybody can speak to it.
        duration: s until it is well again; None when it stays.
        adapter: role of the CAN adapter that it happens to; empty when it is none.
    """

    name: str
    begin: Callable[[Twin], object]
    end: Callable[[Twin], object]
    start: float = 0.0
    duration: float | None = None
    adapter: str = ""


def parse_twin_fault(text: str, rig: Rig) -> TwinFault:
    """Read a fault as it is written on the command line.

    Args:
        text: see the table above; times such as 10s, 500ms, 2min.
        rig: says who is there.

    Raises:
        InputError: one line that says what is wrong and what is known.
    """
    who = text.partition(".")[0]
    if who in rig.can:
        one = parse_adapter_fault(text, list(rig.can))
        if (one.kind in INSIDE if rig.served else one.kind not in INSIDE) and one.kind not in BOTH:
            known = [kind for kind in OPTIONS if kind in BOTH or (kind in INSIDE) != rig.served]
            where = "served by another process" if rig.served else "inside this process"
            raise InputError(f"fault {text!r}: of an adapter {where} there are {', '.join(known)}")
        return TwinFault(
            one.name,
            lambda twin: one.begin(twin.adapters[one.role]),
            lambda twin: one.end(twin.adapters[one.role]),
            one.start,
            one.duration,
            adapter=one.role,
        )
    try:
        return _parse(text, rig)
    except InputError as error:
        raise InputError(f"fault {text!r}: {error}") from error


def parse_own_faults(texts: Iterable[str], rig: Rig) -> list[TwinFault]:
    """Read the faults of a twin that this process makes when it opens the rig.

    Raises:
        InputError: as ``parse_twin_fault``; or the rig is no such twin, or the fault needs an adapter.
    """
    faults = [parse_twin_fault(text, rig) for text in texts]
    if faults and rig.served:
        raise InputError(
            f"--fault: the twin of {rig.path} is made by another process: give the fault to `bmshil twin`"
        )
    if faults and not rig.inside:
        raise InputError(f"--fault: {rig.path} has real parts, and only a twin can be told to fail")
    return faults


def with_plugs(rig: Rig, faults: Iterable[TwinFault]) -> tuple[Rig, dict[str, Plug]]:
    """Put something that can fail between an inside twin's adapters and this process, where a fault needs it.

    Returns:
        The rig with it, and what it is by role.
    """
    plugs = {fault.adapter: Plug(rig.wire.seed) for fault in faults if fault.adapter}
    channels = {
        role: msgspec.structs.replace(channel, options={**channel.options, "plug": plugs[role]})
        if role in plugs
        else channel
        for role, channel in rig.can.items()
    }
    return (replace(rig, can=channels) if plugs else rig), plugs


def plan_fault(
    timeline: Timeline, fault: TwinFault, twin: Twin, tell: Callable[[str], object] = lambda _text: None
) -> None:
    """Let a fault happen when its time has come, counted from now; one at once happens before this returns.

    Args:
        timeline: on which it happens. The work is done beside it, because doors wait for their threads.
        fault: what happens.
        twin: to whom.
        tell: is told when it begins and ends, on the timeline.
    """

    def happen(change: Change, word: str) -> None:
        timeline.offload(LANE, partial(change, twin), lambda _: tell(f"{fault.name} {word}"))

    start = Nanoseconds(timeline.now + to_ns(fault.start))
    if fault.start:
        timeline.at(start, partial(happen, fault.begin, "begins"))
    else:
        fault.begin(twin)
        tell(f"{fault.name} begins")
    if fault.duration is not None:
        timeline.at(Nanoseconds(start + to_ns(fault.duration)), partial(happen, fault.end, "ends"))


def _parse(text: str, rig: Rig) -> TwinFault:
    head, words = split_fault(text, _HEAD, _SHAPE)
    who, what = head[1], head[2]
    known = failure_modes(rig).get(who)
    if known is None:
        everybody = ", ".join([*rig.can, *failure_modes(rig)])
        raise InputError(f"nobody here is called {who!r}, the rig has {everybody}")
    if what not in known:
        raise InputError(f"no fault {what!r}, known are {', '.join(known)}")
    values, start, duration = sort_words(words)
    options = Options(values)
    begin, end = known[what](rig, who, options)
    options.finish()
    return TwinFault(f"{who}.{what}", begin, end, start, duration)
