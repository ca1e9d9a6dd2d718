"""Ending what is left of a harness, so that nobody but the guard holds the instruments."""

from __future__ import annotations

import os
import select
import signal
import time
from contextlib import suppress
from pathlib import Path

DEATH = 1.0
"""Longest wait for a killed process, s. Afterwards the guard goes on anyway."""

ENDING = 0.005
"""How long a process may take from closing its files to its end, s, before it is called living."""

ROUNDS = 5
"""How often left-over processes are looked for: one may have been forked while the others were killed."""


def kill(pidfd: int) -> bool:
    """Kill a process by its descriptor, stopped or not, and wait until it is gone.

    The descriptor never means another process that has got the same number meanwhile.

    Returns:
        Whether it still lived, as far as one can tell.
    """
    lived = not has_ended(pidfd, ENDING)
    if lived:
        with suppress(ProcessLookupError, PermissionError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        has_ended(pidfd, DEATH)
    return lived


def has_ended(pidfd: int, timeout: float) -> bool:
    """Whether a process ends within ``timeout`` s; its files are closed then."""
    poller = select.poll()
    poller.register(pidfd, select.POLLIN)
    return bool(poller.poll(timeout * 1000))


def kill_holders(inode: int, *, keep: frozenset[int]) -> list[int]:
    """Kill every process that has a socket open: children that the harness forked have all that it had.

    Children that it started as another program hold nothing, because nothing is inherited by them.

    Args:
        inode: of the harness's end of the line to its guard.
        keep: processes that are left alone.

    Returns:
        Who was killed.
    """
    killed: list[int] = []
    for _ in range(ROUNDS):
        found = [pid for pid in holders(inode) if pid not in keep and pid not in killed]
        if not found:
            break
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
        end = time.monotonic() + DEATH
        while time.monotonic() < end and any(inode in _sockets(Path(f"/proc/{pid}")) for pid in found):
            time.sleep(0.001)
    return killed


def lives(pid: int) -> bool:
    """Whether there is a process of this number, of any user."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def holders(inode: int) -> list[int]:
    """Processes that have a socket of this inode open, as far as this user may look."""
    return [int(one.name) for one in Path("/proc").glob("[0-9]*") if inode in _sockets(one)]


def _sockets(process: Path) -> set[int]:
    found: set[int] = set()
    with suppress(OSError):
        for file in (process / "fd").iterdir():
            with suppress(OSError):
                target = str(file.readlink())
                if target.startswith("socket:["):
                    found.add(int(target[8:-1]))
    return found
