"""The parts that every use of a rig has: timeline, journal, ports, bank, and the twin where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.battery import Bank
from bmshil.bench.assembly.bank_on_line import BankOnLine
from bmshil.bench.assembly.deaf_witness import DeafWitness
from bmshil.bench.assembly.serial_line import make_serial_medium, open_line
from bmshil.bench.assembly.software import make_media, start_twin
from bmshil.bms import Absolute, Fleet, StimulusGate
from bmshil.bms.sender import Nowhere
from bmshil.journal import Journal
from bmshil.ports import CanPort
from bmshil.rig import node_settings
from bmshil.timeline import SimulatedTimeline, Timeline, WallTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import ExitStack
    from pathlib import Path

    from bmshil.bms.multidrop import Multidrop
    from bmshil.rig import Rig
    from bmshil.twin.serialbus import SerialMedium
    from bmshil.twin.software_bench import SoftwareBench


@dataclass(frozen=True)
class Shared:
    """What the rigs of one site have in common.

    Attributes:
        timeline: of all of them; whoever made it closes it.
        media: names of the CAN segments that exist already, by the channel of the rig files. A rig adds its
            own.
    """

    timeline: Timeline
    media: dict[str, str]


@dataclass(frozen=True)
class Ground:
    """What a house stands on: time, record, and the software of a twin.

    Attributes:
        rig: the rig file.
        timeline: the one timeline.
        journal: the one record.
        media: name of each of the twin's CAN segments, by the channel of the rig file.
        software: the twin of the device and its surroundings, or None where they are elsewhere.
        serial: the twin's serial line; None where there is none.
    """

    rig: Rig
    timeline: Timeline
    journal: Journal
    media: Mapping[str, str]
    software: SoftwareBench | None
    serial: SerialMedium | None = None


@dataclass(frozen=True)
class House:
    """The parts that every use of a rig has, with or without instruments.

    Attributes:
        rig: the rig file.
        timeline: the one timeline.
        journal: the one record.
        ports: CAN ports by role.
        packs: physics of the bank.
        bank: nodes of the bank.
        software: the twin of the device and its surroundings, or None where they are elsewhere.
        gate: what every frame to a real device passes; None before a twin, which nothing can harm.
        line: the RS485 line on which the bank answers; None where the rig has none.
        on_line: who answers there.
    """

    rig: Rig
    timeline: Timeline
    journal: Journal
    ports: Mapping[str, CanPort]
    packs: Bank
    bank: Fleet
    software: SoftwareBench | None
    gate: StimulusGate | None
    line: Multidrop | None = None
    on_line: BankOnLine | None = None

    @property
    def ears(self) -> CanPort | None:
        """Where timing is decided on CAN: the witness, or the emulator without one; None without a bus."""
        return self.ports.get("witness") or self.ports.get("emulator")


def open_house(
    rig: Rig,
    stack: ExitStack,
    folder: Path | None,
    *,
    simulated: bool,
    mutated: str | None,
    terminal_voltage: Callable[[], float] | None,
    allow_hazard: bool = False,
    shared: Shared | None = None,
) -> House:
    """Open everything but the instruments; ``stack`` closes it again.

    Args:
        rig: from ``load``.
        stack: takes the closing.
        folder: of the journal; None keeps it in memory.
        simulated: whether waiting takes no real time.
        mutated: deviation of the twin's inverter.
        terminal_voltage: gives what the nodes report as voltage, V.
        allow_hazard: frames that could harm a real device may be sent.
        shared: what it has in common with other rigs of a site.

    Raises:
        PortError: an adapter is missing or refuses.
        InputError: the deviation does not fit the profile.
    """
    ground = open_ground(rig, stack, folder, simulated=simulated, mutated=mutated, shared=shared)
    ports = {role: open_port(ground, role, stack) for role in bench_channels(rig)}
    return build_house(ground, ports, stack, terminal_voltage, allow_hazard=allow_hazard)


def open_ground(
    rig: Rig,
    stack: ExitStack,
    folder: Path | None,
    *,
    simulated: bool,
    mutated: str | None,
    shared: Shared | None = None,
) -> Ground:
    """Begin time and record, and start the twin where this process makes it; arguments as `open_house`.

    Raises:
        InputError: the deviation does not fit the profile.
    """
    timeline: Timeline
    if shared is None:
        timeline = SimulatedTimeline() if simulated else WallTimeline()
        stack.callback(timeline.close)
        media: dict[str, str] = {}
    else:
        timeline, media = shared.timeline, shared.media
    journal = Journal(timeline, folder)
    stack.callback(journal.close)
    make_media(rig, timeline, stack, media)
    serial = make_serial_medium(rig, timeline, stack)
    here = media or "inverter" in rig.can or (rig.over_rs485 and serial is not None)
    software = start_twin(rig, timeline, stack, media, mutated, serial=serial) if here else None
    return Ground(rig, timeline, journal, media, software, serial)


def bench_channels(rig: Rig) -> list[str]:
    """Roles of the CAN channels that the bench opens: all but the device's own, in a selftest."""
    return [role for role in rig.can if role != "inverter"]


