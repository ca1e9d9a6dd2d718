"""How a bank is arranged: who speaks for it, with what arithmetic, and what happens when that one is silent.

A rig file writes these keys under ``architecture`` and ``bank.packs.*.switches``.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]

ALONE = frozenset({"single", "master", "lone_master", "collector", "hub", "gated", "polled"})
"""Architectures in which one speaks for all, under the base identifiers."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mapping of settings: unknown keys are refused."""


KINDS_OF_ARCHITECTURE = ("parallel", "single", "master", "lone_master", "collector", "hub", "gated", "polled")
"""See :class:`ArchitectureSettings`."""

Pack = Annotated[int, msgspec.Meta(ge=1)]


class Link(Part, frozen=True):
    """The RS485 link between the packs of a group, on a bus of its own.

    No maker publishes these times. The defaults follow captures: a US2000 needs up to 0.18 s for a full reply
    at 115200 bit/s, the master of a JK bank leaves 0.12 to 0.18 s between two polls.

    Attributes:
        baud: bit/s.
        interval: from one poll of the master to the next, s.
        timeout: silence after which the master counts a pack as lost, s.
    """

    baud: Annotated[int, msgspec.Meta(gt=0)] = 115_200
    interval: Positive = 0.15
    timeout: Positive = 10.0


class Failover(Part, frozen=True):
    """What happens when the master falls silent. No vendor documents it: these are the rig's own values.

    Attributes:
        mode: none, the bank stays silent; lowest, the lowest address that is left takes over by itself;
            manual, somebody makes another pack the master.
        gap: silence on the bus until the new master speaks, s.
        returning: what the old master does when it comes back: yield to the new one, or speak beside it.
    """

    mode: Literal["none", "lowest", "manual"] = "none"
    gap: Positive = 10.0
    returning: Literal["yields", "speaks"] = "yields"


class ArchitectureSettings(Part, frozen=True):
    """Who speaks for the bank.

    Attributes:
        kind: parallel, every pack for itself; single, one pack; master, one pack with the values of all over
            a link; lone_master, one pack with its own values for all; collector, packs behind a device that
            chooses or combines; hub, groups with a master each behind a hub; gated, silent until the inverter
            speaks; polled, the inverter asks each pack on one RS485 bus.
        master: number of the pack that speaks for the bank.
        arithmetic: how its values become one; a name of ``bms.arithmetic``.
        groups: hub: packs in each group, from pack 1 on.
        forwards: hub: what it says of its groups; all, of those that it hears; and two that harm batteries:
            kept, lost ones too with what they said last; first, of group 1 alone.
        link: between the packs of a group.
        failover: when the master falls silent.
        capacity: lone_master: what the installer has entered for the bank, Ah; None for the right sum.
        chooses: collector: which rule it follows; a name of ``bms.architectures.collector``.
        gate: gated: what opens it; a name of ``bms.architectures.gated``.
        patience: gated: silence of the inverter after which the bank falls silent again, s; None for never.
    """

    kind: Literal["parallel", "single", "master", "lone_master", "collector", "hub", "gated", "polled"]
    master: Pack = 1
    arithmetic: str = "pylontech"
    groups: tuple[Pack, ...] = ()
    forwards: Literal["all", "kept", "first"] = "all"
    link: Link = Link()
    failover: Failover = Failover()
    capacity: Positive | None = None
    chooses: str = "lowest_instance"
    gate: str = "any"
    patience: Positive | None = None


class Switches(Part, frozen=True):
    """How the switches of one pack stand, and what is plugged into it.

    Attributes:
        dip: its switches from 1 on as digits, 1 for on: "0000"; None for what its place asks for.
        link_port_0: whether a cable is in the port that leads to the pack before; None for as it should be.
        can_port: whether its CAN port is on the bus of the inverter; None for as it should be.
    """

    dip: Annotated[str, msgspec.Meta(pattern=r"^[01]{1,8}$")] | None = None
    link_port_0: bool | None = None
    can_port: bool | None = None
