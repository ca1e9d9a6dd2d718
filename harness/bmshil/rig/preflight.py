"""What is refused before anything is opened although the rig file has no mistake in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.addressing import check_switches
from bmshil.errors import RigError
from bmshil.rig.channels import Channel
from bmshil.rig.part import TWIN
from bmshil.rig.traffic import planned_traffic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.rig.rig_file import Rig
    from bmshil.rig.serial import SerialChannel

BUSY = 0.3
"""Planned bus load above which a rig is warned about: what a device sends besides, and every repetition after
an error, has to find room too."""

SOFTWARE = frozenset({TWIN, "virtual"})
"""CAN interfaces without an adapter behind them."""

VIRTUAL_CAN = "vcan"
"""Channels of SocketCAN that begin so end in the kernel."""

WAIVER = 'waiver: "who allows it, when and why"'


def percent(share: float) -> str:
    """A share of 1 as people read it."""
    return f"{100 * share:.3g} %"


def is_adapter(channel: Channel | SerialChannel) -> bool:
    """Whether there is an adapter behind a channel, and so a wire that leaves the computer."""
    if not isinstance(channel, Channel):
        return not channel.twin
    return channel.interface not in SOFTWARE and not (
        channel.interface == "socketcan" and channel.channel.startswith(VIRTUAL_CAN)
    )


def check_ready(rig: Rig) -> None:
    """Refuse a rig that must not be used as it is; call it before anything is opened.

    Raises:
        InputError: the staggered sets of the bank do not fit into one period.
        RigError: too much traffic, or an adapter that nobody has called isolated and nobody has allowed.
    """
    for refusal in refusals(rig):
        raise RigError(refusal)


def refusals(rig: Rig) -> tuple[str, ...]:
    """Why the rig is refused, a line each with what to do; empty when it is not.

    Raises:
        InputError: the staggered sets of the bank do not fit into one period.
    """
    return tuple(
        f"{rig.path}: {what}" for what in (_overload(rig), *_isolation(rig).values()) if what is not None
    )


def warnings(rig: Rig) -> tuple[str, ...]:
    """What is allowed and yet worth a thought, a line each.

    Raises:
        InputError: the staggered sets of the bank do not fit into one period.
    """
    load = planned_traffic(rig).load
    found = []
    if BUSY < load <= rig.wire.most_load:
        told = "frames wait for each other, and errors delay them further"
        found.append(f"the planned bus load is {percent(load)}: above {percent(BUSY)} {told}")
    switches = [pack.switches for pack in rig.bank.packs]
    line = rig.serial.get("emulator")
    return (
        *found,
        *check_switches(
            rig.architecture, switches, scheme=rig.bank.addressing, baud=line.baud if line else None
        ),
    )


def waivers(rig: Rig) -> tuple[str, ...]:
    """What somebody has allowed on this rig, a sentence each; belongs into the evidence."""
    return tuple(
        f"adapter {where.removeprefix('can.')} is not "
        f"{'declared as ' if channel.isolated is None else ''}isolated; waived: {_waived(channel)}"
        for where, channel in _adapters(rig)
        if is_adapter(channel) and not channel.isolated and _waived(channel)
    )


def _overload(rig: Rig) -> str | None:
    traffic = planned_traffic(rig)
    if traffic.load <= rig.wire.most_load:
        return None
    return (
        f"the planned bus load is {percent(traffic.load)} of {traffic.bitrate} bit/s, the limit is "
        f"{percent(rig.wire.most_load)}: take fewer packs or a higher bit rate, or raise wire.most_load"
    )


def _isolation(rig: Rig) -> dict[str, str | None]:
    if rig.selftest:  # the device is software on this very computer: there is nothing to isolate it from
        return {}
    return {where: _not_isolated(where, channel) for where, channel in _adapters(rig)}


def _adapters(rig: Rig) -> Iterator[tuple[str, Channel | SerialChannel]]:
    """Every channel with the key under which the rig file has it."""
    yield from ((f"can.{role}", channel) for role, channel in rig.can.items())
    yield from ((f"serial.{role}", channel) for role, channel in rig.serial.items())


def _not_isolated(where: str, channel: Channel | SerialChannel) -> str | None:
    """Why an adapter is refused; None when it is not.

    Without isolation the computer's earth and the minus of the battery become one wire, and a fault in the
    power stage finds its way through the USB port.
    """
    if not is_adapter(channel) or channel.isolated or _waived(channel):
        return None
    which = f"{channel.interface} {channel.channel}" if isinstance(channel, Channel) else channel.device
    if channel.isolated is None:
        return (
            f"{where}: is {which} galvanically isolated? Look at its data sheet and add "
            f"`isolated: true` to this line, or `isolated: false, {WAIVER}`"
        )
    return (
        f"{where}: {which} is not galvanically isolated, so a fault of the inverter reaches this "
        f"computer: take an isolated adapter, or add `{WAIVER}` to this line"
    )


def _waived(channel: Channel | SerialChannel) -> str:
    return (channel.waiver or "").strip()
