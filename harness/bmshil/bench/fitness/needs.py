"""Which needs of a requirement rig and device meet, and the reason where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.terminals.power import provides
from bmshil.instruments import Capability as InstrumentCapability
from bmshil.instruments import driver
from bmshil.inverter import Reaction
from bmshil.ports.adapters import adapter_for
from bmshil.ports.capability import Capability, corrected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.bench.bench import Bench
    from bmshil.rig import Rig

ADAPTER_NEEDS = {
    "echo": (Capability.ECHO, "confirms what it has sent"),
    "errors": (Capability.ERROR_FRAMES, "reports error frames"),
    "flushes": (Capability.FLUSH, "takes back what it has not sent"),
    "listens": (Capability.LISTEN_ONLY, "can be told to listen only"),
}
"""Needs of the form ``kind:role``: what the adapter of the role must be able to do."""

ALARM_PAIRS = 0x35A
"""The message in which each alarm has two bits."""


def unmet(bench: Bench, needs: Iterable[str]) -> str | None:
    """The reason why a requirement must be skipped; None when all its needs are met."""
    return foreseen(bench.rig, needs, allow_hazard=bench.hazard.allowed)


def foreseen(rig: Rig, needs: Iterable[str], *, allow_hazard: bool = False) -> str | None:
    """The same, told from the rig file before anything is opened."""
    for need in needs:
        reason = _hazard(rig, allow_hazard) if need == "hazard" else _reason(rig, need)
        if reason is not None:
            return reason
    return None


def _hazard(rig: Rig, allowed: bool) -> str | None:
    if allowed or rig.twin_device:
        return None
    return "not allowed: it could harm a real device; --allow-hazard allows it, with a reduced current"


def _reason(rig: Rig, need: str) -> str | None:
    kind, _, role = need.partition(":")
    if kind == "architecture":
        return (
            None
            if rig.architecture.kind == role
            else f"not observable: the architecture of the bank is not '{role}'"
        )
    if kind == "dialect":
        return _dialect(rig, role)
    if role and kind in ADAPTER_NEEDS:
        return _adapter(rig, role, kind)
    met, reason = (_of_device(rig) | _of_rig(rig))[need]
    return None if met else reason


def _of_device(rig: Rig) -> dict[str, tuple[bool, str]]:
    """What the device declares, and the reason where it does not."""
    declares = rig.profile.declares
    several = declares.batteries == "several"
    return {
        "several": (
            several,
            "not declared: the device declares one battery; a parallel bank on it is unsafe",
        ),
        "one": (not several, "not declared: the device declares several batteries"),
        "dynamic": (
            several and declares.module_count == "dynamic",
            "not declared: the device does not declare a dynamic number of batteries",
        ),
        "fixed": (
            several and declares.module_count == "fixed",
            "not declared: the device does not declare a fixed number of batteries",
        ),
        "declares:voltage_soc": (
            declares.reaction("all") == Reaction.VOLTAGE_SOC and declares.timeouts.all is not None,
            "not declared: a device that goes on by voltage",
        ),
        "declares:fallback": (
            declares.fallback is not None,
            "not declared: a device that goes on by voltage",
        ),
        "declares:force_charge": (
            declares.force_charge.on_request,
            "not declared: the device charges from the grid when the battery asks for it",
        ),
    }


def _of_rig(rig: Rig) -> dict[str, tuple[bool, str]]:
    """What the rig has, and the reason where it has not."""
    declares = rig.profile.declares
    registers = declares.readback.declared() if rig.readback is not None else {}
    relays = rig.instruments["relays"].channels if "relays" in rig.instruments else {}
    return {
        "dc": (True, ""),
        "can": (bool(rig.can), "not observable: no CAN bus"),
        "rs485": (rig.over_rs485, "not observable: the device does not ask over RS485"),
        "charge": (
            provides(rig.power, "charge") and takes_current(rig),
            "not observable: the rig declares nothing to charge from (ac_grid, pv)"
            if takes_current(rig)
            else "not observable: the supply takes no current, so that the bank can only be discharged; add "
            "instruments.sink, a load in constant current behind a diode",
        ),
        "discharge": (
            provides(rig.power, "discharge"),
            "not observable: the rig declares nothing to feed (ac_load)",
        ),
        "packs:3": (len(rig.modules) == 3, "not observable: the rig's bank has not three packs"),
        "packs:5": (len(rig.modules) == 5, "not observable: the rig's bank has not five packs"),
        "peers": (
            rig.architecture.kind in ("parallel", "polled") or len(rig.modules) == 1,
            "not observable: one speaks for the bank, so that the device sees a single battery",
        ),
        "free_running": (
            rig.dialect.roles.get("limits") not in rig.dialect.answers,
            f"not observable: in {rig.dialect.name} batteries say only what the device asks for",
        ),
        "readback:soc": ("soc" in registers, "not observable: no read-back of the device's SOC"),
        "readback:alarm": ("alarm" in registers, "not observable: no read-back of the device's alarms"),
        "readback:writes": (
            rig.readback is not None and bool(declares.readback.writes.commands()),
            "not observable: the profile names no register that takes commands",
        ),
        "relays": ("dc_main" in relays, "not observable: no relay in the DC path"),
        "can_break": ("can_break" in relays, "not observable: no relay can_break in the CAN cable"),
        "can_term": (
            {"can_term_a", "can_term_b"} <= relays.keys(),
            "not observable: no relays can_term_a and can_term_b for the terminators",
        ),
        "disturber": ("disturber" in rig.can, "not observable: the rig has no can.disturber"),
        "lone_dut": (
            _others_listen(rig),
            "not observable: another adapter than the emulator acknowledges too; let it only listen",
        ),
        "ohmmeter": (
            "ohmmeter" in rig.instruments,
            "not observable: no instruments.ohmmeter between CAN-H and CAN-L",
        ),
    }


def _dialect(rig: Rig, what: str) -> str | None:
    """What the bank's message set carries: a message with a role, pairs of bits, or a field of the report."""
    spoken = rig.dialect
    if what == "on_grid":
        return None if what in spoken.roles else "not declared: the message set has one pair of limits"
    if what == "alarm_pairs":
        if any(message.id == ALARM_PAIRS for message in spoken.messages):
            return None
        return "not observable: the alarms of the dialect have one bit each"
    empty = {message.id: bytes(message.length) for message in spoken.messages}
    if what in spoken.read(empty):
        return None
    return f"not observable: the dialect carries no {what.replace('_', ' ')}"


