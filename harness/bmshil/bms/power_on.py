"""How the packs of a bank are switched on: rocker switches, START on the master, pre-charge, one by one."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.bms.fleet import Fleet
    from bmshil.bms.node import Node
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline

HOLD = 0.5
"""The START button counts when it is held for longer, s."""

GAP = 2.0
"""Time from one pack to the next, s. The field article says "sequentially one by one" and gives no time."""


class Stage(StrEnum):
    """Where a pack stands between off and running."""

    OFF = "off"
    STANDBY = "standby"  # the rocker is on: the BMS is awake, the power path is open
    PRECHARGE = "pre-charge"  # the master charges the inverter's capacitors through its resistor
    RUN = "run"  # the power path is closed, and it speaks
    WAITING = "waiting"  # it speaks, and does not join: a protection, or no match with the bank
    LATCHED = "latched"  # its over-current protection wants the reset ritual


class PowerOn:
    """Plays the hands that switch a bank on, in the right order or in a wrong one.

    The order of a field article on wiring Pylontech modules in parallel: power cables and breaker closed,
    communication connected, all rocker switches on, START on the master held for more than 0.5 s,
    pre-charge, the other packs one by one, all of them running, and only then the inverter.

    Who pre-charges is the caller's matter: on a bench a relay and a resistor do. From ``press_start`` on the
    master's cells stand behind that resistor; ``precharged`` says that it is done.

    Args:
        fleet: nodes of the bank.
        timeline: gives the time.
        journal: where every step is written.
        master: number of the pack whose START is pressed.
        gap: from one pack to the next, s.
    """

    def __init__(
        self, fleet: Fleet, timeline: Timeline, journal: Journal, *, master: int = 1, gap: float = GAP
    ) -> None:
        self.master = master
        self.gap = gap
        self._fleet = fleet
        self._timeline = timeline
        self._journal = journal
        self._on: set[int] = set()
        self._precharging = False
        self._session = 0

    @property
    def stages(self) -> dict[int, Stage]:
        """Where each pack stands, by its number."""
        return {node.number: self._stage(node) for node in self._fleet}

    @property
    def running(self) -> bool:
        """Whether every pack runs: the moment from which the inverter may be switched on."""
        return all(stage is Stage.RUN for stage in self.stages.values())

    def switch_off(self) -> None:
        """Put all rocker switches off: the contactors open, and nobody speaks."""

        def run() -> None:
            self._session += 1
            self._on.clear()
            self._precharging = False
            for node in self._fleet:
                node.contactor.latch.switch(False, self._timeline.seconds)
                # Without its supply, so that a reset between two tests starts it again.
                node.disconnect(silent=True)
            self._tell("rocker switches off")

        self._timeline.call(run)

    def switch_on(self) -> None:
        """Put all rocker switches on. A pack whose protection is still latched says so on the bus at once."""

        def run() -> None:
            for node in self._fleet:
                latch = node.contactor.latch
                latch.switch(True, self._timeline.seconds)
                self._on.add(node.number)
                if latch.latched:
                    node.start()
            self._tell("rocker switches on")

        self._timeline.call(run)

    def connect_positive(self, connected: bool) -> None:
        """Connect or disconnect the positive between bank and inverter."""

        def run() -> None:
            for node in self._fleet:
                node.contactor.latch.connect_positive(connected, self._timeline.seconds)
            self._tell(f"positive {'connected' if connected else 'disconnected'}")

        self._timeline.call(run)

    def press_start(self, held: float = 2 * HOLD) -> bool:
        """Press START on the master; say whether it begins to pre-charge.

        Args:
            held: s; at most 0.5 s do nothing.
        """

        def run() -> None:
            node = self._fleet[self.master]
            begins = held > HOLD and self._stage(node) is Stage.STANDBY
            if begins:
                node.contactor.gone = False
                self._precharging = node.contactor.close("START")
            self._tell(f"START held for {held:g} s", pre_charge=self._precharging)

        self._timeline.call(run)
        return self._precharging

    def precharged(self) -> None:
        """Go on after the pre-charge: the master runs, and the others follow one by one."""

        def run() -> None:
            if not self._precharging:
                return
            self._precharging = False
            self._fleet[self.master].start()
            self._tell("pre-charged")
            others = [node for node in self._fleet if node.number != self.master and node.number in self._on]
            session = self._session
            for place, node in enumerate(others, start=1):
                self._timeline.after(place * self.gap, partial(self._join, node, session))

        self._timeline.call(run)

    def _join(self, node: Node, session: int) -> None:
        if session == self._session and not node.running:
            node.contactor.gone = False
            node.contactor.close("START on the master")
            node.start()

    def _stage(self, node: Node) -> Stage:
        if node.number not in self._on:
            return Stage.OFF
        if node.contactor.latch.latched:
            return Stage.LATCHED
        if self._precharging and node.number == self.master:
            return Stage.PRECHARGE
        if not node.running:
            return Stage.STANDBY
        return Stage.RUN if node.pack.connected else Stage.WAITING

    def _tell(self, step: str, **data: bool) -> None:
        self._journal.event("start_up", "bank", step=step, **data)
