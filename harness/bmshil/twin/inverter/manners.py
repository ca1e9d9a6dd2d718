"""How a device listens and speaks: what it takes for a sign of life, what it takes for its own, its gaps.

The bad manners are what owners have seen; each word names where.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import can

from bmshil.timeline import Nanoseconds, to_ns
from bmshil.twin.inverter.identifiers import WireIds
from bmshil.twin.inverter.memory import Pack
from bmshil.twin.inverter.policies import named

DEFAULTS: Mapping[str, Any] = {
    "keepalive": {
        "id": 0x305,
        "data": "00" * 8,
        "extended": False,
        "period": 1.0,
        "trigger": "free",
        "grace": 10.0,
        "irregular": [],
    },
    # Not on any data sheet.
    "manners": {
        "alive_by": "own_messages",
        "id_length": "exact",
        "flood": "bears",
        "late_boot": "waits",
        "ccl_factor": 1.0,
        # How long after power it shows an alarm of its own although all is well, s.
        "complains": 0.0,
    },
}

# A Sungrow takes any frame for a sign that its battery lives (dalathegreat/Battery-Emulator, wiki).
_ALIVE = {"own_messages": False, "any_frame": True}
_LENGTH = {"exact": False, "any": True}
# With 300 foreign frames a second a GX found its battery half of the time (victronenergy/venus#1072).
_FLOOD = {"bears": False, "goes_deaf": True}
# A fault that stays although the data are good (dalathegreat/Battery-Emulator#763).
_LATE = {"waits": False, "latches": True}

_SECOND = to_ns(1.0)
_TOO_MANY = 100  # foreign frames in a second
_PATIENCE = to_ns(100.0)


@dataclass(frozen=True, slots=True)
class MannerRules:
    """What a device does beside its limits.

    Attributes:
        any_frame_is_life: whether frames of others count as its batteries' sign of life.
        any_length: whether it believes identifiers of the other length.
        goes_deaf: whether many foreign frames keep it from hearing its batteries.
        latches: whether it gives up for good when it has waited too long for its batteries.
        ccl_factor: how many times the CCL it charges with.
        complains: how long after power it shows an alarm of its own, ns.
        gaps: distance and length of the silences that it leaves in its keep-alive, ns.
    """

    any_frame_is_life: bool
    any_length: bool
    goes_deaf: bool
    latches: bool
    ccl_factor: float
    complains: int
    gaps: tuple[tuple[int, int], ...]

    def pauses(self, now: Nanoseconds) -> bool:
        """Whether it leaves its keep-alive out now."""
        return any(now >= every and now % every < gap for every, gap in self.gaps)


def read_manners(tree: Mapping[str, Any]) -> MannerRules:
    """Read what a merged tree says about manners.

    Raises:
        InputError: a word that names no behaviour.
    """
    told = tree["manners"]
    return MannerRules(
        any_frame_is_life=named(_ALIVE, told["alive_by"], "manners.alive_by"),
        any_length=named(_LENGTH, told["id_length"], "manners.id_length"),
        goes_deaf=named(_FLOOD, told["flood"], "manners.flood"),
        latches=named(_LATE, told["late_boot"], "manners.late_boot"),
        ccl_factor=float(told["ccl_factor"]),
        complains=to_ns(told["complains"]),
        gaps=tuple((to_ns(one["every"]), to_ns(one["gap"])) for one in tree["keepalive"]["irregular"]),
    )


class Ears:
    """Decides whose frame it is, and what frames of nobody mean.

    Args:
        rules: its manners.
        ids: what it listens to.
        overlooked: what it knows besides, and reads nothing out of; it is not foreign.
    """

    def __init__(
        self, rules: MannerRules, ids: WireIds, overlooked: Collection[tuple[int, bool]] = ()
    ) -> None:
        self._rules = rules
        self._ids = ids
        self._overlooked = overlooked
        self._second = self._foreign = self._before = 0
        self.reset()

    def reset(self) -> None:
        """Forget all, as after a start."""
        self._waiting = -1
        self._gave_up = False

    def owner(self, message: can.Message, when: Nanoseconds) -> tuple[int, int] | None:
        """Return pack and base identifier of a frame; None when it is nobody's, or not heard."""
        identifier, extended = message.arbitration_id, message.is_extended_id
        found = self._ids.get((identifier, extended))
        if found is None and self._rules.any_length:
            found = self._ids.get((identifier, not extended))
        if not self._rules.goes_deaf:
            return found
        second = when // _SECOND
        if second != self._second:
            # Once deaf it stays so over the turn of a second, or it would hear who speaks early in each.
            self._before = self._foreign if second == self._second + 1 else 0
            self._second, self._foreign = second, 0
        self._foreign += found is None and (identifier, extended) not in self._overlooked
        return None if max(self._foreign, self._before) > _TOO_MANY else found

    def hear_others(self, packs: Iterable[Pack], when: Nanoseconds) -> None:
        """Take a frame of nobody for a sign of life, where that is its custom."""
        if self._rules.any_frame_is_life:
            for pack in packs:
                pack.latest = when
                pack.heard.update(dict.fromkeys(pack.heard, when))

    def gives_up(self, now: Nanoseconds, *, alone: bool) -> bool:
        """Whether it has waited too long for its batteries, once and for all."""
        if self._waiting < 0 or not alone:
            self._waiting = now
        self._gave_up |= self._rules.latches and now - self._waiting >= _PATIENCE
        return self._gave_up