def _adapter(rig: Rig, role: str, kind: str) -> str | None:
    capability, does = ADAPTER_NEEDS[kind]
    if role not in rig.can:
        return f"not observable: the rig has no can.{role}"
    if capability not in known_capabilities(rig, role):
        which = rig.interface(role)
        return f"not observable: can.{role} is no adapter that {does} ({which}, as far as bmshil knows)"
    return None


def takes_current(rig: Rig) -> bool:
    """Whether what plays the bank's terminals can be charged."""
    supply = rig.instruments.get("supply")
    return (
        supply is None
        or "sink" in rig.instruments
        or InstrumentCapability.SINK in driver(supply.driver, "supply").capabilities
    )


def known_capabilities(rig: Rig, role: str) -> Capability:
    """What the adapter of a role can do, as far as it is known before it is opened."""
    channel = rig.can[role]
    known = adapter_for(rig.interface(role), channel.channel, channel.options).capabilities
    return corrected(known, channel.capabilities, f"{rig.path}: can.{role}")


def _others_listen(rig: Rig) -> bool:
    """Whether every adapter of the bench but the emulator only listens, or can be told to."""
    return all(
        channel.listen_only
        or (role == "disturber" and Capability.LISTEN_ONLY in known_capabilities(rig, role))
        for role, channel in rig.can.items()
        if role not in ("emulator", "inverter")
    )
