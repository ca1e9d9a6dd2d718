"""Faults of a whole bank, put on the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bms.faults.plan import FaultPlan
    from bmshil.bms.faults.switchboard import FaultHandle, NodeFaults
    from bmshil.timeline import Timeline, Timer


class ScheduledFault:
    """A fault plan on the timeline.

    Attributes:
        plan: what was scheduled.
    """

    def __init__(self, plan: FaultPlan, faults: NodeFaults, timeline: Timeline) -> None:
        self.plan = plan
        self._faults = faults
        self._timeline = timeline
        self._handle: FaultHandle | None = None
        self._timer: Timer | None = None
        if plan.start > 0:
            self._timer = timeline.after(plan.start, self._begin)
        else:
            self._begin()

    @property
    def is_on(self) -> bool:
        """Whether the fault is on now."""
        return self._handle is not None and self._handle.is_on

    def off(self) -> None:
        """Switch the fault off, or never on."""
        self._timeline.call(self._off)

    def _begin(self) -> None:
        self._handle = self._faults.on(self.plan.fault)
        self._timer = None
        if self.plan.duration is not None:
            self._timer = self._timeline.after(self.plan.duration, self._off)

    def _off(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._handle is not None:
            self._handle.off()


class BankFaults:
    """Schedules faults for the nodes of a bank.

    Args:
        faults: of each node, by pack number.
        timeline: gives the time.
    """

    def __init__(self, faults: Mapping[int, NodeFaults], timeline: Timeline) -> None:
        self._faults = faults
        self._timeline = timeline
        self._scheduled: list[ScheduledFault] = []

    def schedule(self, plan: FaultPlan) -> ScheduledFault:
        """Put a fault on the timeline, counted from now.

        Raises:
            InputError: the bank has no such pack, or its node cannot have this fault.
        """
        if plan.pack not in self._faults:
            raise InputError(f"{plan}: no pack {plan.pack}, the bank has packs 1 to {len(self._faults)}")
        faults = self._faults[plan.pack]

        def run() -> ScheduledFault:
            faults.check(plan.fault)
            return ScheduledFault(plan, faults, self._timeline)

        scheduled = self._timeline.call(run)
        self._scheduled.append(scheduled)
        return scheduled

    def clear(self) -> None:
        """Switch off all faults of all nodes, and forget what was scheduled."""
        for scheduled in self._scheduled:
            scheduled.off()
        self._scheduled.clear()
        for faults in self._faults.values():
            faults.clear()
