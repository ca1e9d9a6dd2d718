"""Other processes that want every core of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def busy_cores() -> Iterator[int]:
    """Run one process per core that computes without end.

    Yields:
        How many there are.
    """
    cores = len(os.sched_getaffinity(0))
    with ExitStack() as stack:
        for _ in range(cores):
            busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(busy.wait)
            stack.callback(busy.kill)
        yield cores
