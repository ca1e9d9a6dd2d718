"""The CAN segments of this process, by the name of the channel that opens them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from bmshil.errors import PortError
from bmshil.twin.canbus.segment import Medium
from bmshil.twin.canbus.station import Station

if TYPE_CHECKING:
    from bmshil.timeline import Timeline

__all__ = ["Medium", "Station", "create", "free_name", "medium", "names", "remove"]

_media: dict[str, Medium] = {}
_lock = threading.Lock()


def free_name(name: str) -> str:
    """Return ``name``, or the first of ``name-2``, ``name-3``, ... when segments have taken those before."""
    with _lock:
        candidate, count = name, 1
        while candidate in _media:
            count += 1
            candidate = f"{name}-{count}"
        return candidate


def create(name: str, timeline: Timeline, bitrate: int = 500_000, *, seed: int = 1) -> Medium:
    """Make the segment that the channel ``name`` opens.

    Args:
        name: the channel.
        timeline: what the frames take their time from.
        bitrate: bit/s.
        seed: of its chance, which decides what a disturbance destroys.

    Raises:
        PortError: the name is taken.
    """
    made = Medium(timeline, name, bitrate, seed=seed)
    with _lock:
        if _media.setdefault(name, made) is not made:
            raise PortError(f"twin channel {name!r} exists already: remove it first, or use another name")
    return made


def medium(name: str) -> Medium:
    """Find the segment of the channel ``name``.

    Raises:
        PortError: there is none; the message names those that exist.
    """
    found = _media.get(name)
    if found is None:
        raise PortError(
            f"twin channel {name!r} does not exist: only a rig with a twin makes one; "
            f"there is {', '.join(names()) or 'none'} now"
        )
    return found


def names() -> list[str]:
    """Names of the channels that can be opened now."""
    with _lock:
        return sorted(_media)


def remove(name: str) -> None:
    """Forget the channel ``name``; who has it open keeps it, nobody else finds it. Unknown names are fine."""
    with _lock:
        _media.pop(name, None)
