"""What harness and guard say to each other: one JSON document per packet of a local socket."""

from __future__ import annotations

import socket
from typing import TypeVar

import msgspec

LARGEST = 1 << 17
"""Bytes of the largest packet: a spec with many options."""

T = TypeVar("T")


class Beat(msgspec.Struct, frozen=True, tag="beat"):
    """The harness lives: valid until this moment of ``time.monotonic``, s, which all processes share.

    A moment and not a span, so that a beat that is read late is worth no more than when it was sent.
    """

    until: float


class Energise(msgspec.Struct, frozen=True, tag="energise"):
    """Outputs are about to go on, or are off again; answered by :class:`Permitted`."""

    on: bool


class Release(msgspec.Struct, frozen=True, tag="release"):
    """The harness has done; when not ``clean``, it has let go of the instruments and the guard takes over."""

    clean: bool


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Everything is imported; the guard watches from now on."""


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The guard cannot look after this rig."""

    cause: str


class Heard(msgspec.Struct, frozen=True, tag="heard"):
    """The guard has heard beats, so it lives."""


class Permitted(msgspec.Struct, frozen=True, tag="permitted"):
    """How the permit relay stands now; ``cause`` says why it does not as asked."""

    on: bool
    cause: str = ""


class Trouble(msgspec.Struct, frozen=True, tag="trouble"):
    """Something that the guard needs fails: the harness must switch off."""

    cause: str


class Done(msgspec.Struct, frozen=True, tag="done"):
    """What became of the off order that the harness has handed over."""

    clean: bool
    text: str


FromHarness = Beat | Energise | Release
FromGuard = Ready | Refused | Heard | Permitted | Trouble | Done


def make_line() -> tuple[socket.socket, socket.socket]:
    """Both ends of a new line. Neither is inherited by accident."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(line: socket.socket, message: msgspec.Struct) -> None:
    """Send without ever waiting.

    Raises:
        BlockingIOError: the other side has not read for long.
        OSError: the other side is gone.
    """
    line.send(msgspec.json.encode(message), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)


def receive(line: socket.socket, kind: type[T], *, wait: bool = True) -> T | None:
    """The next message; None when the other side is gone.

    Raises:
        BlockingIOError: there is none, and ``wait`` is false.
        TimeoutError: there was none within the timeout of the line.
        msgspec.MsgspecError: not understood.
    """
    try:
        packet = line.recv(LARGEST, 0 if wait else socket.MSG_DONTWAIT)
    except ConnectionResetError:
        return None
    return msgspec.json.decode(packet, type=kind) if packet else None
