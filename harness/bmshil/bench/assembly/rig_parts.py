"""The parts of one opened rig: each is looked at by itself, as far as it can be opened."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from bmshil.bench.assembly.guarding import guarded, make_safeguards
from bmshil.bench.assembly.house import Ground, bench_channels, build_house, open_port
from bmshil.bench.assembly.opening import Terminals, addresses, build_bench
from bmshil.bench.assembly.serial_line import baud_of, open_line
from bmshil.bench.checks.cable import check_silence, check_termination
from bmshil.bench.checks.check import Check, Result
from bmshil.bench.checks.dc_path import NAMES
from bmshil.bench.checks.device import check_device_alive
from bmshil.bench.checks.essential import dc_path
from bmshil.bench.checks.identity import check_instrument
from bmshil.bench.equipment import by_hand, connect_by_hand, connect_one, equip
from bmshil.errors import InputError, InstrumentError, PortError, RigError
from bmshil.rig import RigLock, RigState
from bmshil.safety import Envelope, switch_off

if TYPE_CHECKING:
    from collections.abc import Collection

    from bmshil.bench.assembly.guarding import Guarding
    from bmshil.bench.equipment import Equipment
    from bmshil.bench.safeguards.standing import Safeguards
    from bmshil.ports import CanPort
    from bmshil.safety import OffReport

CABLE_PARTS = ("instruments.ohmmeter", "instruments.relays")
"""Checks without which the termination is not measured."""

LAYERS = "safety layers"

DC_PARTS = (
    LAYERS,
    "guard",
    "envelope",
    "instruments.supply",
    "instruments.sink",
    "instruments.meter",
    "instruments.relays",
)
"""Checks without which the DC path is not tried."""


class RigParts:
    """The parts of one opened rig, as far as they can be opened.

    Args:
        ground: the rig with its doors where they are, its time and its record.
        stack: takes the closing.
        checks: gets the lines.
        power: False leaves every output off.
    """

    def __init__(self, ground: Ground, stack: ExitStack, checks: list[Check], *, power: bool) -> None:
        self._ground = ground
        self._rig = ground.rig
        self._stack = stack
        self._power = power
        self._checks = checks
        self._guarding: Guarding | None = None
        self._ports: dict[str, CanPort] = {}
        self._connected: dict[str, Any] = {}

    def guard(self, lock: RigLock, twin: int | None) -> None:
        """Start the guard; without one every output stays off."""
        try:
            self._guarding = self._stack.enter_context(guarded(self._ground, lock, twin=twin))
        except RigError as error:
            self._checks.append(Check.failed("guard", str(error), "look at what the message names"))
        else:
            self._checks.append(Check.ok("guard", "its process watches"))

    def check(self) -> None:
        """Open everything, look at it, and leave everything off."""
        self._open_doors()
        if not self._rig.instruments:
            self._cable()
            return
        for role in self._rig.instruments:
            if role != "permit":  # the guard alone speaks to it
                self._connect(role)
        for role in by_hand(self._rig):
            self._call(role)
        self._cable()
        equipment = self._equipment()
        if equipment is None:
            reason = self._refused(DC_PARTS) or "supply, meter and envelope are needed for it"
            self._checks += [Check.skipped(name, reason) for name in (*NAMES, "device")]
            return
        try:
            guards = make_safeguards(
                self._ground, equipment, addresses(self._ground), self._stack, self._guarding
            )
        except InstrumentError as error:  # only a twin's permit is opened here
            where = "instruments.permit"
            self._checks.append(Check.failed(where, str(error), _remedy(str(error), where)))
            self._checks += [
                Check.skipped(name, f"{where} has to be right first") for name in (*NAMES, "device")
            ]
            return
        if self._guarding is not None:
            self._guarding.report = None
        try:
            self._dc_path(equipment, guards)
            self._device(equipment, guards)
        finally:
            report = self._off("off at the end", equipment, guards)
            if self._guarding is not None:
                self._guarding.report = report

    def _open_doors(self) -> None:
        for role in bench_channels(self._rig):
            self._open(role)
        for role in self._rig.serial:
            self._look_at_line(role)

    def _open(self, role: str) -> None:
        name = f"can.{role}"
        try:
            port = self._ports[role] = open_port(self._ground, role, self._stack)
        except PortError as error:
            self._checks.append(
                Check.failed(name, str(error), "plug it in; then look at can in the rig file")
            )
            return
        can = ", ".join(one.name.lower().replace("_", " ") for one in port.capabilities if one.name)
        self._checks.append(Check.ok(name, f"{port.interface} {port.channel}: {can or 'sends and hears'}"))

    def _look_at_line(self, role: str) -> None:
        """Open the serial line for a moment: whether it is there."""
        name, channel = f"serial.{role}", self._rig.serial[role]
        ground = self._ground
        with ExitStack() as stack:
            try:
                open_line(self._rig, ground.timeline, ground.journal, ground.serial, stack)
            except PortError as error:
                self._checks.append(
                    Check.failed(name, str(error), "plug it in; then look at serial in the rig file")
                )
                return
        self._checks.append(
            Check.ok(name, f"{channel.device}: {channel.dialect} at {baud_of(channel)} bit/s")
        )

    def _connect(self, role: str) -> None:
        where = f"instruments.{role}"
        try:
            one = connect_one(self._rig, role, self._ground.journal, addresses(self._ground), self._stack)
            found = check_instrument(self._rig, role, one)
        except InstrumentError as error:
            self._checks.append(Check.failed(where, str(error), _remedy(str(error), where)))
            return
        except InputError as error:
            self._checks.append(Check.failed(where, str(error), f"correct {where} in the rig file"))
            return
        self._connected[role] = one
        self._checks.append(found)

    def _call(self, role: str) -> None:
        """Make sure that an operator is there for what nothing else switches."""
        try:
            self._connected[role] = connect_by_hand(role, self._ground.journal)
        except InstrumentError as error:
            self._checks.append(Check.failed(f"operator {role}", str(error), "stay at the terminal"))
        else:
            self._checks.append(Check.ok(f"operator {role}", "somebody is there who switches it"))

    def _cable(self) -> None:
        ohmmeter, relays = self._connected.get("ohmmeter"), self._connected.get("relays")
        if "ohmmeter" not in self._rig.instruments:
            self._checks.append(Check.skipped("termination", "no ohmmeter between CAN-H and CAN-L"))
        elif refused := self._refused(CABLE_PARTS):
            self._checks.append(Check.skipped("termination", refused))
        elif ohmmeter is not None:
            try:
                self._checks.append(check_termination(ohmmeter, relays))
            except InstrumentError as error:
                self._checks.append(Check.failed("termination", str(error), "look at that instrument"))
        if not self._rig.can:
            self._checks.append(Check.skipped("bus", "no CAN bus"))
        elif "emulator" in self._ports:
            self._checks.append(check_silence(self._rig, self._ground.timeline, self._ports))
        else:
            self._checks.append(Check.skipped("bus", "can.emulator has to be right first"))

    def _equipment(self) -> Equipment | None:
        """What can be switched; None where there is too little of it to try anything."""
        wired = self._rig.instruments.keys() & {"relays", "sink"}
        if self._rig.envelope is None or not {"supply", "meter", *wired} <= self._connected.keys():
            return None
        return equip(self._rig, self._connected)

    def _dc_path(self, equipment: Equipment, guards: Safeguards) -> None:
        limits = self._rig.envelope
        refused = self._refused(DC_PARTS)
        if refused or limits is None:
            self._checks += [Check.skipped(name, refused) for name in NAMES]
            return
        if not self._off("off before", equipment, guards).clean:
            self._checks += [Check.skipped(name, "off before has to be right first") for name in NAMES]
            return
        try:
            guards.before_energising()
        except RigError as error:
            self._checks.append(Check.failed(LAYERS, str(error), "look at watchdog, permit relay and guard"))
            self._checks += [Check.skipped(name, f"{LAYERS} has to be right first") for name in NAMES]
            return
        if "permit" in self._rig.instruments:
            self._checks.append(Check.ok("instruments.permit", "holds as long as it is told to"))
        envelope = Envelope(limits.voltage, limits.current, limits.power)
        self._checks += dc_path(self._rig, equipment, envelope, self._ground.timeline.until).run()

    def _device(self, equipment: Equipment, guards: Safeguards) -> None:
        refused = self._refused()
        if refused:
            self._checks.append(Check.skipped("device", refused))
            return
        terminals = Terminals()
        house = build_house(self._ground, self._ports, self._stack, terminals.read)
        bench = build_bench(house, equipment, self._stack, None, guards)
        terminals.control = bench.control
        if self._guarding is not None:
            self._guarding.watch(bench)
        bench.state.move(RigState.READY)
        try:
            self._checks += check_device_alive(bench)
        except RigError as error:
            self._checks.append(Check.failed("device", str(error), "look at what the message names"))
        finally:
            bench.switch_off()

    def _off(self, name: str, equipment: Equipment, guards: Safeguards) -> OffReport:
        timeline = self._ground.timeline
        with guards.switching_off():
            report = switch_off(equipment.joined, wait=timeline.until, apart=not timeline.simulated)
            guards.after_off(report)
        self._checks.append(
            Check.ok(name, "outputs, contactors, current and voltage of the device verified")
            if report.clean
            else Check.failed(name, str(report), "assume that it is on: emergency stop first, then look")
        )
        return report

    def _refused(self, parts: Collection[str] = ()) -> str:
        """Why nothing may be switched on; empty when it may.

        Args:
            parts: checks that have to be right for it; empty for all of them.
        """
        if parts != CABLE_PARTS and not self._power:
            return "every output was to stay off"
        failed = (one.name for one in self._checks if one.result is Result.FAILED)
        first = next((name for name in failed if not parts or name in parts), "")
        return f"{first} has to be right first" if first else ""


def _remedy(error: str, where: str) -> str:
    if "expected" in error:
        return f"this address belongs to another instrument: correct {where}.resource or its expect"
    if "no reply" in error:
        return f"is it on, and is {where}.resource its address? Switch it off and on"
    return f"is it on, plugged in, and is {where}.resource its address?"
