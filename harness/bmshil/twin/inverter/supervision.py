"""Who is still there: time-outs over all packs, over one message, and over one pack."""

from collections.abc import Iterable, Mapping

from bmshil.timeline import Nanoseconds, to_ns
from bmshil.twin.inverter.memory import FRESH, Pack

_MESSAGES = {"0x351": 0x351, "0x355": 0x355}
_FRESH_NS = to_ns(FRESH)


class Supervision:
    """Watches the silence of packs.

    A pack is lost when it is silent while another one is heard. When all are silent alike nobody is lost:
    the link is, and the longer time-outs decide.

    Args:
        timeouts: longest silence, s, by "all", "pack", "0x351", "0x355"; absent means not watched.
    """

    def __init__(self, timeouts: Mapping[str, float]) -> None:
        self._all = _limit(timeouts, "all")
        self._pack = _limit(timeouts, "pack")
        self._messages = {
            name: (base, _limit(timeouts, name)) for name, base in _MESSAGES.items() if name in timeouts
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
        """Return what fell silent for all packs: "all", "0x351", "0x355", or "" for nothing."""
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
