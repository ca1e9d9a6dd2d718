"""Switching a rig off by hand: the same order, with own sessions, whatever became of the last run."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from bmshil.bench.assembly.doors import find_doors, served, through
from bmshil.bench.assembly.guarding import devices
from bmshil.errors import RigError
from bmshil.rig import RigLock, runs
from bmshil.safety import (
    OffReport,
    OwnSessions,
    clear_mark,
    new_mark,
    read_mark,
    switch_off,
    wait_on_wall,
    write_mark,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bmshil.rig import Rig

GUARD_TIME = 240.0
"""How long the guard of a dead run may go on trying, s, before this command gives up waiting for it."""


def switch_off_by_hand(rig: Rig, tell: Callable[[str], object]) -> OffReport:
    """Switch everything off and verify it; the rig's mark goes when that has succeeded, and stands when not.

    A run that lives is not disturbed. The guard of one that does not gets its time to finish.

    Args:
        rig: from ``load``.
        tell: is told each step, a line each.

    Returns:
        What was done; empty where there is nothing to switch: a twin inside the process of its run, or one
        that nobody serves any more, has nothing on.

    Raises:
        RigError: a living run holds the rig, its guard does not end, or the twin that is served has fewer
            instruments than the rig.
        InputError: an unknown driver.
    """
    if rig.inside or not rig.instruments:
        tell(f"{rig.name}: nothing to switch: {_why_nothing(rig)}")
        return OffReport(())
    with _taken(rig, tell):
        mark = read_mark(rig.name)
        if mark is not None:
            tell(f"{rig.name}: not confirmed off since {mark}")
        twin = None
        if rig.twin_device:
            if mark is not None and mark.pid and mark.twin is None:
                raise RigError(
                    f"rig {rig.name}: that run was on real instruments, and {rig.path} names a twin: "
                    "run `bmshil off` with the rig file of that run"
                )
            doors = served(rig.name) if rig.served else None
            if doors is None:
                tell(f"{rig.name}: nothing to switch: the process that made its twin has ended")
                clear_mark(rig.name)
                return OffReport(())
            doors = find_doors(rig)
            rig, twin = through(rig, doors), doors.pid
        sessions = OwnSessions(devices(rig))
        try:
            report = switch_off(sessions, apart=True, tell=lambda step: tell(str(step)), clear=True)
            if report.clean:
                sessions.disarm()
        finally:
            sessions.disconnect()
        if report.clean:
            clear_mark(rig.name)
        else:
            left = tuple(str(step) for step in report.failures)
            write_mark(
                msgspec.structs.replace(mark or new_mark(rig.name, "off", twin=twin), unconfirmed=left)
            )
        return report


def _why_nothing(rig: Rig) -> str:
    if not rig.instruments:
        return "it has no instruments"
    return "it is a twin inside the process of its run, and ends with it"


@contextmanager
def _taken(rig: Rig, tell: Callable[[str], object]) -> Iterator[None]:
    """Hold the rig; wait for the guard of a dead run."""
    lock = RigLock(rig.name, "off", expected=GUARD_TIME)
    told = False

    def free() -> bool:
        nonlocal told
        try:
            lock.acquire()
        except RigError:
            owner = lock.holder()
            if (owner is not None and runs(owner.pid)) or not os.access(lock.path, os.R_OK | os.W_OK):
                raise
            if not told:
                tell(f"{rig.name}: the guard of the last run still switches off: waiting for it")
                told = True
            return False
        return True

    if not wait_on_wall(free, GUARD_TIME):
        raise RigError(
            f"rig {rig.name}: the guard of the last run still holds it after {GUARD_TIME:g} s: switch off at "
            "the instruments themselves, then look for bmshil.safety.guard among the processes"
        )
    try:
        yield
    finally:
        lock.release()
