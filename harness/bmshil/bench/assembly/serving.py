"""Serving the twin of a rig to other processes, on wall time, through the doors that hardware has."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.battery import Bank
from bmshil.bench.assembly.doors import FILE, Doors, now, own_folder, publish, served
from bmshil.bench.assembly.exchange_log import ExchangeLog
from bmshil.bench.assembly.serial_line import make_serial_medium, plug_in_serial
from bmshil.bench.assembly.software import make_media, start_twin
from bmshil.bench.assembly.twin_faults import Twin, TwinFault, plan_fault
from bmshil.bench.terminals.plant import Plant
from bmshil.errors import InputError, RigError
from bmshil.inverter import mutation as known_mutation
from bmshil.rig import RigLock
from bmshil.safety import teardown_on_termination
from bmshil.timeline import WallTimeline
from bmshil.twin.adapters import SlcanAdapter
from bmshil.twin.canbus import medium as can_medium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bmshil.rig import Rig
    from bmshil.twin.software_bench import SoftwareBench


@dataclass(frozen=True)
class Served:
    """A twin that is being served.

    Attributes:
        timeline: its wall time.
        doors: where it can be reached.
        adapters: the CAN adapters by role.
        software: the twin itself, for those who look whether something is on.
    """

    timeline: WallTimeline
    doors: Doors
    adapters: Mapping[str, SlcanAdapter]
    software: SoftwareBench


def check_servable(rig: Rig, mutated: str | None) -> None:
    """Refuse what cannot be served, before anything is opened.

    Raises:
        InputError: a part of the rig is real, or the mutation is none of this device's.
    """
    if not rig.all_twin:
        raise InputError(
            f"{rig.path}: only a rig that is all twin can be served, and this one has real parts"
        )
    if mutated is not None:
        known_mutation(mutated, rig.profile).apply(rig.profile.behaves())


@contextmanager
def serve_twin(
    rig: Rig,
    *,
    mutation: str | None = None,
    faults: Sequence[TwinFault] = (),
    battery: bool = False,
    tell: Callable[[str], object] = lambda _text: None,
    log: Path | None = None,
) -> Iterator[Served]:
    """Start the twin of a rig with every adapter plugged in, and publish its doors.

    Args:
        rig: from ``load``; all twin, of whatever placement.
        mutation: deviation of the device.
        faults: what goes wrong with it, counted from now.
        battery: play the bank at the device's DC terminals, for those who speak on the bus and switch no
            instrument. Not for tests: there the supply does it.
        tell: is told what goes wrong, on the timeline.
        log: file for what is said to the instruments; see :class:`ExchangeLog`.

    Raises:
        InputError: the rig or the mutation cannot be served.
        RigError: the rig is served already, or its doors cannot be made.
    """
    check_servable(rig, mutation)
    with ExitStack() as stack:
        stack.enter_context(teardown_on_termination())
        other = served(rig.name)
        if other is not None:
            raise RigError(
                f"rig {rig.name} is served already by process {other.pid} (since {other.since}): "
                "stop that one, or give this rig another name"
            )
        # "+" is in no name of a rig: whoever opens the rig holds the lock without it.
        stack.enter_context(RigLock(f"{rig.name}+twin", "twin"))
        folder = stack.enter_context(own_folder(rig.name))
        timeline = WallTimeline()
        stack.callback(timeline.close)
        media = make_media(rig, timeline, stack)
        serial = make_serial_medium(rig, timeline, stack)
        overhear = None if log is None else stack.enter_context(ExchangeLog(log)).write
        software = start_twin(
            rig, timeline, stack, media, mutation, folder=folder, overhear=overhear, serial=serial
        )
        adapters = _plug_in(rig, timeline, media, folder, stack)
        if battery:
            software.close_can()
            packs = Bank(rig.modules, soc=rig.bank.soc, temperature=rig.bank.temperature)
            plant = timeline.call(lambda: Plant(timeline, packs, software.world))
            stack.callback(plant.cancel)
        host, port = software.modbus
        doors = Doors(
            rig=rig.name,
            pid=os.getpid(),
            since=now(),
            profile=rig.profile.name,
            mutation=mutation,
            packs=len(rig.modules),
            can={role: str(adapter.link) for role, adapter in adapters.items()},
            instruments={role: software.resources[role] for role in rig.instruments},
            readback=None if rig.readback is None else f"{host}:{port}",
            serial=plug_in_serial(rig, serial, folder, stack),
        )
        publish(doors)
        stack.callback((folder / FILE).unlink, missing_ok=True)  # before the doors themselves close
        for fault in faults:
            plan_fault(timeline, fault, Twin(software, adapters), tell)
        yield Served(timeline, doors, adapters, software)


def _plug_in(
    rig: Rig, timeline: WallTimeline, media: Mapping[str, str], folder: Path, stack: ExitStack
) -> dict[str, SlcanAdapter]:
    adapters: dict[str, SlcanAdapter] = {}
    for role, channel in rig.can.items():
        adapter = SlcanAdapter(can_medium.medium(media[channel.channel]), folder / role, timeline=timeline)
        adapter.start()
        stack.callback(adapter.stop)
        adapters[role] = adapter
    return adapters
