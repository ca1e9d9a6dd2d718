"""Which identifier on the wire belongs to which pack, as the menu of the device has it."""

from collections.abc import Mapping

from bmshil.errors import InputError
from bmshil.twin.inverter.frames import DIALECTS

WireIds = Mapping[tuple[int, bool], tuple[int, int]]
"""(identifier, extended) -> (pack from 1, base identifier)."""

_SCHEMES = {
    "base": (0, False),
    "+0x100": (0x100, False),
    "+0x10": (0x10, False),
    "29bit": (0x100, True),
    "<<12": (0x1000, True),
}


def wire_ids(dialect: str, scheme: str, packs: int) -> WireIds:
    """Return the identifiers that a device listens to.

    Args:
        dialect: which message set.
        scheme: what each further pack adds to the identifiers.
        packs: how many packs it listens to; with "base" there is only one.

    Raises:
        InputError: unknown dialect or scheme.

    Source: base set by Pylontech CANBUS Protocol V1.2 2018-04-08; base + (battery << 12) with 29 bits by
    Sofar; the others are claims of field articles.
    """
    if scheme not in _SCHEMES:
        raise InputError(f"no id scheme {scheme!r} in the twin's inverter: take one of {', '.join(_SCHEMES)}")
    if dialect not in DIALECTS:
        raise InputError(f"no dialect {dialect!r} in the twin's inverter: take one of {', '.join(DIALECTS)}")
    step, extended = _SCHEMES[scheme]
    return {
        (base + step * (pack - 1), extended): (pack, base)
        for pack in range(1, (packs if step else 1) + 1)
        for base in DIALECTS[dialect].messages
    }
