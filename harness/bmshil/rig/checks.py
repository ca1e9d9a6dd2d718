"""What can be wrong with a rig file although every key is known and every value has its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects import serial_names
from bmshil.instruments import PERMIT, RELAY_ROLES
from bmshil.inverter import did_you_mean
from bmshil.rig.architecture_checks import check_architecture
from bmshil.rig.layout import present
from bmshil.rig.preflight import is_adapter

if TYPE_CHECKING:
    from bmshil.inverter import Document
    from bmshil.rig.channels import Channel
    from bmshil.rig.equipment import InstrumentEntry, Source
    from bmshil.rig.layout import RigFile

SAFE_VOLTAGE = 60.0
"""Above this DC voltage real outputs are refused altogether, V."""


def check(document: Document, file: RigFile) -> None:
    """Refuse a rig that could not work or must not run.

    Raises:
        InputError: with file, line and key.
    """
    check_architecture(document, file)
    _check_placement(document, file)
    _check_can(document, file)
    _check_serial(document, file)
    _check_relays(document, file)
    _check_ohmmeter(document, file)
    _check_power(document, file)
    if file.envelope is None and present(file.instruments):
        raise document.error(
            "a rig with instruments needs an envelope: voltage, current and power", "instruments"
        )
    if file.envelope and file.envelope.voltage > SAFE_VOLTAGE and file.placement == "real":
        raise document.error(f"real outputs above {SAFE_VOLTAGE:g} V DC are refused", "envelope", "voltage")


def twin_parts(file: RigFile) -> dict[tuple[str, ...], bool]:
    """Every part that is either twin or real, by its keys; True for twin."""
    parts: dict[tuple[str, ...], bool] = {}
    channels: dict[str, Channel] = present(file.can)
    instruments: dict[str, InstrumentEntry] = present(file.instruments)
    for role, channel in channels.items():
        parts["can", role, "interface"] = channel.twin
    for role, instrument in instruments.items():
        parts["instruments", role, "resource"] = instrument.twin
    if file.serial.emulator is not None:
        parts["serial", "emulator", "device"] = file.serial.emulator.twin
    if file.readback is not None:
        parts["readback", "address"] = file.readback.twin
    return parts


def _check_placement(document: Document, file: RigFile) -> None:
    parts = twin_parts(file)
    twins = [keys for keys, twin in parts.items() if twin]
    reals = [keys for keys, twin in parts.items() if not twin]
    if file.selftest:
        outputs = [keys for keys in reals if keys[0] == "instruments"]
        if outputs:
            raise document.error(
                "with selftest every instrument must be a twin: no real output may be on", *outputs[0]
            )
    elif twins and reals:
        raise document.error(
            f"real, but {'.'.join(twins[0])} is a twin: a rig is all twin or has none", *reals[0]
        )
    if file.placement != "real" and reals:
        raise document.error(
            f"real, but the rig has placement: {file.placement}, which means all twin", *reals[0]
        )
    if file.placement == "real" and not reals:
        raise document.error("every part is a twin: write placement: inside", "placement")
    _check_inverter(document, file)


def _check_inverter(document: Document, file: RigFile) -> None:
    """The adapter of the twin's inverter belongs to a selftest on a real bus, and to nothing else."""
    inverter, emulator = file.can.inverter, file.can.emulator
    if inverter is None:
        if file.selftest and emulator is not None and not emulator.twin:
            raise document.error(
                "a selftest on a real bus needs can.inverter: the adapter by which the twin's inverter "
                "stands on that bus",
                "can",
            )
        return
    place = ("can", "inverter", "interface")
    if not file.selftest:
        raise document.error(
            "only a selftest has a software inverter on a real bus: write selftest: true, "
            "or take can.inverter out",
            *place,
        )
    if inverter.twin or (emulator is not None and emulator.twin):
        raise document.error(
            "twin, but a selftest joins software to a real bus: can.emulator and can.inverter name real "
            "adapters on one bus",
            *(place if inverter.twin else ("can", "emulator", "interface")),
        )


