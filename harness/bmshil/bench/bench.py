"""The bench: what a requirement test holds, on the twin and on a real rig alike."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from bmshil.bench import baseline
from bmshil.bench.bus.disturber import Disturber
from bmshil.bench.bus.line_bus import LineBus
from bmshil.bench.bus.questions import Bus
from bmshil.bench.bus.serial_line import SerialLine
from bmshil.bench.bus.wire import Wire
from bmshil.bench.fitness.levels import HEADROOM
from bmshil.bench.fitness.needs import unmet
from bmshil.bench.measuring import Measuring
from bmshil.bench.terminals.charging import Reached, charge_until_cv
from bmshil.bench.terminals.power import Power
from bmshil.errors import Blocked, RigError
from bmshil.rig import RigState
from bmshil.safety import energise

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bmshil.bench.inventory import Parts

POWERLESS = 5.0
"""How long a device stays without power to lose its memory, s, after its DC side is discharged."""


class Bench(Measuring):
    """One assembled rig with its device.

    Tests set limits and faults on :attr:`bank`, make the device :meth:`charge` or :meth:`discharge`, let time
    pass with :meth:`run` and :meth:`until`, take measurements and hand them to :attr:`judge`.

    Attributes:
        bus: who speaks, and how.
        power: what feeds and loads the device.
        wire: the CAN cable and its termination.
        standing: what a stimulus that goes on by itself has to be taken away with; ``calm`` closes it.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.power = Power(self)
        keepalive, bus, line = parts.listeners
        self._line: SerialLine | None = None
        self.bus = Bus(self, bus, keepalive)
        if line is not None and parts.on_line is not None:
            self.bus = LineBus(self, line, keepalive)
            self._line = SerialLine(self, parts.on_line, line)
        self.wire = Wire(self)
        self.standing = ExitStack()
        port = parts.ports.get("disturber")
        self._disturber = None if port is None else Disturber(self, port)
        self.journal.event("device", "bench", on=False)

    # Stimuli

    @property
    def has_disturber(self) -> bool:
        """Whether the rig has a disturber."""
        return self._disturber is not None

    @property
    def disturber(self) -> Disturber:
        """The adapter that disturbs the bus on purpose.

        Raises:
            RigError: the rig has none.
        """
        if self._disturber is None:
            raise RigError(f"rig {self.rig.name} has no disturber: add can.disturber")
        return self._disturber

    @property
    def line(self) -> SerialLine:
        """The serial line over which the device asks.

        Raises:
            Blocked: it does not ask over one.
        """
        if self._line is None:
            raise Blocked("not observable: the device does not ask over RS485")
        return self._line

    def prepare(self, soc: float) -> None:
        """Bring the bank to another state of charge, with the device idle.

        It is never made fuller than the levels allow, or it would rest above the lowest CVL.
        """
        baseline.restore(self, soc=min(soc, self.levels.fullest))

    def charge(self, limit: float | None = None) -> None:
        """Charge with the limits in force, having shown that the device could do 1.2 times ``limit``.

        Args:
            limit: the limit under test for the whole bank, A; twice I_ref when left out.

        Raises:
            Blocked: the stimulus does not bind.
        """
        self.power.charge(2 * self.levels.reference if limit is None else limit)

    def discharge(self, limit: float | None = None) -> None:
        """Discharge with the limits in force, having shown that the device could do 1.2 times ``limit``.

        Args:
            limit: the limit under test for the whole bank, A; twice I_ref when left out.

        Raises:
            Blocked: the stimulus does not bind.
        """
        self.power.discharge(2 * self.levels.reference if limit is None else limit)

    def idle(self) -> None:
        """Take away what the device charges from and what it feeds."""
        self.power.idle()

    def set_open_limits(self) -> None:
        """Let every pack ask for limits that do not bind: the device's own rating rules."""
        self.bank.limit(cvl=self.levels.open_cvl, dvl=self.levels.dvl)
        self._open_currents()

    @contextmanager
    def open_currents(self) -> Iterator[None]:
        """Open the current limits for a while; the voltages stay, and those in force before come back."""
        kept = {node: node.chosen for node in self.bank}
        self._open_currents()
        try:
            yield
        finally:
            for node, limits in kept.items():
                self.timeline.call(partial(node.choose, limits))

    def _open_currents(self) -> None:
        rating = self.declares.rating
        self.bank.limit(
            ccl=self._open_current(rating.charge_current), dcl=self._open_current(rating.discharge_current)
        )

    def _open_current(self, rating: float) -> float:
        """What one pack may ask for: the whole rating, or a share of what the rig bears where that is less.

        A device whose own rating keeps it within the rig's envelope is offered it by every pack, so that it
        reaches it by whatever rule. Any other could sum the packs up and leave the envelope.
        """
        return rating if rating <= self._bearable else self._bearable / len(self.bank)

    @property
    def _bearable(self) -> float:
        """What the rig's envelope leaves to open limits, A."""
        return HEADROOM * min(self.rig.current, self.control.envelope.power / self.levels.open_cvl)

    # What there is

    def until_cv(self, timeout: float) -> Reached:
        """Charge until constant voltage, or until the device stops by itself.

        Raises:
            Inconclusive: neither happened in time.
        """
        return charge_until_cv(self, timeout)

    def unmet(self, needs: Collection[str]) -> str | None:
        """The reason why a requirement with these needs must be skipped; None when there is none."""
        return unmet(self, needs)

    @property
    def largest_current(self) -> float:
        """Most current to charge with at the test voltages, A: device current, its power or the rig binds."""
        rating = self.declares.rating
        return min(rating.charge_current, rating.power / self.levels.high_cvl, self._bearable)

    @property
    def pack_timeout(self) -> float:
        """Declared time after which a silent pack no longer counts, s; by default that for all frames."""
        timeouts = self.declares.timeouts
        return timeouts.pack or timeouts.all or self.acceptance.loss_stop

    def hold_soc(self) -> None:
        """Keep the bank's physics where it is, for tests that outlast its charge."""
        self.control.hold()

    # The rig

    def energise(self) -> None:
        """Connect the bank's terminals to the device: supply to its voltage, pre-charge, main contactor.

        Raises:
            RigError: it could not be done safely; everything is off then, and the rig is broken.
        """
        self.state.require_ready()
        try:
            self.safeguards.before_energising()
            self.control.take_zero()
            level = energise(
                self._equipment.joined,
                self.packs.emf,
                envelope=self.control.envelope,
                wait=self.timeline.until,
                tell=self._tell_difference,
                apart=not self.timeline.simulated,
            )
        except RigError as error:
            self.state.breaks(str(error))
            raise
        self.state.move(RigState.ENERGISED)
        self.booted = self.seconds + self.start_up
        self.journal.event("device", "bench", on=True, boot=self.start_up)
        self.control.start(level)
        self.trips.start()

    def _tell_difference(self, behind: float, before: float) -> None:
        self.journal.event("dc_main", "bench", supply=behind, device=before)

    def power_cycle(self) -> None:
        """Take the device's power away until it has lost its memory, then give it back.

        Raises:
            RigError: it could not be switched on again safely.
        """
        self.switch_off()
        self.timeline.run(POWERLESS)
        self.energise()
