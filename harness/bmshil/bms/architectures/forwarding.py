"""What a hub says of its groups: the right rule, and the bad ones by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic import Member
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

Forwarding = Callable[[Sequence[Member]], Sequence[Member]]
"""From all groups that were ever heard, lost ones too, to those that the hub makes one of."""


def those_present(groups: Sequence[Member]) -> Sequence[Member]:
    """The groups that are heard: a lost one takes its capacity and its limits with it."""
    return groups


def lost_ones_too(groups: Sequence[Member]) -> Sequence[Member]:
    """Bad: a lost group counts on with what it said last, so that the others get its share of the current."""
    return [replace(one, present=True) for one in groups]


def first_alone(groups: Sequence[Member]) -> Sequence[Member]:
    """Bad: only the group on port 1 is passed on, as if there were no other."""
    return [one for one in groups if one.number == 1]


FORWARDINGS: Mapping[str, Forwarding] = {
    "all": those_present,
    "kept": lost_ones_too,
    "first": first_alone,
}
"""The rules of ``ArchitectureSettings.forwards``."""


def forwarding(name: str) -> Forwarding:
    """Return a rule by its name.

    Raises:
        InputError: nobody knows the name.
    """
    if name not in FORWARDINGS:
        near = get_close_matches(name, FORWARDINGS, 1)
        meant = f"; did you mean {near[0]}?" if near else "."
        raise InputError(f"no hub forwards {name!r}{meant} Known: {', '.join(FORWARDINGS)}")
    return FORWARDINGS[name]
