"""What goes wrong with a twin, and when, as text: ``meter.stuck @10s for 2s``.

One grammar for everything that the twin plays: ``<who>.<what> [key=value ...] [@<start>] [for <duration>]``.

=====================  ================================================================================
who                    what
=====================  ================================================================================
a CAN role             unplug, stall, drop share=0.1, garble share=0.1, flood rate=500; inside a process:
                       unplug, drop share=0.1, clock step=-0.5
an instrument role     identity text="ACME,1", silent, stuck, refuses, stays_on, trip protection=over-current,
                       unplug, hang_up, delay seconds=0.5, garble, half_line, busy
supply                 besides: limit current=2: it takes no more than so many A
relays, permit         besides: weld role=dc_main, bounce role=dc_main, cut role=dc_main
lead                   open: the wire between supply and contactors came off
computer               stall seconds=2: nothing runs for so long
wire                   terminators count=1: so many are alive on the CAN cable
=====================  ================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bmshil.bench.assembly.adapter_faults import BOTH, INSIDE, OPTIONS, parse_adapter_fault
from bmshil.bms.faults.plan import sort_words, split_fault
from bmshil.bms.faults.text import Options
from bmshil.errors import InputError
from bmshil.rig import Rig
from bmshil.timeline import Nanoseconds, SimulatedTimeline, to_ns
from bmshil.twin.canbus.plug import Plug
from bmshil.twin.canbus.wiring import SWITCHED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.timeline import Timeline
    from bmshil.twin.adapters import SlcanAdapter
    from bmshil.twin.software_bench import SoftwareBench

STRANGER = "NOBODY,UNKNOWN,0,0"
"""What an instrument of another make answers unless the fault says otherwise."""

Change = Callable[["Twin"], object]
"""What makes it happen, or well again."""

_Reader = Callable[[Rig, str, Options], tuple[Change, Change]]
"""Reads the options of one kind of fault of one who."""

MOST_TERMINATORS = 32

LANE = "faults"
"""Where a fault is made on wall time: doors wait for their threads, so it must not hold up the timeline."""

_HEAD = re.compile(r"([a-z]+)\.(\S+)")
_SHAPE = "<who>.<what>, for example meter.stuck @10s for 2s"


class Twin(NamedTuple):
    """What can fail: the software bench, and the CAN adapters of a served one, by role."""

    software: SoftwareBench
    adapters: Mapping[str, SlcanAdapter | Plug]


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
    known = _known(rig).get(who)
    if known is None:
        everybody = ", ".join([*rig.can, *_known(rig)])
        raise InputError(f"nobody here is called {who!r}, the rig has {everybody}")
    if what not in known:
        raise InputError(f"no fault {what!r}, known are {', '.join(known)}")
    values, start, duration = sort_words(words)
    options = Options(values)
    begin, end = known[what](rig, who, options)
    options.finish()
    return TwinFault(f"{who}.{what}", begin, end, start, duration)


def _known(rig: Rig) -> dict[str, dict[str, _Reader]]:
    """Whose faults there are on a rig, and how each is read."""
    found: dict[str, dict[str, _Reader]] = {role: dict(_INSTRUMENT) for role in rig.instruments}
    for board in ("relays", "permit"):
        if board in found:
            found[board] |= _CONTACTS
    if "supply" in found:
        found["supply"]["limit"] = _limit
    return found | {
        "lead": {"open": _lead},
        "wire": {"terminators": _terminators},
        "computer": {"stall": _stall},
    }


def _field(name: str, sick: object, well: object, who: str) -> tuple[Change, Change]:
    def change(value: object, twin: Twin) -> None:
        setattr(twin.software.instruments[who].faults, name, value)

    return partial(change, sick), partial(change, well)


def _flag(name: str) -> _Reader:
    return lambda _rig, who, _options: _field(name, True, False, who)


def _identity(_rig: Rig, who: str, options: Options) -> tuple[Change, Change]:
    return _field("identity", options.take("text") or STRANGER, None, who)


def _trip(_rig: Rig, who: str, options: Options) -> tuple[Change, Change]:
    return _field("trip", options.take("protection") or "over-current", "", who)


def _delay(_rig: Rig, who: str, options: Options) -> tuple[Change, Change]:
    seconds = options.number("seconds")
    if seconds <= 0:
        raise InputError(f"seconds={seconds:g}: write a time above 0")
    return _field("delay", seconds, 0.0, who)


def _contact(kind: str) -> _Reader:
    def read(rig: Rig, who: str, options: Options) -> tuple[Change, Change]:
        wired = rig.instruments[who].channels
        role = options.take("role")
        if role not in wired:
            missing = "role= is missing" if role is None else f"role={role} is not wired"
            raise InputError(f"{missing}; wired are {', '.join(wired)}")

        def change(on: bool, twin: Twin) -> None:
            contacts = twin.software.contacts[who]
            if on and kind == "weld":
                # It welds when it closes: so it has been closed before.
                contacts.press(role, True)
                contacts.weld(role)
                contacts.press(role, False)
                return
            {"weld": contacts.weld, "bounce": contacts.bounce, "cut": contacts.open_lead}[kind](role, on)

        return partial(change, True), partial(change, False)

    return read


def _limit(_rig: Rig, _who: str, options: Options) -> tuple[Change, Change]:
    most = options.number("current")
    if most <= 0:
        raise InputError(f"current={most:g}: write a current above 0")
    before: list[float] = []

    def weaken(twin: Twin) -> None:
        before.append(twin.software.world.sink_limit)
        twin.software.world.set_supply(sink=most)

    def recover(twin: Twin) -> None:
        twin.software.world.set_supply(sink=before.pop())

    return weaken, recover


def _stall(_rig: Rig, _who: str, options: Options) -> tuple[Change, Change]:
    seconds = options.number("seconds")
    if seconds <= 0:
        raise InputError(f"seconds={seconds:g}: write a time above 0")

    def hold_up(twin: Twin) -> None:
        timeline = twin.software.timeline
        if not isinstance(timeline, SimulatedTimeline):
            raise InputError("fault computer.stall: only simulated time can be held up")
        timeline.stall(seconds)

    return hold_up, lambda _twin: None


def _lead(_rig: Rig, _who: str, _options: Options) -> tuple[Change, Change]:
    return (
        lambda twin: twin.software.world.open_lead(True),
        lambda twin: twin.software.world.open_lead(False),
    )


def _terminators(rig: Rig, _who: str, options: Options) -> tuple[Change, Change]:
    count = options.whole("count")
    if not 0 <= count <= MOST_TERMINATORS:
        raise InputError(f"count={count}: write 0 to {MOST_TERMINATORS}")
    wired = rig.instruments["relays"].channels if "relays" in rig.instruments else {}
    switched = [role for role in SWITCHED if role in wired]
    fixed = max(0, 2 - len(switched)) if rig.wire.terminators is None else rig.wire.terminators
    missing = fixed + len(switched) - count
    dead = switched[len(switched) - min(missing, len(switched)) :] if missing > 0 else []
    extra = len(dead) - missing
    return (
        lambda twin: twin.software.wiring.change(dead=dead, extra=extra),
        lambda twin: twin.software.wiring.change(),
    )


_INSTRUMENT: dict[str, _Reader] = {
    "identity": _identity,
    "silent": _flag("silent"),
    "stuck": _flag("stuck"),
    "refuses": _flag("refuses_output"),
    "stays_on": _flag("stays_on"),
    "trip": _trip,
    "unplug": _flag("unplugged"),
    "hang_up": _flag("hang_up"),
    "delay": _delay,
    "garble": _flag("garble"),
    "half_line": _flag("half_line"),
    "busy": _flag("busy"),
}

_CONTACTS: dict[str, _Reader] = {kind: _contact(kind) for kind in ("weld", "bounce", "cut")}
