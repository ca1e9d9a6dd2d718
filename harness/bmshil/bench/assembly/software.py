"""The software stand-in of everything outside the harness, started for one rig."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.inverter import mutation
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus
from bmshil.twin.inverter import Behaviour, NoBus, RealBus, check_deviations, merged
from bmshil.twin.software_bench import SoftwareBench

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import ExitStack
    from pathlib import Path

    from bmshil.rig import Rig
    from bmshil.timeline import Timeline
    from bmshil.twin.serialbus import SerialMedium


def make_media(
    rig: Rig, timeline: Timeline, stack: ExitStack, media: dict[str, str] | None = None
) -> dict[str, str]:
    """Make the twin's CAN segments that are not there yet.

    Their names differ where another bench of this process has taken them.

    Args:
        rig: says which.
        timeline: what the frames take their time from.
        stack: takes the closing.
        media: those that are there already, by the channel of the rig file; the new ones join them.

    Returns:
        The name of each by the channel of the rig file.
    """
    media = {} if media is None else media
    for channel in rig.can.values():
        if channel.twin and channel.channel not in media:
            name = media[channel.channel] = can_medium.free_name(channel.channel)
            can_medium.create(name, timeline, channel.bitrate)
            stack.callback(can_medium.remove, name)
    return media


def start_twin(
    rig: Rig,
    timeline: Timeline,
    stack: ExitStack,
    media: Mapping[str, str],
    mutated: str | None,
    *,
    folder: Path | None = None,
    overhear: Callable[[str, int, float, bytes, bytes | None], object] | None = None,
    serial: SerialMedium | None = None,
) -> SoftwareBench:
    """Start the software stand-in of everything outside the harness.

    Its instruments on serial lines get their names in ``folder``; without one, in a folder of its own. What
    is said to its instruments is told to ``overhear``. An inverter that polls does so on ``serial``.
    """
    check_deviations(rig.profile.deviations)
    behaves = rig.profile.behaves()
    if mutated is not None:
        behaves = mutation(mutated, rig.profile).apply(behaves)
    bus = _inverter_bus(rig, timeline, media, Behaviour.read(merged(behaves)))
    stack.callback(bus.shutdown)
    relays = rig.instruments["relays"].channels if "relays" in rig.instruments else None
    software = SoftwareBench(
        timeline,
        behaves,
        bus,
        packs=len(rig.modules),
        medium=bus.medium if isinstance(bus, TwinBus) else None,
        setup={
            "capacities": [module.capacity for module in rig.modules],
            "wire": {
                "length": rig.wire.length,
                "terminators": rig.wire.terminators,
                "coupling": rig.wire.coupling,
                "seed": rig.wire.seed,
            },
            "wiring": _wiring(rig),
            "seed": rig.wire.seed,
            "latency": rig.control.latency,
            "instruments": {role: entry.driver for role, entry in rig.instruments.items() if entry.twin},
            "ratings": {
                role: msgspec.structs.asdict(entry.rating) for role, entry in rig.instruments.items()
            },
            **({"relays": relays} if relays else {}),
            **({"permit": rig.instruments["permit"].channels} if "permit" in rig.instruments else {}),
        },
        folder=folder,
        overhear=overhear,
        serial=serial,
    )
    stack.callback(software.stop)
    software.start()
    return software


def _wiring(rig: Rig) -> dict[str, float]:
    """What the rig file says of the DC side; the twin is built to it."""
    built = {} if rig.control.cable is None else {"cable": rig.control.cable}
    return built | ({"diode": rig.control.diode} if "sink" in rig.instruments else {})


def _inverter_bus(
    rig: Rig, timeline: Timeline, media: Mapping[str, str], behaviour: Behaviour
) -> TwinBus | RealBus | NoBus:
    """The CAN controller of the twin's inverter: on the twin's bus, in a selftest on a real one, or on none.

    It comes back from bus-off by itself, as an inverter should.
    """
    if behaviour.polling is not None:
        return NoBus()
    channel = rig.can.get("inverter")
    if channel is None:
        return TwinBus(
            media[rig.can["emulator"].channel],
            error_frames=False,
            auto_restart=behaviour.returns,
            listen_only=not behaviour.acknowledges,
            bitrate=behaviour.bitrate,
        )
    return RealBus(
        timeline,
        channel.interface,
        channel.channel,
        bitrate=behaviour.bitrate or channel.bitrate,
        options=channel.options,
    )
