"""Who is still there: time-outs over all packs, over one message, and over one pack."""

from collections.abc import Iterable, Mapping

from bmshil.timeline import Nanoseconds, to_ns
from bmshil.twin.inverter.memory import Pack

_ROLES = ("limits", "state", "measured", "requests")
_FRESH_NS = to_ns(5.0)
"""Silence that is none yet, when others are compared with the pack that is heard best."""


class Supervision:
    """Watches the silence of packs.

    A pack is lost when it is silent while another one is heard. When all are silent alike nobody is lost:
    the link is, and the longer time-outs decide.

    Args:
        timeouts: longest silence, s, by "all", "pack" or the role of a message; absent means not watched.
        roles: which message has which role in the dialect, by base identifier.
    """

    def __init__(self, timeouts: Mapping[str, float], roles: Mapping[str, int]) -> None:
        self._all = _limit(timeouts, "all")
        self._pack = _limit(timeouts, "pack")
        self._messages = {
            name: (roles[name], _limit(timeouts, name))
            for name in _ROLES
            if name in timeouts and name in roles
        }

    def lost_packs(self, packs: Iterable[Pack], now: Nanoseconds) -> set[int]:
        """Return the numbers of those packs that fell silent alone, altogether or with one message."""
        active = list(packs)
        lost = set[int]()
        if self._pack is not None:
            lost |= _fell_silent({pack.number: pack.latest for pack in active}, self._pack, now)
        for base, limit in self._messages.values():
            if limit is not None:
                lost |= _fell_silent({pack.number: pack.heard.get(base, -1) for pack in active}, limit, now)
        return lost

    def silent(self, packs: Iterable[Pack], now: Nanoseconds) -> str:
        """Return what fell silent for all packs: "all", the role of a message, or "" for nothing."""
        active = list(packs)
        if self._all is not None and now - max(pack.latest for pack in active) >= self._all:
            return "all"
        for name, (base, limit) in self._messages.items():
            if limit is not None and now - max(pack.heard.get(base, -1) for pack in active) >= limit:
                return name
        return ""


def _limit(timeouts: Mapping[str, float], name: str) -> int | None:
    return to_ns(timeouts[name]) if name in timeouts else None


def _fell_silent(heard: Mapping[int, int], limit: int, now: Nanoseconds) -> set[int]:
    if now - max(heard.values(), default=now) > min(_FRESH_NS, limit // 2):
        return set()
    return {number for number, when in heard.items() if now - when >= limit}
