"""What can go wrong with an adapter, and how to tell it from what its driver raises."""

from __future__ import annotations

import errno
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class What(StrEnum):
    """Kinds of outages, as they stand in the journal."""

    UNPLUGGED = "unplugged"
    STALLED = "stalled"
    INTERFACE_DOWN = "interface down"
    BUFFER_FULL = "buffer full"
    GARBLED = "garbled"
    DEAD = "dead"
    BUS_OFF = "bus-off"


class Trouble(NamedTuple):
    """Why an adapter cannot be used.

    Attributes:
        what: the kind.
        cause: one line, for people.
        lasting: whether only opening the adapter again can end it.
    """

    what: What
    cause: str
    lasting: bool = True


GARBLED = (ValueError, IndexError)
"""What python-can's serial drivers raise when they cannot read what an adapter says."""

_BY_CODE = {
    errno.ENODEV: What.UNPLUGGED,
    errno.ENXIO: What.UNPLUGGED,
    errno.ENOENT: What.UNPLUGGED,
    errno.EIO: What.UNPLUGGED,
    errno.ENETDOWN: What.INTERFACE_DOWN,
    errno.ENETUNREACH: What.INTERFACE_DOWN,
    errno.ENOBUFS: What.BUFFER_FULL,
    errno.EAGAIN: What.BUFFER_FULL,
    errno.ETIMEDOUT: What.STALLED,
    errno.EPIPE: What.DEAD,
    errno.ECONNRESET: What.DEAD,
    errno.ENOTCONN: What.DEAD,
}
_BY_WORDS = {
    "buffer": What.BUFFER_FULL,
    "queue is full": What.BUFFER_FULL,
    "bus-off": What.BUS_OFF,
    "bus off": What.BUS_OFF,
    "disconnected": What.UNPLUGGED,
    "write timeout": What.STALLED,
}
_PASSING = {What.BUFFER_FULL, What.BUS_OFF}


def diagnose(error: BaseException) -> Trouble:
    """Tell what has happened from what a driver has raised.

    Drivers wrap the system's error in their own; the first known error number in the chain decides, then
    the words. Without either the adapter is taken for dead, which may pass by itself.
    """
    chain = list(_chain(error))
    cause = "; ".join(dict.fromkeys(one_line(one) for one in chain))
    for one in chain:
        code = getattr(one, "errno", None) or getattr(one, "error_code", None)
        if code in _BY_CODE:
            what = _BY_CODE[code]
            return Trouble(what, cause, what not in _PASSING)
    words = cause.lower()
    for part, what in _BY_WORDS.items():
        if part in words:
            return Trouble(what, cause, what not in _PASSING)
    return Trouble(What.DEAD, cause, lasting=False)


def one_line(error: BaseException) -> str:
    """The text of an error on one line; its class where it has none."""
    return " ".join(str(error).split()) or type(error).__name__


def _chain(error: BaseException) -> Iterator[BaseException]:
    following: BaseException | None = error
    while following is not None:
        yield following
        # pyserial raises its own error while it handles the system's, without naming that as the cause.
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)