def open_port(ground: Ground, role: str, stack: ExitStack) -> CanPort:
    """Open the CAN channel of one role; ``stack`` closes it again.

    Raises:
        PortError: its adapter is missing or refuses.
    """
    channel = ground.rig.can[role]
    port = CanPort(
        ground.timeline,
        ground.journal,
        role=role,
        interface=channel.interface,
        channel=ground.media[channel.channel] if channel.twin else channel.channel,
        bitrate=channel.bitrate,
        listen_only=channel.listen_only,
        options=channel.options,
        capabilities=channel.capabilities,
        period=_period(ground.rig),
    )
    port.open()
    stack.callback(port.close)
    return port


def build_house(
    ground: Ground,
    ports: Mapping[str, CanPort],
    stack: ExitStack,
    terminal_voltage: Callable[[], float] | None,
    *,
    allow_hazard: bool = False,
) -> House:
    """Put the bank on the open ports; ``terminal_voltage`` and ``allow_hazard`` as in `open_house`."""
    rig, timeline, journal = ground.rig, ground.timeline, ground.journal
    if "witness" in ports:
        DeafWitness(
            timeline, journal, emulator=ports["emulator"], witness=ports["witness"], period=_period(rig)
        )
    line = open_line(rig, timeline, journal, ground.serial, stack)
    packs = Bank(rig.modules, soc=rig.bank.soc, temperature=rig.bank.temperature)
    bank = Fleet(
        packs,
        dialect=rig.dialect,
        ids=rig.ids,
        sender=ports.get("emulator") or Nowhere(),
        timeline=timeline,
        journal=journal,
        settings=node_settings(rig),
        terminal_voltage=terminal_voltage,
        architecture=rig.architecture,
        switches=[pack.switches for pack in rig.bank.packs],
        addressing=rig.bank.addressing,
    )
    stack.callback(bank.stop)
    keepalive = rig.profile.declares.keepalive
    bank.architecture.device = rig.ids.device | {(keepalive.id, keepalive.extended)}
    if "emulator" in ports:
        ports["emulator"].subscribe(bank.architecture.hear)
        if rig.dialect.asks:
            ports["emulator"].subscribe(bank.hear)
    gate = None if rig.twin_device else _guarded(ground, ports, allow_hazard=allow_hazard)
    on_line = None
    if line is not None:
        on_line = BankOnLine(rig, bank, timeline, line)
        on_line.gate = gate
        bank.addressing.follow_line(line.baud, lambda baud: timeline.call(lambda: line.retune(baud)))
    return House(rig, timeline, journal, ports, packs, bank, ground.software, gate, line, on_line)


def _guarded(ground: Ground, ports: Mapping[str, CanPort], *, allow_hazard: bool) -> StimulusGate:
    """Put one gate before every port that may send to a real device."""
    rating = ground.rig.profile.declares.rating
    gate = StimulusGate(
        ground.rig.dialect,
        ground.rig.ids,
        Absolute(rating.voltage, rating.charge_current, rating.discharge_current),
        ground.journal,
        allowed=allow_hazard,
    )
    for port in ports.values():
        port.admits = gate.admits
    return gate


def _period(rig: Rig) -> float:
    """The shortest period of the bank's messages, s."""
    return min(message.period for message in rig.dialect.messages)
