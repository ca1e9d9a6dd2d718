"""Drivers by the name that a rig file gives them."""

from __future__ import annotations

import importlib
from typing import Any, Literal, overload

from bmshil.errors import InputError
from bmshil.instruments.loads import LOADS
from bmshil.instruments.manual import MANUAL
from bmshil.instruments.meters import METERS
from bmshil.instruments.roles import (
    MEMBERS,
    Capability,
    Instrument,
    Load,
    Meter,
    Ohmmeter,
    Permit,
    PowerSource,
    Relays,
    Supply,
)
from bmshil.instruments.sources import SOURCES
from bmshil.instruments.supplies import SUPPLIES
from bmshil.instruments.switches import SWITCHES

DRIVERS: dict[str, type[Any]] = {**SUPPLIES, **LOADS, **METERS, **SWITCHES, **SOURCES, **MANUAL}

ROLES: dict[str, type[Any]] = {
    "supply": Supply,
    "load": Load,
    "meter": Meter,
    "relays": Relays,
    "ohmmeter": Ohmmeter,
    "sink": Load,
    "permit": Permit,
    "ac_grid": PowerSource,
    "pv": PowerSource,
}

NEEDED = {"load": Capability.POWER, "sink": Capability.MODES}
"""Capabilities without which a driver cannot take a role."""


@overload
def driver(name: str, role: Literal["supply"]) -> type[Supply]: ...
@overload
def driver(name: str, role: Literal["load"]) -> type[Load]: ...
@overload
def driver(name: str, role: Literal["meter"]) -> type[Meter]: ...
@overload
def driver(name: str, role: Literal["relays"]) -> type[Relays]: ...
@overload
def driver(name: str, role: Literal["ohmmeter"]) -> type[Ohmmeter]: ...
@overload
def driver(name: str, role: Literal["sink"]) -> type[Load]: ...
@overload
def driver(name: str, role: Literal["permit"]) -> type[Permit]: ...
@overload
def driver(name: str, role: str) -> type[Instrument]: ...


def driver(name: str, role: str) -> type[Any]:
    """The class behind a driver's name.

    Args:
        name: one of ``DRIVERS``, or ``module:Class`` for a lab's own.
        role: what it is to be: one of ``ROLES``.

    Raises:
        InputError: an unknown role or driver, or a class that does not do what the role needs.
    """
    if role not in ROLES:
        raise InputError(f"unknown instrument role {role!r}; known: {', '.join(ROLES)}")
    found = _own(name) if ":" in name else DRIVERS.get(name)
    if found is None:
        raise InputError(f"{role}: unknown driver {name!r}; known: {', '.join(DRIVERS)}, or module:Class")
    missing = sorted(member for member in _members(ROLES[role]) if not hasattr(found, member))
    if missing:
        raise InputError(f"driver {name!r} cannot be a {role}: it has no {', '.join(missing)}")
    has: Capability = found.capabilities
    lacking = NEEDED.get(role, Capability.NONE) & ~has
    if lacking:
        raise InputError(f"driver {name!r} cannot be a {role}: it lacks {_words(lacking)}")
    promised = (member for one in has for member in MEMBERS.get(one, ()) if not hasattr(found, member))
    if (broken := next(promised, None)) is not None:
        raise InputError(f"driver {name!r} promises what it does not have: {broken}")
    return found


def roles_of(name: str) -> tuple[str, ...]:
    """The roles that a driver can take, in the order of ``ROLES``.

    Args:
        name: one of ``DRIVERS``, or ``module:Class`` for a lab's own.

    Raises:
        InputError: an unknown driver, or a class that can take no role; the message says why.
    """
    roles: list[str] = []
    refused = ""
    for role in ROLES:
        try:
            driver(name, role)
        except InputError as error:
            refused = refused or str(error)
        else:
            roles.append(role)
    if not roles:
        raise InputError(refused)
    return tuple(roles)


def _own(name: str) -> type[Any]:
    module, _, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(f"driver {name!r} cannot be imported: {error}") from error
    if not isinstance(found, type):
        raise InputError(f"driver {name!r} is not a class")
    return found


def _words(capabilities: Capability) -> str:
    return ", ".join((one.name or "").lower() for one in capabilities)


def _members(protocol: type[Any]) -> set[str]:
    return {
        member
        for layer in (protocol, Instrument)
        for member in (*vars(layer), *layer.__annotations__)
        if not member.startswith("_")
    }
