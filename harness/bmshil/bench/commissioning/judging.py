"""What the checklist makes of the bus, its speakers and identifiers, and of what is shown and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.bus.physical import DOUBLED
from bmshil.bench.bus.termination import HIGHEST, LOWEST, reading, terminators
from bmshil.bench.checks.check import Check
from bmshil.bench.commissioning.wording import listed, named, unheard
from bmshil.journal import identifier_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bench.commissioning.speakers import Speakers

SILENT = "look at its power, its CAN plug and, where one speaks for all, that its Link Port 0 is empty"


def termination(ohms: float) -> Check:
    """Two terminators of 120 ohm, 60 +- 5 ohm."""
    found = f"{reading(ohms)}: {terminators(ohms)}"
    if LOWEST <= ohms <= HIGHEST:
        return Check.ok("termination", found)
    return Check.failed(
        "termination",
        f"{found}; it must be {LOWEST:g} to {HIGHEST:g} ohm",
        "one terminator of 120 ohm at either end of the cable, none in between: look at the terminator "
        "switch of the battery that is plugged into the inverter",
    )


def each_alone(alone: Mapping[int, Speakers | None]) -> Check:
    """Every battery is heard by itself."""
    silent = [number for number, speakers in alone.items() if speakers is None]
    if silent:
        return Check.failed("each alone", f"battery {listed(silent)} alone says nothing", SILENT)
    several = [number for number, speakers in alone.items() if speakers and len(speakers.each) > 1]
    if several:
        return Check.failed(
            "each alone",
            f"with battery {listed(several)} on, more than one speaks",
            "switch the others off: nobody else may be on the bus",
        )
    return Check.ok("each alone", f"each of the {len(alone)} batteries speaks alone")


def all_together(together: Speakers | None, alone: Mapping[int, Speakers | None], errors: int) -> Check:
    """All batteries show what each shows alone."""
    if together is None:
        return Check.failed(
            "all together",
            "no battery is heard with all of them on",
            "a cable in Link Port 0 of the master makes it a slave, and then nobody speaks; look at the CAN "
            "plug and at the bit rate",
        )
    before: set[tuple[int, bool]] = set()
    for one in alone.values():
        before |= one.identifiers if one else frozenset()
    missing = before - together.identifiers
    if missing:
        labels = ", ".join(identifier_label(*one) for one in sorted(missing))
        return Check.failed(
            "all together",
            f"{labels} heard before, and not with all of them on",
            "two batteries with one address destroy each other's frames; look at the switches",
        )
    if errors:
        return Check.failed(
            "all together",
            f"{named(together)}, and {errors} error frames",
            "one terminator at either end, one bit rate, one sender for each identifier",
        )
    return Check.ok("all together", named(together))


def identifiers(alone: Mapping[int, Speakers | None], together: Speakers | None) -> Check:
    """Nobody uses the identifiers of another at the same time."""
    if together is None:
        return unheard("identifiers")
    rates: dict[int, float] = {}
    for speakers in alone.values():
        for one in speakers.each.values() if speakers else ():
            rates[one.number] = max(one.rate, rates.get(one.number, 0.0))
    doubled = [
        one.number
        for one in together.each.values()
        if one.rate > DOUBLED * rates.get(one.number, 1 / one.period)
    ]
    if doubled and not rates:
        return Check.warning(
            "identifiers",
            f"those of battery {listed(doubled)} come more often than {together.dialect} says",
            "two batteries with one address look like this: power each alone to tell them from a fast one",
        )
    if doubled:
        return Check.failed(
            "identifiers",
            f"those of battery {listed(doubled)} have two senders: twice as many frames as one battery sends",
            "give every battery an address of its own; where one speaks for all, only the master's CAN port "
            "belongs on the bus",
        )
    heard = [speakers.identifiers for speakers in alone.values() if speakers is not None]
    shared = {
        identifier
        for place, mine in enumerate(heard)
        for others in heard[place + 1 :]
        for identifier in mine & others
    }
    if shared and len(together.each) > 1:
        labels = ", ".join(identifier_label(*one) for one in sorted(shared))
        return Check.failed(
            "identifiers", f"{labels} are used by two batteries", "give every battery an address of its own"
        )
    if shared:
        return Check.ok("identifiers", "one battery speaks for all, and no other beside it")
    return Check.ok("identifiers", f"{len(together.identifiers)} identifiers, each with one sender")


def display(packs: int, *, shown: bool) -> Check:
    """The inverter shows what the bus has."""
    if shown:
        return Check.ok("inverter display", f"all of {packs} with live values")
    return Check.failed(
        "inverter display",
        f"the inverter does not show {packs} with live values",
        "look at its battery type and protocol, then at its own terminator",
    )


def documentation(photos: int, switches: Mapping[str, str]) -> Check:
    """Switches, cables and identifiers are kept for those who come later."""
    kept = [f"{photos} photos"] if photos else []
    kept += ["switches as they stand"] if switches else []
    if kept:
        return Check.ok("documentation", " and ".join(kept))
    return Check.skipped("documentation", "no photo of the switches and cables is given: --photo FILE")
