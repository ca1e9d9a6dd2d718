"""Drivers by the name that a rig file gives them."""

from __future__ import annotations

import importlib
from typing import Any, Literal, overload

from bmshil.errors import InputError
from bmshil.instruments.roles import Instrument, Load, Meter, Ohmmeter, Relays, Supply
from bmshil.instruments.scpi_load import ScpiLoad
from bmshil.instruments.scpi_meter import ScpiMeter
from bmshil.instruments.scpi_ohmmeter import ScpiOhmmeter
from bmshil.instruments.scpi_relays import ScpiRelays
from bmshil.instruments.scpi_supply import ScpiSupply

DRIVERS: dict[str, type[Any]] = {
    "scpi-supply": ScpiSupply,
    "scpi-load": ScpiLoad,
    "scpi-meter": ScpiMeter,
    "scpi-relays": ScpiRelays,
    "scpi-ohmmeter": ScpiOhmmeter,
}

ROLES: dict[str, type[Any]] = {
    "supply": Supply,
    "load": Load,
    "meter": Meter,
    "relays": Relays,
    "ohmmeter": Ohmmeter,
}


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
def driver(name: str, role: str) -> type[Instrument]: ...


def driver(name: str, role: str) -> type[Any]:
    """The class behind a driver's name.

    Args:
        name: one of ``DRIVERS``, or ``module:Class`` for a lab's own.
        role: what it is to be: "supply", "load", "meter", "relays" or "ohmmeter".

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
    return found


def _own(name: str) -> type[Any]:
    module, _, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(f"driver {name!r} cannot be imported: {error}") from error
    if not isinstance(found, type):
        raise InputError(f"driver {name!r} is not a class")
    return found


def _members(protocol: type[Any]) -> set[str]:
    return {
        member
        for layer in (protocol, Instrument)
        for member in (*vars(layer), *layer.__annotations__)
        if not member.startswith("_")
    }
