"""How one message set becomes many: id schemes, and the check that nobody's identifiers meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bmshil.errors import IdentifierError, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.dialects.dialect import Dialect

LARGEST_STANDARD = 0x7FF
LARGEST_EXTENDED = 0x1FFF_FFFF
ADDRESSES = 16  # of packs that have messages of their own: 0x600 to 0x60F, as 0x110 to 0x11F
EXTENDED = 0x8000_0000  # bit 31 marks an extended identifier, as in DBC files


@dataclass(frozen=True, slots=True)
class IdScheme:
    """How the identifiers of a pack follow from the base set.

    Attributes:
        name: as written in rig files.
        step: what each further pack adds.
        extended: 29-bit identifiers.
        largest_bank: most packs that the scheme is meant for, or None.
        source: who claims or uses it.
        first: address of the first pack.
    """

    name: str
    step: int
    extended: bool = False
    largest_bank: int | None = None
    source: str = ""
    first: int = 0

    def identify(self, base_id: int, pack: int) -> tuple[int, bool]:
        """Return (identifier, extended) of a base message of a pack; packs are numbered from 1."""
        return base_id + self.step * (self.first + pack - 1), self.extended


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        IdScheme("base", 0, source="Pylontech CANBUS Protocol V1.2: one sender speaks for the bank"),
        IdScheme("+0x100", 0x100, source="claimed for parallel CAN: 0x351, 0x451, 0x551; no device known"),
        IdScheme("+0x10", 0x10, source="claimed as 0x350, 0x360, 0x370; no device known"),
        IdScheme("29bit", 0x100, extended=True, source="claimed for Pylontech; no device known"),
        IdScheme("<<12", 0x1000, extended=True, largest_bank=16, source="Sofar: base + (battery << 12)"),
        IdScheme("+address", 1, extended=True, largest_bank=15, source="Pylontech HV V1.18", first=1),
        IdScheme("+address0", 1, extended=True, largest_bank=15, source="Pylontech HV before V1.18"),
    )
}


def scheme_names() -> tuple[str, ...]:
    """Return the names of all id schemes."""
    return tuple(SCHEMES)


def id_scheme(name: str) -> IdScheme:
    """Return an id scheme by name.

    Raises:
        InputError: there is no such scheme.
    """
    if name not in SCHEMES:
        raise InputError(f"no id scheme {name!r}: known are {', '.join(SCHEMES)}")
    return SCHEMES[name]


@dataclass(frozen=True, slots=True)
class IdMap:
    """Who sends what: the identifiers of a bank, checked.

    Attributes:
        scheme: by which they were made.
        packs: number of packs.
        device: identifiers that the device under test sends in this dialect, each with whether it has 29
            bits.
        beside: what each pack says beside the set that speaks for the bank: identifier to (pack, base
            identifier), for every address that there can be.
    """

    scheme: IdScheme
    packs: int
    _owners: Mapping[tuple[int, bool], tuple[int, int]] = field(repr=False)
    device: frozenset[tuple[int, bool]] = frozenset()
    beside: Mapping[tuple[int, bool], tuple[int, int]] = field(default_factory=dict, repr=False)
    _wires: Mapping[tuple[int, int], tuple[int, bool]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Turn the table round, so that both ways are one look-up."""
        object.__setattr__(self, "_wires", {owner: wire for wire, owner in self._owners.items()})

    def wire(self, base_id: int, pack: int) -> tuple[int, bool]:
        """Return (identifier, extended) of a base message of a pack.

        Raises:
            IdentifierError: the bank has no such pack or the dialect no such message.
        """
        wire = self._wires.get((pack, base_id))
        if wire is None:
            raise IdentifierError(
                f"no message 0x{base_id:X} of pack {pack}: the bank has packs 1 to {self.packs} with "
                + ", ".join(f"0x{base:X}" for base in sorted({base for _, base in self._owners.values()}))
            )
        return wire

    def owner(self, id: int, extended: bool) -> tuple[int, int] | None:  # noqa: A002 - the word of the standard
        """Return (pack, base identifier) of an identifier on the wire, or None when it is nobody's."""
        return self._owners.get((id, extended)) or self.beside.get((id, extended))

    def wire_of_pack(self, base_id: int, pack: int) -> tuple[int, bool]:
        """Return (identifier, extended) of a message that each pack has beside those of the bank.

        Raises:
            IdentifierError: the dialect has no such message, or no such address.
        """
        for wire, owner in self.beside.items():
            if owner == (pack, base_id):
                return wire
        raise IdentifierError(
            f"no message 0x{base_id:X} of pack {pack} beside those of the bank: "
            f"addresses are 1 to {ADDRESSES}"
        )


