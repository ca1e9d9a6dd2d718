"""Who speaks on a bus: dialect, id scheme and batteries, from the identifiers that were heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.dialects import dialect, dialect_names, id_scheme, scheme_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bmshil.bench.commissioning.ear import Heard, Identifier
    from bmshil.dialects import Dialect, IdScheme, PartialReport

MOST_PACKS = 16
"""Batteries that are looked for under each scheme."""

MISSING = 0.5
"""What a message that a battery should send and does not costs a guess, where one that fits counts 1."""

WIRED = ("voltage", "current", "temperature", "soc", "ccl", "dcl", "cvl")
"""Fields that may change while a battery lives."""


@dataclass(frozen=True)
class Speaker:
    """One battery as it is heard.

    Attributes:
        number: by the identifiers, from 1 on.
        report: what it said last.
        changing: names of the fields that had more than one value.
        rate: how often its most frequent message came, 1/s.
        period: of that message by its dialect, s.
    """

    number: int
    report: PartialReport
    changing: frozenset[str]
    rate: float
    period: float


@dataclass(frozen=True)
class Speakers:
    """All batteries that were heard.

    Attributes:
        dialect: what they speak.
        scheme: how their identifiers differ.
        each: by number.
        identifiers: all that belong to them.
    """

    dialect: str
    scheme: str
    each: Mapping[int, Speaker]
    identifiers: frozenset[Identifier]


def understand(
    heard: Mapping[Identifier, Heard], seconds: float, *, speaks: str | None = None, scheme: str | None = None
) -> Speakers | None:
    """Find out who speaks.

    Args:
        heard: messages by identifier.
        seconds: for how long was listened.
        speaks: name of the dialect, where it is known; else the one that fits best.
        scheme: name of the id scheme, likewise.

    Returns:
        The batteries; None when nobody was heard whose dialect is known.

    Raises:
        InputError: an unknown dialect or scheme.
    """
    best: tuple[float, Dialect, IdScheme] | None = None
    for one in [speaks] if speaks else dialect_names():
        for other in [scheme] if scheme else scheme_names():
            tried = dialect(one), id_scheme(other)
            fits = _fits(heard, *tried)
            if fits > 0 and (best is None or fits > best[0]):
                best = (fits, *tried)
    if best is None:
        return None
    _, language, ids = best
    found = {}
    used: set[Identifier] = set()
    for number, wires in _packs(heard, language, ids):
        used |= wires.keys()
        found[number] = _speaker(
            number, {base: heard[wire] for wire, base in wires.items()}, seconds, language
        )
    return Speakers(language.name, ids.name, found, frozenset(used))


def check_known(speaks: str | None, scheme: str | None) -> None:
    """Refuse names that nobody knows.

    Raises:
        InputError: with those that there are.
    """
    if speaks is not None:
        dialect(speaks)
    if scheme is not None:
        id_scheme(scheme)


def _packs(
    heard: Iterable[Identifier], language: Dialect, ids: IdScheme
) -> Iterable[tuple[int, dict[Identifier, int]]]:
    """Batteries under a scheme: number, and base identifier of each identifier that was heard."""
    present = set(heard)
    seen: set[Identifier] = set()
    for number in range(1, (MOST_PACKS if ids.step else 1) + 1):
        wires = {ids.identify(message.id, number): message.id for message in language.messages}
        mine = {wire: base for wire, base in wires.items() if wire in present and wire not in seen}
        if any(base == language.messages[0].id for base in mine.values()):
            seen |= mine.keys()
            yield number, mine


def _fits(heard: Iterable[Identifier], language: Dialect, ids: IdScheme) -> float:
    found = list(_packs(heard, language, ids))
    explained = sum(len(mine) for _, mine in found)
    return explained - MISSING * (len(found) * len(language.messages) - explained)


def _speaker(number: int, heard: Mapping[int, Heard], seconds: float, language: Dialect) -> Speaker:
    changing = set()
    for base, one in heard.items():
        values = [language.read({base: data}) for data in one.values]
        changing |= {name for name in WIRED if len({value.get(name) for value in values}) > 1}
    first = language.messages[0]
    return Speaker(
        number,
        language.read({base: one.last for base, one in heard.items()}),
        frozenset(changing),
        heard[first.id].count / seconds,
        first.period,
    )
