"""The failure modes of a twin's parts: what can go wrong with each, and the options that say how far.

The table in :mod:`bmshil.bench.assembly.twin_faults` shows them as they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from bmshil.bms.faults.text import Options
from bmshil.errors import InputError
from bmshil.rig import Rig
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus.wiring import SWITCHED

if TYPE_CHECKING:
    from bmshil.twin.adapters import SlcanAdapter
    from bmshil.twin.canbus.plug import Plug
    from bmshil.twin.software_bench import SoftwareBench

STRANGER = "NOBODY,UNKNOWN,0,0"
"""What an instrument of another make answers unless the fault says otherwise."""

MOST_TERMINATORS = 32

Change = Callable[["Twin"], object]
"""What makes it happen, or well again."""

Reader = Callable[[Rig, str, Options], tuple[Change, Change]]
"""Reads the options of one failure mode of one who: what makes it happen, and what makes it well again."""


class Twin(NamedTuple):
    """What can fail: the software bench, and the CAN adapters of a served one, by role."""

    software: SoftwareBench
    adapters: Mapping[str, SlcanAdapter | Plug]


def failure_modes(rig: Rig) -> dict[str, dict[str, Reader]]:
    """Whose failure modes there are on a rig, by who and what, and how the options of each are read."""
    found: dict[str, dict[str, Reader]] = {role: dict(_INSTRUMENT) for role in rig.instruments}
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


def _above_zero(options: Options, key: str, what: str) -> float:
    value = options.number(key)
    if value <= 0:
        raise InputError(f"{key}={value:g}: write {what} above 0")
    return value


def _field(name: str, sick: object, well: object, who: str) -> tuple[Change, Change]:
    def change(value: object, twin: Twin) -> None:
        setattr(twin.software.instruments[who].faults, name, value)

    return partial(change, sick), partial(change, well)


def _flag(name: str) -> Reader:
    return lambda _rig, who, _options: _field(name, True, False, who)


def _identity(_rig: Rig, who: str, options: Options) -> tuple[Change, Change]:
    return _field("identity", options.take("text") or STRANGER, None, who)


def _trip(_rig: Rig, who: str, options: Options) -> tuple[Change, Change]:
    return _field("trip", options.take("protection") or "over-current", "", who)


def _delay(_rig: Rig, who: str, options: Options) -> tuple[Change, Change]:
    seconds = _above_zero(options, "seconds", "a time")
    return _field("delay", seconds, 0.0, who)


def _contact(kind: str) -> Reader:
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
    most = _above_zero(options, "current", "a current")
    before: list[tuple[float, float]] = []

    def weaken(twin: Twin) -> None:
        world = twin.software.world
        before.append((world.source_limit, world.sink_limit))
        world.set_supply(source=most, sink=most)

    def recover(twin: Twin) -> None:
        source, sink = before.pop()
        twin.software.world.set_supply(source=source, sink=sink)

    return weaken, recover


def _stall(_rig: Rig, _who: str, options: Options) -> tuple[Change, Change]:
    seconds = _above_zero(options, "seconds", "a time")

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


_INSTRUMENT: dict[str, Reader] = {
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

_CONTACTS: dict[str, Reader] = {kind: _contact(kind) for kind in ("weld", "bounce", "cut")}
