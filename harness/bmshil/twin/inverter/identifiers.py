"""Which identifier on the wire belongs to which pack, as the menu of the device has it."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from bmshil.twin.inverter.policies import named
from bmshil.twin.inverter.read_sets import DIALECTS, ReadSet

WireIds = Mapping[tuple[int, bool], tuple[int, int]]
"""(identifier, extended) -> (pack from 1, base identifier)."""


_ADDRESSES = 16  # of packs that have messages of their own


class Scheme(NamedTuple):
    """What each further pack adds to the identifiers, whether they have 29 bits, and the first address."""

    name: str
    step: int
    extended: bool
    first: int = 0


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme("base", 0, False),
        Scheme("+0x100", 0x100, False),
        Scheme("+0x10", 0x10, False),
        Scheme("29bit", 0x100, True),
        Scheme("<<12", 0x1000, True),
        Scheme("<<12 without 29 bits", 0x1000, False),
        Scheme("+address", 1, True, 1),
        Scheme("+address0", 1, True),
    )
}
"""Source: base set by Pylontech CANBUS Protocol V1.2 2018-04-08; base + (battery << 12) with 29 bits by
Sofar; + address by Pylontech HV, from V1.18 on counted from 1; the others are claims of field articles, and
one is a mistake."""


def wire_ids(dialect: str, scheme: str, packs: int) -> WireIds:
    """Return the identifiers that a device listens to.

    Args:
        dialect: which message set.
        scheme: how packs differ; with "base" there is only one.
        packs: how many packs the menu knows.

    Raises:
        InputError: unknown dialect or scheme.
    """
    reads = named(DIALECTS, dialect, "dialect")
    _, step, extended, first = named(SCHEMES, scheme, "id_scheme")
    return {
        (base + step * (first + pack - 1), extended or (reads.extended and step == 0)): (pack, base)
        for pack in range(1, (packs if step else 1) + 1)
        for base in reads.hears
    }


def overlooked_ids(reads: ReadSet) -> Collection[tuple[int, bool]]:
    """Return the identifiers that it knows for messages of single packs, and reads nothing out of."""
    return frozenset((base + place, False) for base in reads.overlooks for place in range(_ADDRESSES))
