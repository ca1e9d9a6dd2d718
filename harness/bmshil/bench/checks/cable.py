"""The CAN cable and who is on it, while nothing of the bench speaks and the device has no power from it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from bmshil.bench.bus.termination import HIGHEST, LOWEST, reading, terminators
from bmshil.bench.bus.wire import BREAK, TERMINATORS
from bmshil.bench.checks.check import Check
from bmshil.bench.fitness.needs import known_capabilities
from bmshil.journal import identifier_label
from bmshil.ports import Capability

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bmshil.instruments import Ohmmeter, Relays
    from bmshil.journal import Frame
    from bmshil.ports import CanPort
    from bmshil.rig import Rig
    from bmshil.timeline import Nanoseconds, Timeline

LISTENING = 1.0
"""How long the bus is listened to at least, s."""

MANY = 6
"""Identifiers named one by one."""

Identifier = tuple[int, bool]


def check_termination(ohmmeter: Ohmmeter, relays: Relays | None) -> Check:
    """Measure between CAN-H and CAN-L with everything off, and name the terminator that is missing.

    Raises:
        InstrumentError: meter or relays refuse.
    """
    switched = [role for role in TERMINATORS if relays is not None and role in relays.roles]
    for role in (*switched, BREAK):
        if relays is not None and role in relays.roles:
            relays.close(role)
    ohms = ohmmeter.resistance()
    if LOWEST <= ohms <= HIGHEST:
        return Check.ok("termination", f"{reading(ohms)}: {terminators(ohms)}")
    cause = f"{reading(ohms)}: {terminators(ohms)}; it must be {LOWEST:g} to {HIGHEST:g} ohm"
    dead = [] if relays is None or len(switched) < len(TERMINATORS) else _dead(ohmmeter, relays)
    if dead:
        cause += f"; nothing is behind {' and '.join(dead)}"
    return Check.failed("termination", cause, "one terminator of 120 ohm at either end of the cable")


def _dead(ohmmeter: Ohmmeter, relays: Relays) -> list[str]:
    """The relays that join nothing: each terminator is measured against both."""
    both = ohmmeter.resistance()
    found = []
    for role in TERMINATORS:
        relays.open(role)
        if ohmmeter.resistance() < 1.2 * both:
            found.append(role)
        relays.close(role)
    return found


def check_silence(rig: Rig, timeline: Timeline, ports: Mapping[str, CanPort]) -> Check:
    """Listen for a while: nothing but the device may speak, and it only with power of its own."""
    identifiers: Counter[Identifier] = Counter()
    ears = ports.get("witness") or ports["emulator"]
    subscription = partial(_count, identifiers)
    before = {role: port.health.error_frames for role, port in ports.items()}
    ears.subscribe(subscription)
    keepalive = rig.profile.declares.keepalive
    seconds = max(LISTENING, 1.2 * keepalive.period)
    timeline.run(seconds)
    errors = sum(port.health.error_frames - before[role] for role, port in ports.items())
    bank = {
        rig.ids.wire(message.id, number)
        for message in rig.dialect.messages
        for number in range(1, rig.ids.packs + 1)
    }
    others = identifiers.keys() & bank
    strange = identifiers.keys() - bank - _of_device(rig)
    if others:
        return Check.failed(
            "bus",
            f"{_named(others)} although the bank of this bench is silent: another battery is on the bus",
            "disconnect it: two batteries with one identifier destroy each other's frames",
        )
    if errors:
        return Check.failed(
            "bus",
            f"{errors} error frames in {seconds:g} s although the bank is silent",
            "look for another bit rate, and at cable and terminators",
        )
    if strange:
        return Check.warning(
            "bus", f"{_named(strange)} in {seconds:g} s: nobody of this rig", "find out who speaks there"
        )
    if identifiers:
        return Check.ok("bus", f"the device speaks ({_named(identifiers)}): it has power of its own")
    deaf = "" if Capability.ERROR_FRAMES in _hears(rig, ears) else "; no adapter here reports error frames"
    return Check.ok("bus", f"silent for {seconds:g} s, as it should be without power{deaf}")


def _hears(rig: Rig, ears: CanPort) -> Capability:
    return known_capabilities(rig, ears.name)


def _of_device(rig: Rig) -> set[Identifier]:
    keepalive = rig.profile.declares.keepalive
    return {*rig.ids.device, (keepalive.id, keepalive.extended)}


def _named(identifiers: Collection[Identifier]) -> str:
    names = [identifier_label(*one) for one in sorted(identifiers)]
    more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
    return f"heard {', '.join(names[:MANY])}{more}"


def _count(counter: Counter[Identifier], _when: Nanoseconds, frame: Frame) -> None:
    counter[frame.id, frame.extended] += 1
