"""A rig whose outputs a guard looks after: from before the first one goes on until all are verified off."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.bench.equipment import by_hand, connect_one, driver_by_hand
from bmshil.bench.safeguards.permit_hold import PermitHold
from bmshil.bench.safeguards.standing import Safeguards
from bmshil.bench.safeguards.watchdogs import Watchdogs
from bmshil.errors import RigError
from bmshil.safety import (
    Device,
    Guard,
    GuardSpec,
    OffReport,
    clear_mark,
    new_mark,
    read_mark,
    uninterrupted,
    write_mark,
)
from bmshil.safety.guard.client import BEATS
from bmshil.timeline import WallTimeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import ExitStack

    from bmshil.bench.assembly.house import Ground, House
    from bmshil.bench.bench import Bench
    from bmshil.bench.equipment import Equipment
    from bmshil.journal import Journal
    from bmshil.rig import Rig, RigLock
    from bmshil.timeline import Periodic

DEAF = 3.0
"""Leases after which a guard that answers nothing counts as lost."""

IGNORED = 5.0
"""How long an error may wait for the test to hear of it, s: until then nobody switches off because of it."""

STALLED = 15.0
"""How long the control loop may take for one step while the rig is energised, s: nobody looks at the envelope
meanwhile. An instrument that fails has said so long before."""

UNATTENDED = 360.0
"""How long the test's own thread may be away from the timeline, s: an operator has 300 s to answer."""


def devices(rig: Rig) -> tuple[Device, ...]:
    """What there is to switch on a rig whose doors are known, for those who make sessions of their own."""
    instruments = (
        Device(
            role,
            entry.driver,
            entry.resource,
            {**entry.options, **({"channels": entry.channels} if entry.channels else {})},
        )
        for role, entry in rig.instruments.items()
    )
    operated = (Device(role, driver_by_hand(role), "manual") for role in by_hand(rig))
    return (*instruments, *operated)


def refuse_marked(rig: Rig, twin: int | None) -> None:
    """Refuse a rig that may still be on from an earlier run. To be called with the rig's lock held.

    Args:
        rig: the rig.
        twin: process that serves its twin, if any. What another such process had on is gone with it.

    Raises:
        RigError: its mark stands.
    """
    mark = read_mark(rig.name)
    if mark is None:
        return
    if mark.twin is not None and mark.twin != twin:
        clear_mark(rig.name)
        return
    raise RigError(
        f"rig {rig.name} is not confirmed off since {mark}: run `bmshil off {rig.path}` first, "
        "and look whether it is off"
    )


class Guarding:
    """The guard of one opened rig, fed by the timeline.

    Who can hang, and what then: the timeline renews the lease, so when it hangs, or when the whole process
    stands still, the lease runs out. The test's thread and the workers of the instruments may block without
    stopping the timeline; so the lease is renewed only while somebody would hear of an error within
    :data:`IGNORED` s, the test has waited here within :data:`UNATTENDED` s, and the control loop of an
    energised rig makes steps.

    Args:
        guard: the process.
        timeline: feeds it.
        journal: gets an event ``guard`` when the lease is not renewed any more.

    Attributes:
        guard: the process.
        report: what is known at the end: nothing to switch, as long as nothing could be switched on; None
            when nobody knows.
    """

    def __init__(self, guard: Guard, timeline: WallTimeline, journal: Journal) -> None:
        self.guard = guard
        self.report: OffReport | None = OffReport(())
        self._timeline = timeline
        self._journal = journal
        self._bench: Bench | None = None
        self._steps = -1
        self._stepped = 0.0
        self._lease = guard.spec.lease
        guard.beat(self._lease)
        self._beats: Periodic = timeline.every(self._lease / BEATS, self._beat)

    def watch(self, bench: Bench) -> None:
        """From now on this bench may switch; look after its control loop too."""
        self._bench = bench
        self.report = None

    def lost(self, cause: str) -> None:
        """Let whoever waits on the timeline hear that there is no guard any more; from any thread."""

        def fail() -> None:
            self._beats.cancel()
            self._journal.event("guard", "bench", cause=cause)
            if self._bench is not None:
                self._bench.state.breaks(cause)
            raise RigError(cause)

        self._timeline.post(fail)

    def stop(self) -> None:
        """Renew the lease no more."""
        self._beats.cancel()

    def _beat(self) -> None:
        cause = self._sick()
        if cause:
            self._beats.cancel()
            self._journal.event("guard", "bench", cause=f"the lease is not renewed: {cause}")
            return
        self.guard.beat(self._lease)
        if self.guard.silence > DEAF * self._lease:
            raise RigError(f"rig {self.guard.spec.mark.rig}: its guard does not answer; switched off")

    def _sick(self) -> str:
        """Why nobody should rely on this process any more; empty while all is well."""
        timeline = self._timeline
        if timeline.ignored > IGNORED:
            return f"an error waits for {IGNORED:g} s already"
        if timeline.unattended > UNATTENDED:
            return f"the test has not been seen for {UNATTENDED:g} s"
        bench = self._bench
        if bench is None or not bench.energised:
            self._steps = -1
        elif bench.control.steps != self._steps:
            self._steps, self._stepped = bench.control.steps, timeline.seconds
        elif timeline.seconds - self._stepped > STALLED:
            return f"the control loop has made no step for {STALLED:g} s"
        return ""


