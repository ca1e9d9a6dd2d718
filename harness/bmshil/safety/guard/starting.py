"""Starting a guard: everything that it inherits, and what it is told first."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import IO, TYPE_CHECKING

import msgspec

from bmshil.errors import RigError
from bmshil.safety.guard.messages import Ready, Refused, make_line, receive, send

if TYPE_CHECKING:
    import socket

    from bmshil.safety.guard.spec import GuardSpec

START = 60.0
"""How long a guard may take to start, s: on a busy computer imports take their time."""


def start_process(spec: GuardSpec, keep: int) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a guard and wait until it is ready.

    Args:
        spec: the rig.
        keep: descriptor of the rig's lock.

    Returns:
        The process, and the harness's end of the line to it.

    Raises:
        RigError: it does not start, or cannot look after this rig.
    """
    try:
        harness = os.pidfd_open(os.getpid())
    except OSError as error:
        raise RigError(f"rig {spec.mark.rig}: no guard without Linux 5.3 or newer: {error}") from error
    near, far = make_line()
    with tempfile.TemporaryFile() as errors:
        try:
            process = _launch(far, harness, keep, errors)
        except BaseException:
            near.close()
            raise
        finally:
            far.close()
            os.close(harness)
        try:
            _introduce(near, msgspec.structs.replace(spec, line=os.fstat(near.fileno()).st_ino))
        except BaseException as error:
            near.close()
            process.kill()
            process.wait()
            if isinstance(error, OSError | msgspec.MsgspecError):
                raise RigError(
                    f"rig {spec.mark.rig}: its guard did not start: {_last_line(errors) or error}"
                ) from error
            raise
    return process, near


def _launch(far: socket.socket, harness: int, keep: int, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    # Errors go to a file and not to a pipe, so that nobody who has stopped reading can hold up the guard.
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "bmshil.safety.guard", str(far.fileno()), str(harness)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        pass_fds=(far.fileno(), harness, keep),
        start_new_session=True,
    )


def _introduce(line: socket.socket, spec: GuardSpec) -> None:
    line.settimeout(START)
    send(line, spec)
    answer = receive(line, Ready | Refused)  # type: ignore[arg-type]  # a union is a type form
    if isinstance(answer, Refused):
        raise RigError(f"rig {spec.mark.rig}: its guard cannot look after it: {answer.cause}")
    if answer is None:
        raise ConnectionError("it ended at once")
    line.settimeout(None)


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
