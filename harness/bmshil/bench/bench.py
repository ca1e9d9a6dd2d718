"""The bench: what a requirement test holds, on the twin and on a real rig alike."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from bmshil.bench import baseline
from bmshil.bench.needs import unmet
from bmshil.bench.power import Power
from bmshil.bench.watches import ChargeWatch
from bmshil.errors import EnvelopeError, Inconclusive, InstrumentError
from bmshil.inverter import protocol_family, protocol_of
from bmshil.judge import (
    Conclusion,
    Health,
    Judge,
    Judgement,
    Measurement,
    Question,
    conclude,
    measure,
    rig_health,
)
from bmshil.safety import energise, switch_off

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from bmshil.battery import Bank
    from bmshil.bench.bus_watch import BusWatch, Identifier
    from bmshil.bench.control import ControlLoop
    from bmshil.bench.equipment import Equipment
    from bmshil.bench.levels import Levels
    from bmshil.bms import Fleet
    from bmshil.instruments import Load, Meter, Relays, Supply
    from bmshil.inverter import Declares, KeepAliveWatch, Profile, Readback
    from bmshil.journal import Journal
    from bmshil.judge import Acceptance, Requirement
    from bmshil.rig import Rig
    from bmshil.safety import OffReport
    from bmshil.timeline import Timeline

UNCERTAINTY = {"V": 0.02, "A": 0.2, "s": 0.1}
"""Expanded uncertainty of a measured value by unit, for means over seconds: meter and shunt of the twin, and
the distance of two samples. A calibrated rig will state its own."""

START_SOC = 0.6
"""State of charge that tests begin with unless they ask for another: the middle of the plateau."""

NEAR_FULL = 0.985
"""State of charge from which a bank reaches its CVL within minutes."""


class Reached(msgspec.Struct, frozen=True):
    """How a charge ended.

    Attributes:
        voltage: mean at the DUT's terminals.
        current: mean into the bank.
        in_cv: True in constant voltage, False when the device just stopped.
    """

    voltage: Measurement
    current: Measurement
    in_cv: bool


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
        bus: who was heard when.
        keepalive: the device's sign of life.
        readback: what the device believes; None where it cannot be asked.
        control: measures and plays the terminals.
        power: what feeds and loads the device.
        mutation: name of the twin's deliberate deviation, or None.
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
        bus: BusWatch,
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
        self.bus = bus
        self.keepalive = keepalive
        self.readback = readback
        self.control = control
        self.power = Power(self)
        accuracy = profile.declares.accuracy
        self.judge = Judge(journal, {"V": accuracy.voltage, "A": accuracy.current})
        self._equipment = equipment
        self._started = 0.0
        self._health = Health()

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
    def following(self) -> float:
        """Longest time from a new limit to its effect, s: a period of the bank, the device's tick and lag."""
        return self.declares.period.nominal + self.declares.tick + self.declares.follow_lag

    # Stimuli

    def prepare(self, soc: float) -> None:
        """Bring the bank to another state of charge, with the device idle."""
        baseline.restore(self, soc=soc)

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
        rating = self.declares.rating
        self.bank.limit(
            cvl=self.levels.open_cvl,
            ccl=min(rating.charge_current, self.rig.current),
            dcl=min(rating.discharge_current, self.rig.current),
            dvl=self.levels.dvl,
        )

    @contextmanager
    def open_limits(self) -> Iterator[None]:
        """Open all limits for a while; those in force before come back, and the device is let follow them."""
        kept = {node: node.chosen for node in self.bank}
        self.set_open_limits()
        try:
            yield
        finally:
            for node, limits in kept.items():
                self.timeline.call(partial(node.choose, limits))

    def switch(self, role: str, on: bool) -> None:
        """Close or open one relay and write it down."""
        if self.relays.closed(role) == on:
            return
        if on:
            self.relays.close(role)
        else:
            self.relays.open(role)
        self.journal.event("relay", "relays", role=role, closed=on)

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
            uncertainty=UNCERTAINTY.get(unit, 0.0),
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

    def keepalive_gap(self, over: float) -> Measurement:
        """The longest silence of the device over the next seconds, ``over`` itself when it never speaks."""
        start = self.seconds
        heard: list[float] = [start]
        watch = self.keepalive
        count = watch.count

        def look() -> bool:
            nonlocal count
            if watch.count != count:
                count = watch.count
                heard.append(self.seconds)
            return False

        self.until(look, over)
        heard.append(self.seconds)
        gap = max(after - before for before, after in pairwise(heard))
        return Measurement("keep-alive", start, self.seconds, "longest silence", gap, "s", 0.01)

    def device_protocol(self, within: float) -> Measurement:
        """The protocol that the device's own frames belong to, listening at most ``within`` seconds."""
        start = self.seconds
        self.bus.forget()
        family = protocol_family(self.declares.dialect)
        self.until(lambda: protocol_of(self.bus.foreign) == family, min(within, 5.0))
        if protocol_of(self.bus.foreign) != family:
            self.run(within - (self.seconds - start))
        return self.observe("protocol of the device", protocol_of(self.bus.foreign), start)

    @property
    def declared_protocol(self) -> str:
        """The protocol that the declared dialect belongs to; "silent" for a device that never speaks."""
        return (
            protocol_family(self.declares.dialect) if self.declares.keepalive.trigger != "never" else "silent"
        )

    def heard_from_bank(self, over: float) -> set[Identifier]:
        """Identifiers of the bank that are heard over the next seconds."""
        start = self.seconds
        self.run(over)
        return {key for key, when in self.bus.heard.items() if when >= start} - set(self.bus.foreign)

    def duplicate_addresses(self, over: float) -> str:
        """Packs whose identifiers are sent by more than one node, heard over the next seconds.

        Two senders of one identifier double its rate: more than 1.5 times that of one node is a duplicate.
        """
        before = self.bus.count()
        self.run(over)
        doubled = {
            owner[0]
            for key, count in (self.bus.count() - before).items()
            if (owner := self.rig.ids.owner(*key)) is not None
            and count / over > 1.5 / self.bank[owner[0]].period
        }
        return ", ".join(f"pack {number}" for number in sorted(doubled)) or "none"

    def identifiers(self, *base_ids: int) -> list[Identifier]:
        """What the packs make of base identifiers, of all messages when none is given."""
        chosen = base_ids or tuple(message.id for message in self.rig.dialect.messages)
        return [self.rig.ids.wire(one, pack.number) for one in chosen for pack in self.packs]

    def counted_packs(self, quantity: str) -> float:
        """How many times one pack's limit the bank may take when all packs ask for the same.

        A device that sums up, or takes n times the minimum, counts every pack; all others count one.
        """
        rule = getattr(self.declares.aggregation, quantity)
        return float(len(self.bank)) if rule in ("sum", "n_times_minimum") else 1.0

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
        registers = self.declares.readback
        told = self.readback.read_all()
        expected = len(self.bank) if self.declares.batteries == "several" else 1
        return (
            not told.get("alarm", 0.0)
            and told.get("packs", expected) == expected
            and (registers.state is None or round(told["state"]) in registers.running)
        )

    def until_cv(self, timeout: float) -> Reached:
        """Charge until constant voltage, or until the device stops by itself.

        Raises:
            Inconclusive: neither happened in time, so that nothing can be said about the final voltage.
        """
        rating = self.declares.rating
        watch = ChargeWatch(self.timeline, idle_current=0.02 * rating.charge_current)
        self.control.subscribe(watch.take)
        try:
            over = self.until(lambda: watch.over, timeout)
        finally:
            self.control.unsubscribe(watch.take)
        if not over:
            raise Inconclusive(
                f"after {timeout:g} s at {self.control.current:.1f} A and {self.control.voltage:.2f} V "
                "the device is neither in constant voltage nor idle: give it more time"
            )
        start = self.seconds - 4.0
        return Reached(
            self.measure("dc.voltage", start), self.measure("dc.current", start), in_cv=watch.in_cv
        )

    # One test

    def unmet(self, needs: Collection[str]) -> str | None:
        """The reason why a requirement with these needs must be skipped; None when there is none."""
        return unmet(self, needs)

    def begin(self, requirement: str, test: str, *, silent_device: bool = False) -> None:
        """Bring the bench to its baseline and start a clean slate for one test.

        Raises:
            Blocked: the device does not come back to its baseline.
        """
        self._started = self.seconds
        self._health = Health()
        self.judge.begin(requirement)
        self.bus.forget()
        self.journal.event("test", test, phase="begin", requirement=requirement)
        baseline.restore(self, soc=START_SOC, silent_device=silent_device)
        self._started = self.seconds

    def conclude(self, requirement: Requirement, error: BaseException | None) -> Conclusion:
        """Draw the conclusion of the test that has just ended, the universal check included."""
        self._health = rig_health(self.journal, self._started, self.seconds)
        if self.judge.judgements and not requirement.disturbs:
            self._judge_bus()
        return conclude(self.judge.judgements, self._health, error)

    def record(self) -> dict[str, Any]:
        """Judgements, health and times of the last test, as plain JSON values."""
        return {
            "judgements": [_record(one) for one in self.judge.judgements],
            "health": msgspec.to_builtins(self._health),
            "start": self._started,
            "end": self.seconds,
        }

    def end(self) -> None:
        """Take away stimuli, faults and limits after a test."""
        self.journal.event("test", "bench", phase="end")
        baseline.calm(self)

    def _judge_bus(self) -> None:
        """The universal check: a healthy bus after every test."""
        strays = ", ".join(self._health.stray_frames)
        sick = [f"stray frames {strays}"] if strays else []
        if self._health.error_frames:
            sick.append(f"{self._health.error_frames} error frames")
        self.judge.fact(
            self.observe("bus", "; ".join(sick) or "healthy", self._started),
            "healthy",
            question=Question.CONFORMITY,
            statement="No error frames and no unknown identifiers on the bus",
            citation="universal check",
        )

    # The rig

    def energise(self) -> None:
        """Connect the bank's terminals to the device: supply to its voltage, pre-charge, main contactor."""
        energise(
            self._equipment,
            self.packs.emf,
            envelope=self.control.envelope,
            wait=self.timeline.until,
            voltage=self._terminal_voltage,
        )
        self.control.start()

    def switch_off(self) -> OffReport:
        """Switch everything off in order and verify it; may be called at any time, and twice."""
        self.control.stop()
        report = switch_off(self._equipment, wait=self.timeline.until)
        self.journal.event("off", "bench", clean=report.clean, text=str(report))
        return report

    def power_cycle(self) -> None:
        """Take the device's power away until it has lost its memory, then give it back."""
        self.switch_off()
        self.until(lambda: self.control.voltage < 5.0, 120.0)
        self.run(2.0)
        self.energise()

    def _terminal_voltage(self) -> float:
        return self.control.voltage

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (InstrumentError, EnvelopeError):
            self.switch_off()
            raise


def _record(judgement: Judgement) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(judgement)
    return {**plain, "unit": judgement.measurement.unit}
