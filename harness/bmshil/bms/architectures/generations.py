"""Which pack ought to be the master where types are mixed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bmshil.battery import Pack


def unfit_master(master: Pack, others: Iterable[Pack]) -> Iterator[str]:
    """Yield a line for every pack that ought to be the master rather than the one that is.

    The generation of a Pylontech module is the number in its name: US5000 came after US3000C. Types without
    such a number are compared by capacity.

    Source: US3000C manual ("always use the latest production unit as master"); field article on wiring
    Pylontech modules in parallel ("the newest or highest-capacity module should always be the master").
    """
    ours = _generation(master.module.name)
    for pack in others:
        theirs = _generation(pack.module.name)
        if ours and theirs:
            if theirs > ours:
                yield (
                    f"pack {pack.number} ({pack.module.name}) is newer than the master, pack {master.number} "
                    f"({master.module.name}): make the newest module the master"
                )
        elif pack.capacity > master.capacity:
            yield (
                f"pack {pack.number} ({pack.capacity:g} Ah) is larger than the master, pack {master.number} "
                f"({master.capacity:g} Ah): make the largest module the master"
            )


def _generation(name: str) -> int | None:
    found = re.match(r"us(\d{4})", name.lower())
    return int(found[1]) if found else None
