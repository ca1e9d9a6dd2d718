"""What stands behind the bench when it switches: the watchdogs of its instruments, and the guard."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from bmshil.errors import InstrumentError, RigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench.safeguards.permit_hold import PermitHold
    from bmshil.bench.safeguards.watchdogs import Watchdogs
    from bmshil.safety import Guard, OffReport

OFF_TIME = 90.0
"""Longest time of one off order, s: every device hangs in every step, and the DUT's side is discharged."""


class Safeguards:
    """Told by the bench before outputs go on and after they are off.

    Args:
        watchdogs: of the instruments; None where nobody has one.
        guard: the process that watches; None for a twin inside this process, which dies with it.
        permit: the permit relay of such a twin; with a guard it is the guard's.
    """

    def __init__(
        self,
        watchdogs: Watchdogs | None = None,
        guard: Guard | None = None,
        permit: PermitHold | None = None,
    ) -> None:
        self._watchdogs = watchdogs
        self._guard = guard
        self._permit = permit

    def before_energising(self) -> None:
        """Arm what switches off by itself, and let the permit relay be held.

        Raises:
            InstrumentError: a watchdog cannot be armed.
            RigError: the guard is gone, or the permit relay does not hold.
        """
        if self._watchdogs is not None:
            self._watchdogs.arm()
        if self._guard is not None:
            self._guard.energised(True)
        if self._permit is not None:
            self._permit.start()

    @contextmanager
    def switching_off(self) -> Iterator[None]:
        """Announce an off order, which is bounded, and which the timeline may not live to see the end of."""
        with self._guard.patience(OFF_TIME) if self._guard is not None else nullcontext():
            yield

    def after_off(self, report: OffReport) -> None:
        """Let the permit relay go in any case, and the watchdogs when everything is verified off.

        What could not be switched off must not be held on either: the permit relay may be what opens it.
        """
        if self._permit is not None:
            with suppress(InstrumentError):  # it opens by itself
                self._permit.stop()
        if self._guard is not None:
            with suppress(RigError):  # who has lost its guard is told by the guard's own listener
                self._guard.energised(False)
        if report.clean and self._watchdogs is not None:
            self._watchdogs.disarm()
