"""The device under test: boots, listens, regulates, loses its battery, comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.timeline import Nanoseconds, Periodic, Timeline, to_ns
from bmshil.twin.inverter.aggregation import Aggregation, Belief
from bmshil.twin.inverter.display import Display, State, telemetry
from bmshil.twin.inverter.frames import SILENCE
from bmshil.twin.inverter.identifiers import WireIds, overlooked_ids
from bmshil.twin.inverter.keepalive import InverterBus, KeepAlive
from bmshil.twin.inverter.manners import Ears
from bmshil.twin.inverter.orders import Orders
from bmshil.twin.inverter.packs import Packs
from bmshil.twin.inverter.polling import Line, Poller, Reading
from bmshil.twin.inverter.power_stage import command
from bmshil.twin.inverter.reactions import Targets
from bmshil.twin.inverter.regulation import Regulation, guessed_soc
from bmshil.twin.inverter.supervision import Supervision

if TYPE_CHECKING:
    from collections.abc import Sequence

    import can

    from bmshil.twin.inverter.behaviour import Behaviour
    from bmshil.twin.inverter.memory import Pack
    from bmshil.twin.inverter.sunny_island import Telemetry
    from bmshil.twin.world import World

_COLLECT = to_ns(2.0)  # how long it waits for more packs once the first one is complete
# What a device falls back on that starts without its batteries: 54.4 V, 0.3 C of 100 Ah, 48.0 V (article on
# communication troubleshooting).
_OWN_VALUES = Targets(cvl=54.4, dvl=48.0, charge=30.0, discharge=30.0)


class Inverter:
    """A state machine that looks at its battery once per tick.

    Without power it is off its bus; its controller acknowledges from the moment it begins to boot.

    Args:
        timeline: its time.
        world: its DC side and AC side.
        bus: its CAN controller; `on_frame` and `connected` are taken over.
        behaviour: what it does.
        ids: what it listens to.
        capacities: of the packs as entered in its menu, Ah; may be empty.
        line: its RS485 port, where it polls; give what is heard there to `hear_line`.

    Attributes:
        display: what its screen shows.
        poller: asks on the line; None for a device on CAN.
    """

    def __init__(
        self,
        timeline: Timeline,
        world: World,
        bus: InverterBus,
        *,
        behaviour: Behaviour,
        ids: WireIds,
        capacities: Sequence[float] = (),
        line: Line | None = None,
    ) -> None:
        self.display = Display()
        self._timeline = timeline
        self._world = world
        self._bus = bus
        self._rules = behaviour
        self._ears = Ears(behaviour.manners, ids, overlooked_ids(behaviour.dialect))
        self._keepalive = KeepAlive(timeline, bus, behaviour, self._tell)
        polling = behaviour.polling
        self.poller = (
            None if polling is None or line is None else Poller(timeline, line, polling, self._learn)
        )
        self._supervision = Supervision(behaviour.timeouts, behaviour.dialect.roles)
        self._aggregation = Aggregation(behaviour, capacities)
        self._ticking: Periodic | None = None
        self._state = State.OFF
        self._since = self._powered = timeline.now
        self._plugged = True
        self._orders = Orders()
        self._heard = Packs(behaviour)
        self._regulation = Regulation(behaviour)
        self._forget()

    def start(self) -> None:
        """Let it live; it boots once it has a DC voltage."""
        self._bus.on_frame = self._hear
        self._join()
        self._ticking = self._timeline.every(self._rules.tick, self._tick, phase=self._rules.tick)

    def stop(self) -> None:
        """Take it off its bus and out of time."""
        self._bus.on_frame = None
        self._fall_silent()
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None

    def plug(self, plugged: bool) -> None:
        """Put its plug in, or pull it out: that of CAN, or of RS485 where it polls."""
        self._plugged = plugged
        self._join()

    def order(self, name: str, value: int) -> None:
        """Obey a command that came over Modbus: `clear_alarms` or `force_charge`."""
        if name == "force_charge":
            self._orders.forced = bool(value)
        elif value:
            self._orders.clear(self.display.alarms)
            self.display = self.display._replace(alarms=0)

    def _join(self) -> None:
        """Be on the bus, or not, as plug and power have it."""
        connected = self._plugged and self._state != State.OFF
        if self._bus.connected != connected:
            self._bus.connected = connected
        if self.poller is not None:
            self.poller.connected = connected

    def hear_line(self, when: Nanoseconds, data: bytes) -> None:
        """Take in bytes from its RS485 port."""
        if self.poller is not None:
            self.poller.hear(when, data)

    def _hear(self, when: Nanoseconds, message: can.Message) -> None:
        """Take one frame; what is nobody's does not count as communication."""
        if self._state <= State.BOOT or message.is_remote_frame or message.is_error_frame:
            return
        owner = self._ears.owner(message, when)
        if owner is None or len(message.data) < self._rules.dlc_required:
            self._ears.hear_others(self._heard.values(), when)
            return
        number, base = owner
        self._heard[number].hear(base, message.data, when)
        self._keepalive.heard(base)

    def _learn(self, number: int, reading: Reading, when: Nanoseconds) -> None:
        self._heard[number].learn(reading, when)

    def _tick(self) -> None:
        volts = self._world.voltage
        if volts < self._rules.rating.dvl:
            if self._state != State.OFF:
                self._shut_down()
            return
        step = {
            State.OFF: self._wake,
            State.BOOT: self._boot,
            State.WAITING: self._wait,
            State.RUNNING: self._run,
            State.LOST: self._miss,
            State.RECOVERING: self._recover,
        }[self._state]
        step(self._timeline.now)

    def _enter(self, state: State) -> None:
        self._state = state
        self._since = self._timeline.now
        self.display = self.display._replace(state=state)
        self._join()

    def _enter_silence(self) -> None:
        self._orders.acknowledged = False
        self._enter(State.LOST)
        self.display = self.display._replace(packs=0, alarms=self.display.alarms | SILENCE)

    def _forget(self) -> None:
        self._heard.forget()
        self._members: list[Pack] = []
        self._guesses = False
        self._aggregation.reset()
        self._regulation.reset()
        self._ears.reset()

    def _fall_silent(self) -> None:
        self._keepalive.stop()
        if self.poller is not None:
            self.poller.stop()

    def _shut_down(self) -> None:
        self._fall_silent()
        self._forget()
        self._orders.reset()
        self._obey(None)
        self.display = Display()
        self._enter(State.OFF)

    def _wake(self, now: Nanoseconds) -> None:
        self._powered = now
        self._enter(State.BOOT)

    def _boot(self, now: Nanoseconds) -> None:
        if now - self._since >= to_ns(self._rules.boot):
            self._enter(State.WAITING)
            self._keepalive.start()
            if self.poller is not None:
                self.poller.start()

    def _wait(self, now: Nanoseconds) -> None:
        """Wait for a complete set: of every pack of a fixed number, else of one and then a little longer."""
        present = self._heard.complete(now)
        if self._ears.gives_up(now, alone=not self._heard) or not present:
            self._since = now
        elif self._heard.enough(present) and (
            self._rules.count or now - self._since >= _COLLECT or not self._rules.several
        ):
            self._members = present
            self._enter(State.RUNNING)
            self._run(now)
            return
        if self._rules.starts_alone:
            self._obey(None if self._heard else _OWN_VALUES)

    def _run(self, now: Nanoseconds) -> None:
        lost = self._supervision.lost_packs(self._members, now)
        if lost and self._rules.count:
            self._lose("pack")
            return
        silent = self._supervision.silent(self._members, now)
        if silent:
            self._lose(silent)
            return
        if lost:
            self._members = [pack for pack in self._members if pack.number not in lost]
        if len(self._members) < len(self._heard):
            back = [pack for pack in self._heard.complete(now) if pack not in self._members]
            self._members = sorted(self._members + back, key=lambda pack: pack.number)
        if self._world.unplugged:
            self._aggregation.reset()
        self._aggregation.island = self._world.island
        belief = self._aggregation.believe(self._members)
        if self._orders.follow(belief.alarms):
            belief = self._aggregation.believe(self._members, self._orders.overlooked)
        belief = self._orders.bend(belief, self._rules.rating)
        self._show(belief)
        volts, island = self._world.voltage, self._world.island
        self._obey(self._regulation.follow(belief, self._members, volts, now, island=island))

    def _lose(self, cause: str) -> None:
        self._guesses = cause in self._rules.guesses
        self._obey(self._regulation.lose(cause))
        self._enter_silence()
        if self._rules.dialect.forgets:
            self._forget_values(soc=cause != "limits")

    def _forget_values(self, *, soc: bool) -> None:
        self._heard.forget_values(soc=soc)
        if soc:
            self.display = self.display._replace(soc=0.0)

    def _guess(self) -> float:
        return guessed_soc(self._world.voltage, self._rules)

    def _miss(self, now: Nanoseconds) -> None:
        if self._guesses:
            self.display = self.display._replace(soc=self._guess())
        if (self._rules.recovers or self._orders.acknowledged) and self._heard.enough(
            self._heard.complete(now)
        ):
            self._enter(State.RECOVERING)
            self.display = self.display._replace(
                packs=len(self._heard.complete(now)), alarms=self.display.alarms & ~SILENCE
            )

    def _recover(self, now: Nanoseconds) -> None:
        present = self._heard.complete(now)
        if not self._heard.enough(present):
            self._enter_silence()
        elif now - self._since >= to_ns(self._rules.recovery_delay):
            self._members = present
            self._enter(State.RUNNING)
            self._run(now)

    def _obey(self, targets: Targets | None) -> None:
        forced = self._regulation.forced and self._state == State.RUNNING
        command(self._world, targets, export=self._rules.export, forced=forced)

    def _tell(self) -> Telemetry:
        return telemetry(self.display, self._regulation.obeyed, self._world, self._timeline.seconds)

    def _show(self, belief: Belief) -> None:
        targets = belief.targets
        complains = self._timeline.now - self._powered < self._rules.manners.complains
        self.display = Display(
            self._state,
            self._guess() if self._rules.believes.own_soc else belief.soc,
            targets.cvl,
            targets.charge,
            targets.discharge,
            belief.alarms | (SILENCE if complains else 0),
            belief.packs,
            belief.capacity,
            belief.temperature,
        )
