"""The guard: a process beside the harness that switches everything off when the harness cannot.

It is started before any output goes on, in a session of its own, so that no terminal's Ctrl-C and no killed
process group reaches it, and it ignores the signals that end other programs. Until something happens it holds
no instrument but the permit relay: single-client instruments and serial ports have one owner. Everything that
it will need is imported before it says that it is ready.

Threads: this one watches and gives the order; one per device switches; one holds the permit relay. None of
them can keep the others waiting.
"""

from __future__ import annotations

import codecs
import os
import signal
import socket
import sys
from contextlib import suppress

import msgspec

from bmshil.errors import BmsHilError
from bmshil.instruments.visa import BACKEND
from bmshil.safety.guard.intervention import Intervention
from bmshil.safety.guard.messages import Ready, Refused, Release, receive, send
from bmshil.safety.guard.permit_keeper import PermitKeeper
from bmshil.safety.guard.spec import GuardSpec
from bmshil.safety.guard.watch import HarnessWatch
from bmshil.safety.own_sessions import OwnSessions
from bmshil.timeline.scheduling import request_realtime

IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP, signal.SIGPIPE)

INTERVALS = 2.0
"""How often the permit relay is re-armed within one lease."""


def guard(line: socket.socket, harness: int) -> int:
    """Look after a harness until it has done, or until everything is off.

    Args:
        line: the guard's end of the line; the spec is the first message on it.
        harness: descriptor of the harness's process.

    Returns:
        Exit code: 0 when nothing was left to do or everything is verified off, else 1.
    """
    for one in IGNORED:
        signal.signal(one, signal.SIG_IGN)
    try:
        spec = receive(line, GuardSpec)
        if spec is None:
            return 0  # the harness is gone, and nothing was on
        sessions = _prepare(spec)
    except (BmsHilError, msgspec.MsgspecError, ImportError) as error:
        with suppress(OSError):
            send(line, Refused(f"{type(error).__name__}: {error}"))
        return 1
    watch = HarnessWatch(line, harness, spec.lease)
    if sessions.permit is not None:
        watch.permit = PermitKeeper(
            sessions.permit,
            interval=spec.lease / INTERVALS,
            fresh=lambda: watch.fresh,
            tell=watch.tell_permit,
        )
    try:
        send(line, Ready())
    except OSError:
        return 0  # as above
    found = watch.wait()
    if watch.permit is not None and watch.permit.stop(0.1):
        sessions.disconnect()
    if isinstance(found, Release) and found.clean:
        return 0
    return Intervention(spec, watch, harness).carry_out(found)


def _prepare(spec: GuardSpec) -> OwnSessions:
    """Import everything that the off order needs, so that it does not wait for a disk.

    Raises:
        InputError: a driver that cannot be imported.
    """
    if not any(":" in one.driver for one in spec.devices):
        # pyvisa takes numpy where it is; without it the guard is ready sooner and has no threads of others.
        sys.modules["numpy"] = None  # type: ignore[assignment]  # Python's way to say that there is none
    import pyvisa  # noqa: PLC0415 - after what stands above

    sys.path[:] = list(dict.fromkeys([*sys.path, *spec.path]))
    pyvisa.ResourceManager(BACKEND)
    codecs.lookup("idna")  # which Python imports when it looks up the first host
    sessions = OwnSessions(spec.devices)
    # Where the system grants it, a busy computer does not hold up the guard, nor the threads that it starts.
    request_realtime()
    return sessions


def main(arguments: list[str]) -> None:
    """Run as a process of its own; a thread that hangs in an instrument does not keep it."""
    line, harness = (int(one) for one in arguments)
    code = 1
    try:
        code = guard(socket.socket(fileno=line), harness)
    finally:
        os._exit(code)
