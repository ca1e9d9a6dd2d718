"""What an adapter can do besides sending and receiving."""

from __future__ import annotations

from enum import Flag, auto
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Capability(Flag):
    """What an adapter can do; tests that need more than the adapter has are skipped.

    ECHO: it hands an own frame back once the frame has been acknowledged on the bus. ERROR_FRAMES: it
    reports errors and controller states. LISTEN_ONLY: the port can make it neither send nor acknowledge.
    ONE_SHOT: it can try a frame only once. HARDWARE_TIME: it stamps frames with a clock of its own.
    ISOLATION: it is isolated from the computer, which nobody can probe. FLUSH: frames that it has taken
    and not sent can be taken back.
    """

    ECHO = auto()
    ERROR_FRAMES = auto()
    LISTEN_ONLY = auto()
    ONE_SHOT = auto()
    HARDWARE_TIME = auto()
    ISOLATION = auto()
    FLUSH = auto()


def corrected(known: Capability, corrections: Mapping[str, bool], where: str) -> Capability:
    """Add to ``known`` what a rig file says an adapter can do, and take away what it cannot.

    Args:
        known: from the table of the interface.
        corrections: by the names of the capabilities in small letters.
        where: whose corrections they are, for the message.

    Raises:
        InputError: an unknown name; the message lists the known ones.
    """
    names = {one.name.lower(): one for one in Capability if one.name is not None}
    for name, present in corrections.items():
        if name not in names:
            raise InputError(f"{where}: capability {name!r} is unknown: use {', '.join(names)}")
        known = known | names[name] if present else known & ~names[name]
    return known
