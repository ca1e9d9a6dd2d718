"""The computer that runs the bench: its clock and its disk."""

from __future__ import annotations

import ctypes
import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check

if TYPE_CHECKING:
    from collections.abc import Callable

UNSYNCHRONISED = 5
"""What ``adjtimex`` returns while nobody keeps the clock right: TIME_ERROR in its manual page."""

TIMEX = 512
"""Bytes of room for ``struct timex``, which has 208."""

STEP = 0.1
"""Difference of two clocks over a few seconds that means a step, s."""

NEEDED, PLENTY = 0.2e9, 2e9
"""Free bytes below which evidence may not fit, and from which on nobody needs to think of it."""


class Clocks:
    """Compares the wall clock with the monotonic one from its making on."""

    def __init__(self) -> None:
        self._began = _offset()

    def check(self) -> Check:
        """Whether evidence will carry the right date, and whether time stood still or jumped meanwhile."""
        now = datetime.now(UTC)
        built = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
        if now < built:
            return Check.failed(
                "clock", f"{now:%Y-%m-%d}: before this program was installed", "set the computer's clock"
            )
        jumped = abs(_offset() - self._began)
        if jumped > STEP:
            return Check.warning(
                "clock", f"jumped by {jumped:.1f} s meanwhile", "let a time service slew it, not set it"
            )
        if _clock_state() == UNSYNCHRONISED:
            return Check.warning(
                "clock", f"{now:%Y-%m-%d %H:%M} UTC; no time service keeps it right", "switch one on (NTP)"
            )
        return Check.ok("clock", f"{now:%Y-%m-%d %H:%M} UTC, kept right by a time service")


def check_disk(folder: Path, usage: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage) -> Check:
    """Whether evidence fits.

    Args:
        folder: where runs go; its nearest parent that exists is looked at.
        usage: tells total, used and free bytes.
    """
    place = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    if not (place.is_dir() and os.access(place, os.W_OK)):
        why = "not to be written by you" if place.is_dir() else "no folder"
        return Check.failed("disk", f"{place} is {why}", "send runs elsewhere with --runs")
    free = usage(place)[2]
    found = f"{free / 1e9:.1f} GB free for evidence in {folder}"
    if free < NEEDED:
        return Check.failed("disk", found, "make room, or send runs elsewhere with --runs")
    return Check.warning("disk", found, "make room soon") if free < PLENTY else Check.ok("disk", found)


def _offset() -> float:
    return time.time() - time.monotonic()


def _clock_state() -> int:
    """What the kernel says of its clock; nothing is changed."""
    return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX)))
