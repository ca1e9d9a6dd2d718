"""Stepping in: end what is left of the harness, switch everything off, verify it, write it down."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import msgspec

from bmshil.errors import RigError
from bmshil.safety.guard.killing import kill, kill_holders, lives
from bmshil.safety.guard.messages import Done, Release
from bmshil.safety.guard.record import GuardRecord, Listener, keep_record, new_record
from bmshil.safety.mark import clear_mark, write_mark
from bmshil.safety.off import switch_off
from bmshil.safety.own_sessions import OwnSessions
from bmshil.safety.report import OffReport, OffStep, Outcome

if TYPE_CHECKING:
    from bmshil.journal import Journal
    from bmshil.safety.guard.spec import GuardSpec
    from bmshil.safety.guard.watch import HarnessWatch

PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Before each round of the off order, s. After the last one the mark alone holds the rig."""

LONGEST = 180.0
"""No new round begins so long after the first one, s: each may take a while when instruments hang."""


class Intervention:
    """What the guard does when it must.

    Args:
        spec: the rig.
        watch: the watch that has found a reason.
        harness: descriptor of the harness's process.
    """

    def __init__(self, spec: GuardSpec, watch: HarnessWatch, harness: int) -> None:
        self._spec = spec
        self._watch = watch
        self._harness = harness

    def carry_out(self, found: Release | str) -> int:
        """Switch off until it is verified, or for so long as there is hope.

        Args:
            found: the reason; or that the harness, which lives, has handed over what it could not verify.

        Returns:
            0 when everything is verified off, else 1.
        """
        handed_over = isinstance(found, Release)
        cause = "the harness could not verify that everything is off" if isinstance(found, Release) else found
        record = new_record(self._spec, cause)
        if not handed_over:
            self._kill(record)
        record.began = time.monotonic()
        for pause in PAUSES:
            time.sleep(pause)
            sessions = OwnSessions(self._spec.devices, cast("Journal", Listener(record)))
            report = self._round(sessions)
            self._note(record, report)
            if handed_over and record.rounds == 1:
                self._watch.tell(Done(report.clean, str(report)))
            if self._done(report, sessions.by_hand) or time.monotonic() - record.began > LONGEST:
                break
        return 0 if record.clean else 1

    def _done(self, report: OffReport, by_hand: frozenset[str]) -> bool:
        """Whether nothing is left to do, or nothing that a guard can do: there is no operator to ask here."""
        twin = self._spec.mark.twin
        if twin is not None and not lives(twin):
            return True
        return {step.device for step in report.failures} <= by_hand

    def _kill(self, record: GuardRecord) -> None:
        if kill(self._harness):
            record.killed.append(self._spec.mark.pid)
        if not self._watch.deserted():
            # Somebody else holds the harness's end: a child that it has forked, with all its files.
            record.killed += kill_holders(self._spec.line, keep=frozenset({os.getpid()}))

    def _round(self, sessions: OwnSessions) -> OffReport:
        try:
            report = switch_off(sessions, apart=True)
        except Exception as error:  # noqa: BLE001 - a defect must not end the last one who can switch off
            cause = f"{type(error).__name__}: {error}"
            report = OffReport((OffStep("guard", "off", Outcome.FAILED, cause),))
        if report.clean:
            sessions.disarm()
        sessions.disconnect()
        return report

    def _note(self, record: GuardRecord, report: OffReport) -> None:
        """Write down what was done, and keep the mark up to date. A full disk stops nothing."""
        record.take(report.steps)
        record.clean = report.clean
        mark = self._spec.mark
        try:
            if report.clean:
                clear_mark(mark.rig)
            else:
                left = tuple(str(step) for step in report.failures)
                write_mark(msgspec.structs.replace(mark, unconfirmed=left))
        except RigError as error:
            record.troubles.append(str(error))
        with suppress(RigError, OSError):
            keep_record(record, self._spec.record)
