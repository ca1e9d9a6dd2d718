"""The bench made of software: world, CAN cable, inverter, instruments, read-back, behind real doors."""

import itertools
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bmshil.timeline import Nanoseconds, Timeline
from bmshil.twin.canbus.medium import Medium
from bmshil.twin.canbus.wiring import SWITCHED, Wiring
from bmshil.twin.commands import Commands
from bmshil.twin.doors import SerialDoor, TcpDoor
from bmshil.twin.instruments import Contacts, Place, Player, Ratings, player
from bmshil.twin.inverter import Behaviour, Inverter, InverterBus, WireIds, merged, wire_ids
from bmshil.twin.modbus import ModbusSession, RegisterMap
from bmshil.twin.overheard import Overheard
from bmshil.twin.serialbus import SerialMedium, SerialStation
from bmshil.twin.server import Conversation, Server
from bmshil.twin.setup import Setup
from bmshil.twin.world import AC_ROLES, DC_ROLES, Rating, World

PERMIT = "permit"
"""What the energise-to-run relay is called on its board."""


class SoftwareBench:
    """Everything outside the harness but the CAN segment.

    Args:
        timeline: its time.
        behaves: what the inverter does: a profile with its deviations and mutations laid over it.
        bus: the CAN controller of the inverter, opened by the owner, who also shuts it down.
        medium: the segment whose cable it lays; None where the inverter stands on a real bus.
        packs: how many packs the menu of the inverter is set to.
        setup: keys of `Setup`.
        ids: what the inverter listens to, when it is not what its `id_scheme` says.
        folder: where the instruments on serial lines get their names, which are their roles; None for a
            folder of its own, until it stops.
        serial: the line on which the inverter polls, where it does.
        overhear: is told what is said to the instruments: role, number of the conversation, then as `Hear`.

    Attributes:
        world: the electrical world, for tests of the twin itself.
        inverter: the device under test, likewise.
        wiring: the CAN cable, likewise.
        instruments: by role; for switching their faults.
        resources: VISA resource names of the instruments, by role.
        relays: role -> channel.
        contacts: what the boards "relays" and "permit" move, for their faults.

    Raises:
        InputError: something in `behaves` or `setup` means nothing to the twin.
    """

    def __init__(
        self,
        timeline: Timeline,
        behaves: Mapping[str, Any],
        bus: InverterBus,
        *,
        packs: int,
        medium: Medium | None = None,
        setup: Mapping[str, Any] | None = None,
        ids: WireIds | None = None,
        folder: Path | None = None,
        overhear: Callable[[str, int, float, bytes, bytes | None], object] | None = None,
        serial: SerialMedium | None = None,
    ) -> None:
        rules = Behaviour.read(merged(behaves))
        built = Setup.read(setup or {})
        rating = Rating(rules.rating.dvl, rules.rating.cvl, rules.power, rules.ramp)
        self._timeline = timeline
        self._overhear = overhear
        self._conversations = itertools.count(1)
        self.world = World(timeline, built.wiring, rating)
        self.world.bandwidth = rules.bandwidth
        self.world.latency = built.latency
        self.world.offer(
            grid=rules.power if built.grid_power is None else built.grid_power,
            pv=rules.power if built.pv_power is None else built.pv_power,
        )
        line = None
        if serial is not None and rules.polling is not None:
            line = SerialStation(serial, self._hear_line, baud=rules.polling.baud)
        self.inverter = Inverter(
            timeline,
            self.world,
            bus,
            behaviour=rules,
            ids=ids or wire_ids(rules.dialect_name, rules.id_scheme, packs if rules.several else 1),
            capacities=built.capacities,
            line=line,
        )
        self.relays = dict(built.relays)
        # What no relay can open is wired through.
        for role in ("ac_load", "dc_main"):
            if role not in self.relays and not (role == "dc_main" and PERMIT in built.permit):
                self.world.switch_relay(role, True)
        wire = built.wire
        self.wiring = Wiring(
            medium,
            length=wire.length,
            terminators=wire.fixed(len(self.relays.keys() & set(SWITCHED))),
            coupling=wire.coupling,
            seed=wire.seed,
            current=lambda: self.world.current,
        )
        self._can: dict[str, Callable[[bool], object]] = {
            **{role: partial(self.wiring.switch, role) for role in SWITCHED},
            "can_break": self.inverter.plug,
        }
        if "can_break" in self.relays:
            self.inverter.plug(False)
        self.contacts = {
            board: Contacts(timeline, {channel: role for role, channel in wired.items()}, moved)
            for board, wired, moved in (
                ("relays", self.relays, self._switch),
                ("permit", built.permit, self._allow),
            )
        }
        if "dc_main" in self.relays and PERMIT in built.permit:
            self.contacts["relays"].interlock("dc_main", partial(self.contacts["permit"].closed, PERMIT))
        self.instruments: dict[str, Player] = {
            role: player(
                model,
                Place(
                    timeline=timeline,
                    world=self.world,
                    role=role,
                    rating=built.ratings.get(role, Ratings()),
                    contacts=self.contacts["permit" if role == "permit" else "relays"],
                    wiring=self.wiring,
                    live=lambda: bus.connected,
                    seed=built.seed,
                ),
            )
            for role, model in built.instruments.items()
        }
        readback = behaves.get("readback") or {}
        registers = RegisterMap(readback, self._believes)
        commands = Commands(
            readback.get("writes") or {}, code=rules.access_code, everybody=rules.writes_open, act=self._order
        )
        self._server = Server()
        self._closing = ExitStack()
        if folder is None and any(one.serial for one in self.instruments.values()):
            folder = Path(self._closing.enter_context(TemporaryDirectory(prefix="bmshil-")))
        self.resources = {role: self._door(role, one, folder) for role, one in self.instruments.items()}
        self._modbus = TcpDoor(self._server, lambda: ModbusSession(registers, commands.connect()))

    @property
    def timeline(self) -> Timeline:
        """What everything here lives on."""
        return self._timeline

    @property
    def modbus(self) -> tuple[str, int]:
        """Host and port of the read-back of the inverter."""
        return "127.0.0.1", self._modbus.port

    def start(self) -> None:
        """Let the instruments answer and the inverter live."""
        self._server.start()
        self.inverter.start()

    def close_can(self) -> None:
        """Close the contacts of the CAN cable by hand, where nobody drives the relay board."""
        for role in self.relays:
            if role in self._can:
                self.contacts["relays"].press(role, True)

    def stop(self) -> None:
        """Close all doors. May be called again."""
        self.inverter.stop()
        self._server.stop()
        self._closing.close()

    def _hear_line(self, when: Nanoseconds, data: bytes) -> None:
        self.inverter.hear_line(when, data)

    def _door(self, role: str, one: Player, folder: Path | None) -> str:
        """Make the door of an instrument; return its VISA resource name."""
        converse = partial(self._converse, role, one)
        if one.serial and folder is not None:
            return SerialDoor(self._server, folder / role, converse, one.faults).resource
        return TcpDoor(self._server, converse, one.faults).resource

    def _converse(self, role: str, one: Player) -> Conversation:
        if self._overhear is None:
            return one.converse()
        return Overheard(one.converse(), partial(self._overhear, role, next(self._conversations)))

    def _switch(self, role: str, closed: bool) -> None:
        """Move a contact; called on the server's thread."""
        if role in DC_ROLES or role in AC_ROLES:
            self.world.switch_relay(role, closed)
        elif role in self._can and self._timeline.simulated:
            self._can[role](closed)  # the world stands still during an exchange
        elif role in self._can:
            self._timeline.post(partial(self._can[role], closed))

    def _allow(self, _role: str, closed: bool) -> None:
        """Move the contact that stands in the coil circuit of the main contactor."""
        if "dc_main" in self.relays:
            self.contacts["relays"].settle("dc_main")
        else:
            self._switch("dc_main", closed)

    def _order(self, name: str, value: int) -> None:
        """Tell the inverter; called on the server's thread."""
        order = partial(self.inverter.order, name, value)
        if self._timeline.simulated:
            order()
        else:
            self._timeline.post(order)

    def _believes(self) -> dict[str, float]:
        """What the inverter shows; called on the server's thread."""
        shown = self.inverter.display
        return {
            "cvl": shown.cvl,
            "ccl": shown.ccl,
            "dcl": shown.dcl,
            "soc": shown.soc,
            "capacity": shown.capacity,
            "alarm": float(shown.alarms),
            "packs": float(shown.packs),
            "voltage": self.world.voltage,
            "current": self.world.current,
            "temperature": shown.temperature,
            "state": float(shown.state),
        }
