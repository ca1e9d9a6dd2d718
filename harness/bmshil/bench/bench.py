"""The bench: what a requirement test holds, on the twin and on a real rig alike."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from bmshil.bench import baseline
from bmshil.bench.bus import Bus
from bmshil.bench.charging import Reached, charge_until_cv
from bmshil.bench.levels import HEADROOM
from bmshil.bench.needs import unmet
from bmshil.bench.power import Power
from bmshil.errors import Inconclusive, InstrumentError, RigError
from bmshil.judge import Judge, Measurement, measure
from bmshil.safety import energise, switch_off

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from bmshil.battery import Bank
    from bmshil.bench.bus_watch import BusWatch
    from bmshil.bench.control import ControlLoop
    from bmshil.bench.equipment import Equipment
    from bmshil.bench.levels import Levels
    from bmshil.bms import Fleet
    from bmshil.instruments import Load, Meter, Relays, Supply
    from bmshil.inverter import Declares, KeepAliveWatch, Profile, Readback
    from bmshil.journal import Journal
    from bmshil.judge import Acceptance
    from bmshil.rig import Rig
    from bmshil.safety import OffReport
    from bmshil.timeline import Timeline

POWERLESS = 5.0
"""How long a device stays without power to lose its memory, s, after its DC side is discharged."""


class Bench:
    """One assembled rig with its device.

    Tests set limits and faults on :attr:`bank`, make the device :meth:`charge` or :meth:`discharge`, let time
    pass with :meth:`run` and :meth:`until`, take measurements and hand them to :attr:`judge`.

    Attributes:
        rig: the rig file.
        profile: the device's profile; tests read :attr:`declares` alone.
        declares: what the device declares.
        acceptance: the safety floor.
        levels: what to set, scaled to the ratings.
        timeline: the one timeline.
        journal: the one record.
        judge: draws judgements.
        packs: physics of the bank.
        bank: nodes of the bank: limits, faults, silence.
        bus: who speaks, and how.
        readback: what the device believes; None where it cannot be asked.
        control: measures and plays the terminals.
        power: what feeds and loads the device.
        mutation: name of the twin's deliberate deviation, or None.
        energised: whether the bank's terminals are connected to the device.
    """

    def __init__(
        self,
        *,
        rig: Rig,
        profile: Profile,
        mutation: str | None,
        acceptance: Acceptance,
        levels: Levels,
        timeline: Timeline,
        journal: Journal,
        packs: Bank,
        bank: Fleet,
        watch: BusWatch,
        keepalive: KeepAliveWatch,
        readback: Readback | None,
        control: ControlLoop,
        equipment: Equipment,
    ) -> None:
        self.rig = rig
        self.profile = profile
        self.mutation = mutation
        self.acceptance = acceptance
        self.levels = levels
        self.timeline = timeline
        self.journal = journal
        self.packs = packs
        self.bank = bank
        self.readback = readback
        self.control = control
        self.power = Power(self)
        self.bus = Bus(self, watch, keepalive)
        self.energised = False
        accuracy = profile.declares.accuracy
        self.judge = Judge(journal, {"V": accuracy.voltage, "A": accuracy.current})
        self._equipment = equipment

    @property
    def declares(self) -> Declares:
        """What the device declares: all that a test may read of it."""
        return self.profile.declares

    @property
    def supply(self) -> Supply:
        """The supply that plays the bank's terminals."""
        return self._equipment.supply

    @property
    def meter(self) -> Meter:
        """The meter at the device's terminals."""
        return self._equipment.meter

    @property
    def load(self) -> Load:
        """The load on the device's AC side.

        Raises:
            InstrumentError: the rig has none.
        """
        if self._equipment.load is None:
            raise InstrumentError(f"rig {self.rig.name} has no load: add instruments.load")
        return self._equipment.load

    @property
    def relays(self) -> Relays:
        """The relays by role.

        Raises:
            InstrumentError: the rig has none.
        """
        if self._equipment.relays is None:
            raise InstrumentError(f"rig {self.rig.name} has no relays: add instruments.relays")
        return self._equipment.relays

    @property
    def relay_roles(self) -> frozenset[str]:
        """Roles of the relays that are wired."""
        return self._equipment.relays.roles if self._equipment.relays is not None else frozenset()

    # Time

    @property
    def seconds(self) -> float:
        """Time of the timeline, s."""
        return self.timeline.seconds

    def run(self, seconds: float) -> None:
        """Let ``seconds`` pass; a rig in trouble is switched off before the trouble is raised."""
        with self._guarded():
            self.timeline.run(seconds)

    def until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Let time pass until ``condition`` holds, at most ``timeout`` seconds; say whether it does."""
        with self._guarded():
            return self.timeline.until(condition, timeout)

    def settle(self) -> None:
        """Wait as long as the device may take to follow a new limit: one period, its tick and its lag."""
        self.run(self.following)

    @property
    def followed_at_the_latest(self) -> float:
        """As :attr:`following`, but never longer than the acceptance file allows, whatever is declared, s."""
        return min(self.following, self.declares.period.nominal + self.acceptance.follow)

    def settle_generously(self) -> None:
        """Wait three times as long: where a test does not ask how fast, a slow device shall not fail it."""
        self.run(3 * self.following)

    @property
    def following(self) -> float:
        """Longest time from a new limit to its effect, s: a period of the bank, the device's tick and lag."""
        return self.declares.period.nominal + self.declares.tick + self.declares.follow_lag

    # Stimuli

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
        bearable = HEADROOM * min(self.rig.current, self.control.envelope.power / self.levels.open_cvl)
        return rating if rating <= bearable else bearable / len(self.bank)

    def switch(self, role: str, on: bool) -> None:
        """Close or open one relay."""
        if self.relays.closed(role) == on:
            return
        if on:
            self.relays.close(role)
        else:
            self.relays.open(role)

    def stimulus(self, text: str) -> None:
        """Write down what is done to the device, for plots and readers."""
        self.journal.event("stimulus", "bench", text=text)

    # Measurements

    def measure(
        self,
        channel: str,
        start: float,
        end: float | None = None,
        reduction: str = "mean",
        *,
        parameter: float | None = None,
    ) -> Measurement:
        """Reduce samples of one channel to a value.

        Args:
            channel: ``dc.voltage`` or ``dc.current``.
            start: begin of the window, s.
            end: end of the window, s; now when left out.
            reduction: mean, max, min, peak, fall or rise.
            parameter: threshold of fall and rise.

        Raises:
            Inconclusive: no sample in the window, or no crossing.
        """
        unit = "s" if reduction in ("fall", "rise") else self.journal.unit(channel)
        return measure(
            self.journal,
            channel,
            start,
            self.seconds if end is None else end,
            reduction,
            uncertainty=self.rig.tolerances.of(unit),
            parameter=parameter,
        )

    def voltage(self, over: float = 5.0, reduction: str = "mean") -> Measurement:
        """Voltage at the device's terminals over the next seconds."""
        self.run(over)
        return self.measure("dc.voltage", self.seconds - over, reduction=reduction)

    def current(self, over: float = 5.0, reduction: str = "mean") -> Measurement:
        """Current into the bank over the next seconds."""
        self.run(over)
        return self.measure("dc.current", self.seconds - over, reduction=reduction)

    def observe(self, what: str, value: bool | str, start: float | None = None) -> Measurement:
        """A fact or a word as a measurement: what was observed, and since when."""
        return Measurement(what, self.seconds if start is None else start, self.seconds, "observed", value)

    def ask(self, name: str) -> Measurement:
        """What the device believes, by read-back.

        Raises:
            Inconclusive: there is no such read-back.
        """
        if self.readback is None:
            raise Inconclusive(f"no read-back of {name} on this rig")
        value = self.readback.read(name)
        return Measurement(f"readback.{name}", self.seconds, self.seconds, "read", value)

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
        """What the device can charge with at the test voltages, A: its current or its power binds."""
        rating = self.declares.rating
        return min(rating.charge_current, rating.power / self.levels.high_cvl)

    @property
    def pack_timeout(self) -> float:
        """Declared time after which a silent pack no longer counts, s; by default that for all frames."""
        timeouts = self.declares.timeouts
        return timeouts.pack or timeouts.all or self.acceptance.loss_stop

    def hold_soc(self) -> None:
        """Keep the bank's physics where it is, for tests that outlast its charge."""
        self.control.hold()

    def until_accepted(self, timeout: float) -> bool:
        """Wait until the device's read-back says that it works with the bank; True at once without one."""
        end = self.seconds + timeout
        while not self.device_ready():
            if self.seconds >= end:
                return False
            self.run(0.5)
        return True

    def device_ready(self) -> bool:
        """Whether the device's read-back says that it works and has no alarm; True where it cannot tell."""
        if self.readback is None:
            return True
        told = self.readback.read_all()
        expected = len(self.bank) if self.declares.batteries == "several" else 1
        return (
            self.readback.ready() and not told.get("alarm", 0.0) and told.get("packs", expected) == expected
        )

    # The rig

    def energise(self) -> None:
        """Connect the bank's terminals to the device: supply to its voltage, pre-charge, main contactor.

        Raises:
            RigError: it could not be done safely; everything is off then.
        """
        self.control.take_zero()
        level = energise(
            self._equipment, self.packs.emf, envelope=self.control.envelope, wait=self.timeline.until
        )
        self.energised = True
        self.control.start(level)

    def switch_off(self) -> OffReport:
        """Switch everything off in order and verify it; may be called at any time, and twice."""
        self.control.stop()
        self.energised = False
        report = switch_off(self._equipment, wait=self.timeline.until)
        self.journal.event("off", "bench", clean=report.clean, text=str(report))
        return report

    def power_cycle(self) -> None:
        """Take the device's power away until it has lost its memory, then give it back.

        Raises:
            RigError: it could not be switched on again safely.
        """
        self.switch_off()
        self.timeline.run(POWERLESS)
        self.energise()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except RigError:
            self.switch_off()
            raise
