"""The control loop: a supply plays the terminals of the simulated bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.terminals.limit_watch import LimitWatch
from bmshil.bench.terminals.loop_watch import LoopWatch
from bmshil.bench.terminals.pair import Pair
from bmshil.bench.terminals.reading_watch import ReadingWatch
from bmshil.bench.terminals.stability import correction
from bmshil.bench.terminals.zero import zero_of
from bmshil.errors import EnvelopeError, RigError
from bmshil.instruments import Capability
from bmshil.safety import EnvelopeWatch
from bmshil.timeline import Nanoseconds, to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.battery import Bank
    from bmshil.instruments import Meter, Supply
    from bmshil.journal import Journal
    from bmshil.safety import Envelope
    from bmshil.timeline import Timeline

SLEW_LOADED = 0.1
"""Fastest move of the terminals' emf while current flows, V/s: far slower than the DUT's own loop."""

SLEW_IDLE = 2.0
"""Fastest move while the DUT idles, V/s: for going back to a start value."""

IDLE_CURRENT = 1.0
"""Below this current the DUT counts as idle, A."""

RESISTANCE_STEP = 0.01
"""Share by which the bank's resistance must change before the supply is told."""

HELD_UP = 4.0
"""Where so many periods lie between two steps something was held up: a peak between them goes unseen."""