def assign_ids(
    dialect: Dialect, scheme: IdScheme, packs: int, *, also_used: Mapping[int, str] | None = None
) -> IdMap:
    """Give every pack its identifiers and prove that they are nobody else's.

    Args:
        dialect: gives the base identifiers, and those of the inverter.
        scheme: how packs differ.
        packs: number of packs, from 1.
        also_used: identifiers of the device under test and what they are; bit 31 marks an extended one.
            A pack that keeps a base identifier (pack 1) uses it for what it is, and does not collide.

    Raises:
        IdentifierError: identifiers overlap or do not fit; the message names them all.
    """
    if packs < 1:
        raise IdentifierError(f"a bank has at least one pack, not {packs}")
    if scheme.largest_bank is not None and packs > scheme.largest_bank:
        raise IdentifierError(f"{scheme.name} is made for {scheme.largest_bank} packs, not for {packs}")
    owners: dict[tuple[int, bool], list[tuple[int, int]]] = {}
    for pack in range(1, packs + 1):
        for message in dialect.messages:
            id_, long = scheme.identify(message.id, pack)
            wire = id_, long or message.id in dialect.extended
            owners.setdefault(wire, []).append((pack, message.id))
    _refuse_too_long(scheme, packs, owners)
    taken = {
        (id_, id_ in dialect.extended): f"{dialect.name} from the inverter" for id_ in dialect.inverter_ids
    }
    foreign = {(key & ~EXTENDED, bool(key & EXTENDED)): what for key, what in (also_used or {}).items()}
    beside = {
        (message.id + pack - 1, False): (pack, message.id)
        for message in dialect.pack_messages
        for pack in range(1, ADDRESSES + 1)
    }
    clashes = [
        f"{_text(wire)} is a message of pack {owners[wire][0][0]} and 0x{base:X} of address {pack}"
        for wire, (pack, base) in beside.items()
        if wire in owners
    ]
    for wire, users in owners.items():
        names = [f"pack {pack} (0x{base:X})" for pack, base in users]
        if wire in taken:
            names.append(taken[wire])
        if wire in foreign and any(wire != (base, base in dialect.extended) for _, base in users):
            names.append(foreign[wire])
        if len(names) > 1:
            clashes.append(f"{_text(wire)} is {' and '.join(names)}")
    if clashes:
        raise IdentifierError(f"{scheme.name} with {packs} packs overlaps: {'; '.join(clashes)}")
    alone = {wire: users[0] for wire, users in owners.items()}
    return IdMap(scheme, packs, alone, _of_device(dialect, scheme, packs), beside)


def _of_device(dialect: Dialect, scheme: IdScheme, packs: int) -> frozenset[tuple[int, bool]]:
    """Return what the device sends: base identifiers, and those of questions to one pack for every pack."""
    addressed = {ask.id for ask in dialect.asks if ask.addressed}
    return frozenset((id_, id_ in dialect.extended) for id_ in dialect.inverter_ids - addressed) | {
        (id_, extended or base in dialect.extended)
        for base in addressed
        for pack in range(1, packs + 1)
        for id_, extended in (scheme.identify(base, pack),)
    }


def _refuse_too_long(
    scheme: IdScheme, packs: int, owners: Mapping[tuple[int, bool], list[tuple[int, int]]]
) -> None:
    beyond = {wire: users for wire, users in owners.items() if not 0 <= wire[0] <= _largest(wire)}
    if not beyond:
        return
    largest = min(map(_largest, beyond))
    first = min(pack for users in beyond.values() for pack, _ in users)
    names = ", ".join(
        f"{_text(wire)} (0x{users[0][1]:X} of pack {users[0][0]})" for wire, users in beyond.items()
    )
    bits = largest.bit_length()
    raise IdentifierError(
        f"{scheme.name} with {packs} packs leaves {bits} bits, at most {first - 1} packs fit: {names}"
    )


def _largest(wire: tuple[int, bool]) -> int:
    return LARGEST_EXTENDED if wire[1] else LARGEST_STANDARD


def _text(wire: tuple[int, bool]) -> str:
    id_, extended = wire
    return f"0x{id_:X} extended" if extended else f"0x{id_:X}"
