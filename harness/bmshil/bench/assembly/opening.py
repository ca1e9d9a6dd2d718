"""Opening a rig: for tests, or only to play its bank."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from bmshil.bench.assembly.doors import check_device, find_doors, through
from bmshil.bench.assembly.guarding import guarded, make_safeguards, switch_off_at_the_end
from bmshil.bench.assembly.house import Ground, House, Shared, open_house
from bmshil.bench.assembly.listening import listen
from bmshil.bench.assembly.twin_faults import Twin, parse_own_faults, plan_fault, with_plugs
from bmshil.bench.bench import Bench
from bmshil.bench.checks.essential import require_fit
from bmshil.bench.equipment import Equipment, connect
from bmshil.bench.fitness.levels import rig_levels
from bmshil.bench.fitness.testable import check_testable
from bmshil.bench.inventory import Parts
from bmshil.bench.safeguards.standing import Safeguards
from bmshil.bench.slow_samples import SlowSamples
from bmshil.bench.terminals.control import ControlLoop
from bmshil.bench.terminals.loop_watch import loop_watch
from bmshil.bench.terminals.plant import Plant
from bmshil.errors import InputError
from bmshil.inverter import Readback
from bmshil.judge import acceptance
from bmshil.rig import Rig, RigLock, RigState, check_ready, load, seeded
from bmshil.safety import Envelope, teardown_on_termination
from bmshil.timeline.scheduling import pinned_to_core

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


PRIVATE = frozenset({"twin", "virtual"})
"""CAN interfaces that end at this process, so that nobody can be disturbed."""


class Terminals:
    """What the nodes report as voltage: the measurement at the DUT's terminals, once there is one."""

    def __init__(self) -> None:
        self.control: ControlLoop | Plant | None = None

    def read(self) -> float:
        """Last measured voltage at the DUT's terminals, V; not a number before the first."""
        if self.control is None or not self.control.steps:
            return float("nan")
        return self.control.voltage


@contextmanager
def open_bench(
    rig: str | Path,
    *,
    profile: str | None = None,
    mutation: str | None = None,
    journal: Path | None = None,
    worker: int | None = None,
    wall: bool = False,
    allow_hazard: bool = False,
    purpose: str = "qualify",
    faults: Sequence[str] = (),
    seed: int | None = None,
    current: float | None = None,
    shared: Shared | None = None,
) -> Iterator[Bench]:
    """Open a rig for tests: everything connected, energised, and switched off at the end whatever happens.

    Args:
        rig: rig file, or its name in ``rigs/``.
        profile: profile of the device, instead of the rig file's.
        mutation: deviation of the twin's inverter; of a twin in another process, what that one was given.
        journal: folder of the journal; None keeps it in memory.
        worker: number of this process among those of one run, which chooses its core; None for a process
            of its own, which leaves that to chance, so that two runs seldom share a core.
        wall: let a twin live on wall time, as every real rig does.
        allow_hazard: stimuli that could harm a real device may be sent, with a reduced current.
        purpose: what for, for those who find the rig held or not confirmed off.
        faults: what goes wrong with a twin that this process makes, as ``parse_twin_fault`` reads it.
        seed: draws all chance on a twin that this process makes; None for that of the rig file.
        current: largest DC current, A, where it shall be less than the rig's envelope allows.
        shared: what it has in common with other rigs of a site.

    Raises:
        InputError: a mistake in the rig file, profile or mutation.
        RigError: the rig is refused as it is, an adapter or instrument is missing or refuses, the rig is
            held by another run, or not confirmed off since an earlier one, or nobody serves its twin, or as
            another device; or at the end not everything is verified off.
    """
    opened = load(rig, dut=profile)
    if seed is not None:
        opened = seeded(opened, seed)
    planned = parse_own_faults(faults, opened)
    opened, plugs = with_plugs(opened, planned)
    check_ready(opened)
    simulated = opened.inside and not wall
    check_testable(opened, mutation, simulated=simulated, drilled=purpose != "drill")
    twin = None
    if opened.served:
        doors = find_doors(opened)
        check_device(opened, doors, mutation)
        opened, twin = through(opened, doors), doors.pid
    with ExitStack() as stack:
        stack.enter_context(teardown_on_termination())
        lock = None if opened.inside else stack.enter_context(RigLock(opened.name, purpose))
        if simulated:
            stack.enter_context(pinned_to_core(os.getpid() if worker is None else worker))
        terminals = Terminals()
        house = open_house(
            opened,
            stack,
            journal,
            simulated=simulated,
            mutated=mutation,
            terminal_voltage=terminals.read,
            allow_hazard=allow_hazard,
            shared=shared,
        )
        if house.software is not None:
            for fault in planned:
                plan_fault(house.timeline, fault, Twin(house.software, plugs))
        guarding = None
        if lock is not None and house.software is None:
            guarding = stack.enter_context(guarded(house, lock, twin=twin, folder=journal))
        equipment = connect(opened, house.journal, addresses(house), stack)
        safeguards = make_safeguards(house, equipment, addresses(house), stack, guarding)
        bench = build_bench(house, equipment, stack, mutation, safeguards)
        if current is not None:
            bench.control.envelope = replace(
                bench.control.envelope, current=min(current, bench.control.envelope.current)
            )
            bench.control.watch.envelope = bench.control.envelope
        bench.lock = lock
        terminals.control = bench.control
        stack.callback(switch_off_at_the_end, bench, guarding)
        if guarding is not None:
            guarding.watch(bench)
        bench.wire.look()
        if bench.wire.trouble is None:
            safeguards.before_energising()
            require_fit(opened, equipment, bench.control.envelope, house.timeline.until)
            bench.state.move(RigState.READY)
            bench.wire.wake()
            bench.energise()
        else:
            bench.state.breaks(bench.wire.trouble)
        yield bench