class ControlLoop:
    """Measures, moves the bank's physics on, and sets the supply to what the bank's terminals would be.

    The ohmic part of the bank is realised by the supply's programmable resistance; software moves only the
    slow part. Where the supply has none, software moves the ohmic part too, by so small a share at each step
    that it does not swing against the device. On wall time each instrument has its own worker, and a step
    that finds the last one still under way is skipped and written as ``late_control``.

    Args:
        timeline: gives the steps.
        journal: where samples and troubles are written.
        bank: the physics.
        supply: plays the terminals.
        meter: measures at the DUT's terminals.
        envelope: what the rig may do.
        period: distance of two steps, s.
        cable: between supply and device, ohm; None where nobody knows it: then as much as the bank has.
        quality: measures how well the loop runs; without one it is measured against the envelope.

    Attributes:
        voltage: last voltage at the DUT's terminals, V.
        current: last bank current without the zero offset, A, positive into the bank.
        envelope: what the rig may do.
        watch: checks what is measured at every step; restarted for each test.
        quality: measures how well the loop runs.
        zero: offset of the current measurement, A; see :meth:`take_zero`.
        steps: steps done.
        readings: looks whether the instruments still measure.
    """

    def __init__(
        self,
        timeline: Timeline,
        journal: Journal,
        bank: Bank,
        *,
        supply: Supply,
        meter: Meter,
        envelope: Envelope,
        period: float,
        cable: float | None = None,
        quality: LoopWatch | None = None,
    ) -> None:
        self.voltage = 0.0
        self.current = 0.0
        self.zero = 0.0
        self.steps = 0
        self._timeline = timeline
        self._journal = journal
        self._bank = bank
        self._supply = supply
        self._meter = meter
        self.envelope = envelope
        self.watch = EnvelopeWatch(envelope)
        self._period = period
        self._has_resistance = Capability.RESISTANCE in supply.capabilities
        self._limit = LimitWatch(self, supply, timeline, journal)
        self._resistance = 0.0
        self._cable = cable
        self._ohmic = 0.0
        self._emf = bank.emf
        self._asked = (timeline.now, 0.0)
        self.quality = quality or LoopWatch(journal, period=period, rating=envelope.current)
        self._pending = 0
        self._session = 0
        self._last = timeline.now
        self._running = False
        self._measured = False
        self._holding = False
        self._voltage_channel = journal.channel("dc.voltage", "V")
        self._current_channel = journal.channel("dc.current", "A")
        self._listeners: tuple[Callable[[float, float], object], ...] = ()
        self._slots = timeline.every(period, self._step, phase=period)
        self.readings = ReadingWatch(
            self, bank, timeline, journal, cable=cable or 0.0, diode=isinstance(supply, Pair)
        )

    @property
    def emf(self) -> float:
        """Voltage that the supply is set to before the ohmic part, V."""
        return self._emf

    @property
    def played(self) -> tuple[float, float]:
        """What the supply was set to at the last step, V, and the resistance that it makes by itself, ohm."""
        return self._asked[1], self._resistance if self._has_resistance else 0.0

    @property
    def settled(self) -> bool:
        """Whether the terminals' emf has arrived at the bank's."""
        return abs(self._emf - self._bank.emf) < 0.005

    def subscribe(self, listener: Callable[[float, float], object]) -> None:
        """Hand every pair of voltage and current to ``listener``, on the timeline."""
        self._listeners = (*self._listeners, listener)

    def unsubscribe(self, listener: Callable[[float, float], object]) -> None:
        """Stop handing samples to ``listener``."""
        self._listeners = tuple(one for one in self._listeners if one is not listener)

    def take_zero(self) -> None:
        """Measure what the supply reads without any current, and take it off every sample from now on.

        To be called with the contactors open. The output is switched off, unless current flows already.

        Raises:
            RigError: the reading is no offset.
            InstrumentError: the supply refused or failed.
        """
        self.zero = zero_of(self._supply)

    def start(self, level: float) -> None:
        """Play the bank from ``level`` on, V: what the supply stands at after energising."""
        # A step that an instrument never answered belongs to the time before.
        self._session += 1
        self._pending = 0
        self._measured = False
        self._emf = level
        self._ohmic = 0.0
        self._resistance = 0.0
        self._last = self._timeline.now
        self._asked = self._timeline.now, level
        self.tell_limit_again()
        self.watch.resume()
        self.quality.restart()
        self._adapt_resistance()
        self._running = True

    def tell_limit_again(self) -> None:
        """Write down a limit in which the supply still is: whoever looks from now on must see it too."""
        self._limit.tell_again()
        self.readings.tell_again()

    def hold(self) -> None:
        """Keep the bank where it is from now on, whatever flows: for tests that outlast a charge."""
        self._holding = True

    def release(self) -> None:
        """Let the bank's physics go on."""
        self._holding = False

    def stop(self) -> None:
        """Neither measure nor set anything from now on; the supply keeps what it has."""
        self._running = False

    def set_period(self, period: float) -> None:
        """Change the distance of two steps, s: timing tests want at least 20 Hz."""
        self._slots.period = period
        self.quality.change(period)

    @property
    def default_period(self) -> float:
        """Distance of two steps that the rig asks for, s."""
        return self._period

    def cancel(self) -> None:
        """Stop for good."""
        self._running = False
        self._slots.cancel()

    def _step(self) -> None:
        if not self._running:
            return
        if self._pending:
            self._journal.event("late_control", "control", cause="the last step is still under way")
            return
        held_up = to_seconds(Nanoseconds(self._timeline.now - self._asked[0]))
        if held_up > HELD_UP * self._slots.period:
            self._journal.event("late_control", "control", cause=f"nothing was measured for {held_up:.2f} s")
        target = self._target()
        self.envelope.check_command(voltage=target)
        self._pending = 2
        session = self._session
        self._asked = self._timeline.now, target
        self._timeline.offload(
            "meter", self._meter.voltage, lambda voltage: self._take_voltage(session, voltage)
        )
        self._timeline.offload(
            "supply",
            lambda: self._supply.set_voltage_and_read_current(target),
            lambda current: self._take_current(session, current),
        )
        self._limit.ask(lambda: session == self._session)

    def _take_voltage(self, session: int, voltage: float) -> None:
        if session != self._session:
            return
        self._pending -= 1
        self.voltage = voltage
        self._measured = True
        self._journal.sample(self._voltage_channel, voltage)

    def _take_current(self, session: int, current: float) -> None:
        if session != self._session:
            return
        self._pending -= 1
        now = self._timeline.now
        span = to_seconds(Nanoseconds(now - self._last))
        self._last = now
        self.current = current = current - self.zero
        self._journal.sample(self._current_channel, current)
        try:
            if self._measured:
                self.watch.step(to_seconds(now), self.voltage, current)
            else:  # a meter slower than the supply has not said anything yet: there is no voltage to compare
                self.envelope.check_measured(0.0, current)
        except EnvelopeError as error:
            # Nobody may hear of it before the test comes back: until then nothing more is sent.
            self._running = False
            self._journal.event("envelope", "control", cause=str(error))
            raise
        asked, target = self._asked
        self.quality.step(
            asked, now, target, self.voltage, self._bank.resistance, idle=abs(current) <= IDLE_CURRENT
        )
        self._move(current, span)
        self.steps += 1
        for listener in self._listeners:
            listener(self.voltage, current)

    def _move(self, current: float, span: float) -> None:
        """Move the physics on by one step and let the emf follow it."""
        bank = self._bank
        if not any(pack.connected for pack in bank):
            raise RigError(
                "all contactors of the bank are open: this bench cannot take a battery's voltage away, "
                "keep one pack connected"
            )
        bank.step(current, 0.0 if self._holding else span)
        reach = (SLEW_LOADED if abs(current) > IDLE_CURRENT else SLEW_IDLE) * span
        self._emf += min(max(bank.emf - self._emf, -reach), reach)
        if self._has_resistance:
            self._adapt_resistance()
        else:
            share = correction(bank.resistance / (self._cable or bank.resistance))
            self._ohmic += share * (bank.resistance * current - self._ohmic)

    def _target(self) -> float:
        return self._emf + self._ohmic

    def _adapt_resistance(self) -> None:
        if not self._has_resistance:
            return
        resistance = self._bank.resistance
        if abs(resistance - self._resistance) > RESISTANCE_STEP * self._resistance:
            self._resistance = resistance
            self._timeline.offload("supply", lambda: self._supply.set_resistance(resistance), lambda _: None)