@contextmanager
def guarded(
    ground: House | Ground, lock: RigLock, *, twin: int | None = None, folder: Path | None = None
) -> Iterator[Guarding]:
    """Start a guard and set the rig's mark; at the end everything is verified off, or the guard goes on.

    To be entered before any instrument is connected, so that all of them are let go of when it ends: then the
    guard can take over. The last off report is to be left in :attr:`Guarding.report`.

    Args:
        ground: the rig with its doors where they are, its wall time and its record.
        lock: the rig's, held; the guard holds it too.
        twin: process that serves the rig's twin; None for real instruments.
        folder: of the run, for what the guard does; None for no run.

    Raises:
        RigError: the mark of an earlier run stands, the guard does not start, or at the end not everything is
            verified off.
    """
    rig, timeline = ground.rig, ground.timeline
    if not isinstance(timeline, WallTimeline):
        raise RigError(f"rig {rig.name}: a guard lives on real time, this rig on simulated time")
    refuse_marked(rig, twin)
    mark = new_mark(rig.name, lock.purpose, twin=twin)
    spec = GuardSpec(
        mark=mark,
        devices=devices(rig),
        lease=rig.safety.lease,
        record=None if folder is None else str(folder.absolute() / "guard.json"),
        path=tuple(str(Path(one).absolute()) for one in sys.path),
    )
    watch: Guarding | None = None

    def lost(cause: str) -> None:
        if watch is not None:
            watch.lost(cause)

    try:
        with uninterrupted():  # a guard that nobody knows of would soon kill this process
            guard = Guard.start(spec, lock.fileno(), on_loss=lost)
            watch = Guarding(guard, timeline, ground.journal)
        # After the guard, so that no kill leaves a mark behind that nobody takes away: nothing is on yet.
        write_mark(mark)
        yield watch
    finally:
        if watch is not None:
            with uninterrupted():
                _release(watch, ground.journal)


def make_safeguards(
    ground: House | Ground,
    equipment: Equipment,
    addresses: Mapping[str, str],
    stack: ExitStack,
    guarding: Guarding | None,
) -> Safeguards:
    """What a bench with this equipment tells before it switches.

    Args:
        ground: the rig, its time and its record.
        equipment: the connected instruments.
        addresses: resource strings of instruments that the twin plays, by role.
        stack: takes the closing.
        guarding: the guard; None for a twin inside this process.

    Raises:
        InstrumentError: the permit relay of a twin inside this process does not answer.
    """
    rig, timeline, journal = ground.rig, ground.timeline, ground.journal
    watchdogs = Watchdogs(timeline, journal, equipment, rig.safety.watchdog)
    stack.callback(watchdogs.cancel)
    permit = None
    if guarding is None and "permit" in rig.instruments:
        relay = connect_one(rig, "permit", journal, addresses, stack)
        permit = PermitHold(timeline, relay, rig.safety.lease / 2)
        stack.callback(permit.cancel)
    return Safeguards(watchdogs, None if guarding is None else guarding.guard, permit)


def switch_off_at_the_end(bench: Bench, guarding: Guarding | None) -> None:
    """Switch off and leave the report where the guard's end is decided; no Ctrl-C comes in between.

    Raises:
        RigError: not everything is verified off, and there is no guard that could take over.
    """
    with uninterrupted():
        report = bench.switch_off()
        if guarding is not None:
            guarding.report = report
        elif not report.clean:
            raise RigError(f"rig {bench.rig.name}: {report}")


def _release(watch: Guarding, journal: Journal) -> None:
    guard, report = watch.guard, watch.report
    rig = guard.spec.mark.rig
    clean = report is not None and report.clean
    watch.stop()
    try:
        if clean:
            clear_mark(rig)
    finally:  # or the guard would take what follows for a hang
        verified = guard.release(report)
    if not verified:
        told = report or "nobody has looked whether it is off"
        raise RigError(f"rig {rig}: {told}; its guard goes on trying; then run `bmshil off`")
    if not clean:
        journal.event("off", "guard", clean=True, text="off: verified by the guard")
