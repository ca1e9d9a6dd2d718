"""Whether the instrument that answers is one that its driver drives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bmshil.bench.checks.check import Check
from bmshil.instruments import Capability, driver

if TYPE_CHECKING:
    from bmshil.rig import Rig

ANY = "any"
"""The maker that a generic driver names."""

CLEAR = "find out what tripped it, clear it at the instrument, and check again"

_WORD = re.compile(r"[A-Za-z0-9]+")


def check_instrument(rig: Rig, role: str, instrument: Any) -> Check:  # noqa: ANN401 - of whatever role
    """Who answers, whether that is who was meant, and whether a protection has switched it off.

    Args:
        rig: names driver and expectation.
        role: of the instrument.
        instrument: connected.

    Raises:
        InstrumentError: it does not tell whether it has tripped.
    """
    entry, where = rig.instruments[role], f"instruments.{role}"
    found = driver(entry.driver, role)
    identity: str = instrument.identity
    maker: str = getattr(found, "maker", ANY)
    expected = "expect" in entry.options
    if not expected and not _fits(identity, f"{maker} {getattr(found, 'models', '')}", maker):
        return Check.failed(
            where,
            f"expected one of {maker} for {entry.driver}, but {identity!r} answered",
            f"this address belongs to another instrument: correct {where}.resource, or its driver",
        )
    tripped: str = instrument.tripped() if Capability.TRIPS in instrument.capabilities else ""
    if tripped:
        return Check.failed(where, f"has tripped: {tripped}", CLEAR)
    told = f"{identity} ({entry.driver})"
    if maker == ANY and not expected and not entry.twin and not rig.all_twin:
        return Check.warning(
            where,
            f"{told}: nobody has said whom to expect at this address",
            f"add expect to {where}.options, a part of that answer",
        )
    return Check.ok(where, told)


def _fits(identity: str, described: str, maker: str) -> bool:
    """Whether an answer has the maker's name or a model's number in it."""
    if maker == ANY:
        return True
    answer = identity.lower()
    return any(
        word.lower() in answer
        for word in _WORD.findall(described)
        if len(word) > 1 and (word in maker or any(letter.isdigit() for letter in word))
    )