def _check_can(document: Document, file: RigFile) -> None:
    channels: dict[str, Channel] = present(file.can)
    emulator = file.can.emulator
    if emulator is None:
        if channels or file.serial.emulator is None:
            raise document.error(
                "nobody plays the batteries: write can.emulator, or serial.emulator without any can",
                *(["can"] if channels else []),
            )
        return
    if emulator.listen_only:
        raise document.error("the emulator has to send", "can", "emulator", "listen_only")
    for role, channel in channels.items():
        if channel.bitrate != emulator.bitrate and role == "witness":
            raise document.error(
                f"{channel.bitrate} bit/s, but the emulator has {emulator.bitrate}",
                "can",
                role,
                "bitrate",
            )
    taken: dict[tuple[str, str], str] = {}
    for role, channel in channels.items():
        if not is_adapter(channel):
            continue  # whoever opens software is a node of its own
        place = (channel.interface, channel.channel)
        if place in taken:
            raise document.error(
                f"{' '.join(place)} is can.{taken[place]} already: every role needs an adapter of its own",
                "can",
                role,
                "channel",
            )
        taken[place] = role


def _check_serial(document: Document, file: RigFile) -> None:
    line = file.serial.emulator
    if line is not None and line.dialect not in serial_names():
        hint = did_you_mean(line.dialect, serial_names())
        raise document.error(
            f"no serial dialect is called {line.dialect!r}{hint}", "serial", "emulator", "dialect"
        )


def _check_relays(document: Document, file: RigFile) -> None:
    instruments: dict[str, InstrumentEntry] = present(file.instruments)
    for role, instrument in instruments.items():
        own = ":" in instrument.driver  # a lab's own class may need no channels
        if role == PERMIT and not own and [*instrument.channels] != [PERMIT]:
            raise document.error(
                "the permit has a board of its own: write channels: {permit: <its channel>}",
                "instruments",
                role,
            )
        if instrument.channels and role not in {"relays", PERMIT}:
            raise document.error("only relays and the permit have channels", "instruments", role, "channels")
    relays = file.instruments.relays
    if relays is None:
        return
    taken: dict[int, str] = {}
    for name, channel in relays.channels.items():
        place = ("instruments", "relays", "channels", name)
        if name not in RELAY_ROLES:
            raise document.error(f"unknown relay role{did_you_mean(name, RELAY_ROLES)}", *place)
        if channel in taken:
            raise document.error(f"channel {channel} is {taken[channel]} already", *place)
        taken[channel] = name


def _check_ohmmeter(document: Document, file: RigFile) -> None:
    """One multimeter cannot be at the DC terminals and between the CAN lines at once."""
    ohmmeter = file.instruments.ohmmeter
    others: dict[str, InstrumentEntry] = present(file.instruments)
    for role, other in others.items():
        if ohmmeter is None or ohmmeter.twin or role == "ohmmeter":
            continue
        if other.resource == ohmmeter.resource:
            raise document.error(
                f"{ohmmeter.resource} is the {role} already: the CAN lines need a meter of their own",
                "instruments",
                "ohmmeter",
                "resource",
            )


def _check_power(document: Document, file: RigFile) -> None:
    sources: dict[str, Source] = present(file.power)
    relays = file.instruments.relays
    for name, source in sources.items():
        if source.by == "relays" and (relays is None or name not in relays.channels):
            raise document.error(
                f"no relay has the role {name}: add instruments.relays.channels.{name}", "power", name, "by"
            )
        if source.by == "load" and file.instruments.load is None:
            raise document.error("the rig has no load: add instruments.load", "power", name, "by")
        if source.by == "instrument" and getattr(file.instruments, name, None) is None:
            wanted = "by: load" if name == "ac_load" else f"instruments.{name}"
            raise document.error(f"no instrument has this role: add {wanted}", "power", name, "by")
    for name in ("ac_grid", "pv"):
        by = sources[name].by if name in sources else "nothing"
        if getattr(file.instruments, name) is not None and by != "instrument":
            raise document.error(
                f"switched by {by} as power.{name} has it: write power.{name}.by: instrument",
                "instruments",
                name,
            )