@contextmanager
def open_emulator(
    rig: Rig, *, purpose: str, current: float = 0.0, allow_hazard: bool = False
) -> Iterator[House]:
    """Open a rig to play its bank on wall time. Its instruments are not touched; its nodes are not started.

    Args:
        rig: from ``load``.
        purpose: what for, for those who find the rig held.
        current: into the bank, A; on a twin its inverter makes the current.
        allow_hazard: frames that could harm a real device may be sent.

    Raises:
        RigError: the rig is refused as it is, is held by another run, or nobody serves its twin.
        PortError: an adapter is missing or refuses.
    """
    check_ready(rig)
    if rig.served:
        rig = through(rig, find_doors(rig))
    with ExitStack() as stack:
        stack.enter_context(teardown_on_termination())
        wires = [channel.interface not in PRIVATE for channel in rig.can.values()]
        wires += [not line.twin for line in rig.serial.values()]
        if any(wires):
            stack.enter_context(RigLock(rig.name, purpose))
        terminals = Terminals()
        house = open_house(
            rig,
            stack,
            None,
            simulated=False,
            mutated=None,
            terminal_voltage=terminals.read,
            allow_hazard=allow_hazard,
        )
        world = None
        if house.software is not None:
            world = house.software.world
            house.software.close_can()
        plant = terminals.control = house.timeline.call(
            lambda: Plant(house.timeline, house.packs, world, current)
        )
        stack.callback(plant.cancel)
        yield house


def addresses(ground: House | Ground) -> Mapping[str, str]:
    """Resource strings of the instruments that this process' twin plays, by role."""
    return {} if ground.software is None else ground.software.resources


def build_bench(
    house: House,
    equipment: Equipment,
    stack: ExitStack,
    mutated: str | None,
    safeguards: Safeguards | None = None,
) -> Bench:
    """Put a bench together from a house and its connected instruments; nothing is switched.

    Args:
        house: ports, bank and record.
        equipment: the instruments.
        stack: takes the closing.
        mutated: deviation of the twin's inverter.
        safeguards: told before outputs go on and after they are off.

    Raises:
        InputError: the rig has no envelope.
    """
    rig, timeline, journal = house.rig, house.timeline, house.journal
    where = rig.readback.address if rig.readback is not None else None
    if house.software is not None:
        host, port = house.software.modbus
        where = f"{host}:{port}" if rig.readback is not None else None
    if rig.envelope is None:
        raise InputError(f"{rig.path}: envelope is missing")
    envelope = Envelope(**msgspec.structs.asdict(rig.envelope))
    control = ControlLoop(
        timeline,
        journal,
        house.packs,
        supply=equipment.terminals,
        meter=equipment.meter,
        envelope=envelope,
        period=rig.control.period,
        cable=rig.control.cable,
        quality=loop_watch(rig, journal),
    )
    stack.callback(control.cancel)
    stack.callback(SlowSamples(timeline, journal, house.packs, house.bank).cancel)
    declares = rig.profile.declares
    listeners = listen(house)
    readback = None
    if where is not None and declares.readback.declared():
        readback = Readback(where, declares.readback, journal)
        stack.callback(readback.close)
    parts = Parts(
        rig=rig,
        profile=rig.profile,
        mutation=mutated,
        acceptance=acceptance(rig.acceptance),
        levels=rig_levels(rig),
        timeline=timeline,
        journal=journal,
        ports=house.ports,
        packs=house.packs,
        bank=house.bank,
        listeners=listeners,
        on_line=house.on_line,
        readback=readback,
        control=control,
        equipment=equipment,
        gate=house.gate,
        safeguards=safeguards or Safeguards(),
    )
    return Bench(parts)
