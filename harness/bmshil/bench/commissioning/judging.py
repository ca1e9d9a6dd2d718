"""What each step of the checklist makes of what was heard or read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.bus.physical import DOUBLED
from bmshil.bench.bus.termination import HIGHEST, LOWEST, reading, terminators
from bmshil.bench.checks.check import Check
from bmshil.bench.commissioning.terms import ACT, MATCHED, NEAR_FULL, NOTICED, TOLERANCE, WARMER
from bmshil.journal import identifier_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bench.commissioning.speakers import Speakers
    from bmshil.bench.commissioning.terms import Terms

SILENT = "look at its power, its CAN plug and, where one speaks for all, that its Link Port 0 is empty"


def unheard(step: str) -> Check:
    """Nothing can be said where nobody is heard."""
    return Check.skipped(step, "no battery is heard")


def named(speakers: Speakers) -> str:
    """Who was heard, in words: "3 batteries in pylontech-lv-1.2 (+0x100)"."""
    count = len(speakers.each)
    return f"{count} {'speaker' if count == 1 else 'speakers'} in {speakers.dialect} ({speakers.scheme})"


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
        return Check.failed("each alone", f"battery {_list(silent)} alone says nothing", SILENT)
    several = [number for number, speakers in alone.items() if speakers and len(speakers.each) > 1]
    if several:
        return Check.failed(
            "each alone",
            f"with battery {_list(several)} on, more than one speaks",
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
            f"those of battery {_list(doubled)} come more often than {together.dialect} says",
            "two batteries with one address look like this: power each alone to tell them from a fast one",
        )
    if doubled:
        return Check.failed(
            "identifiers",
            f"those of battery {_list(doubled)} have two senders: twice as many frames as one battery sends",
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


def module_count(together: Speakers | None, packs: int | None) -> Check:
    """As many batteries are told as there are."""
    if together is None:
        return unheard("module count")
    told = sum(one.report.get("modules", 1) for one in together.each.values())
    if packs is None:
        return Check.skipped(
            "module count", f"{told} are told; how many there are is not known: give --packs"
        )
    if packs > len(together.each) and not any("modules" in one.report for one in together.each.values()):
        return Check.skipped("module count", f"{together.dialect} does not tell how many there are")
    if told != packs:
        return Check.failed(
            "module count",
            f"{told} of {packs} batteries are told",
            "look at the link cables from the master on: those behind a break are missing; then at addresses",
        )
    return Check.ok("module count", f"{told} of {packs}")


def charge_current(
    together: Speakers | None,
    packs: int | None,
    terms: Terms,
    alone: Mapping[int, Speakers | None],
) -> Check:
    """The charge current limit is packs x per-pack value, as long as nobody tapers because it is full."""
    if together is None:
        return unheard("charge current")
    reports = [one.report for one in together.each.values()]
    told = sum(report.get("ccl", 0.0) for report in reports)
    fullest = max((report.get("soc", 0.0) for report in reports), default=0.0)
    if fullest >= NEAR_FULL:
        return Check.skipped(
            "charge current",
            f"not applicable: at {fullest:.0%} SOC packs take less than their full current; look below "
            f"{NEAR_FULL:.0%} ({told:g} A now)",
        )
    expected = None if packs is None else terms.charge_current(packs)
    if expected is None and alone and all(alone.values()):
        each = [one for speakers in alone.values() if speakers for one in speakers.each.values()]
        expected = sum(one.report.get("ccl", 0.0) for one in each)
    if expected is None or packs is None:
        return Check.skipped(
            "charge current", f"{told:g} A; what one battery takes is not known: give --module or --per-pack"
        )
    if abs(told - expected) <= TOLERANCE * expected:
        return Check.ok("charge current", f"{told:g} A for {packs} batteries")
    like = round(told / (expected / packs)) if expected else 0
    hint = f", as much as {like} of them take" if 0 < like < packs else ""
    return Check.failed(
        "charge current",
        f"{told:g} A, and {packs} batteries take {expected:g} A{hint}",
        "look at link cables and addresses; cold or hot batteries take less, too",
    )


def soc_spread(alone: Mapping[int, Speakers | None], together: Speakers | None) -> Check:
    """The states of charge fit together."""
    each = [one for speakers in alone.values() if speakers for one in speakers.each.values()]
    if len(each) < 2 and together is not None:
        each = list(together.each.values())
    socs = [one.report["soc"] for one in each if "soc" in one.report]
    if len(socs) < 2:
        return Check.skipped("SOC spread", "one value is heard for all: compare the lamps of the batteries")
    spread = max(socs) - min(socs)
    found = f"{spread:.0%} from {min(socs):.0%} to {max(socs):.0%}"
    if spread <= MATCHED + 1e-9:
        return Check.ok("SOC spread", found)
    if spread > NOTICED:
        more = f"; above {NOTICED:.0%} customers notice it"
    elif spread > ACT:
        more = f"; above {ACT:.0%} it is time to act"
    else:
        more = ""
    remedy = (
        f"charge or discharge them one by one until they are within {MATCHED:.0%}, before they are joined"
    )
    if alone:
        return Check.failed("SOC spread", f"{found}: too far apart to be joined{more}", remedy)
    return Check.warning("SOC spread", f"{found}{more}", remedy)


def temperature(together: Speakers | None, ambient: float | None, missing: str) -> Check:
    """Temperatures are real ones."""
    if together is None:
        return unheard("temperature")
    told = {
        one.number: one.report["temperature"] for one in together.each.values() if "temperature" in one.report
    }
    if not told:
        return Check.failed("temperature", "no battery tells one", "look whether all its messages come")
    shown = ", ".join(f"{value:.1f} degC" for value in told.values())
    zero = [number for number, value in told.items() if value == 0.0]
    if zero and (ambient is None or abs(ambient) > 1.0):
        return Check.failed(
            "temperature",
            f"{shown}: battery {_list(zero)} reads 0",
            "values that never came read 0: a wrong baud on RS485 (DIP switch 1, then a restart), or no "
            "sensor",
        )
    if ambient is None:
        return Check.skipped("temperature", f"{shown}, which is not 0; how warm it is here: {missing}")
    far = [number for number, value in told.items() if abs(value - ambient) > WARMER]
    if far:
        return Check.failed(
            "temperature",
            f"{shown}: battery {_list(far)} is more than {WARMER:g} K away from {ambient:g} degC around it",
            "let it rest for some hours, look at the airflow, then at the sensor",
        )
    return Check.ok("temperature", f"{shown}, {ambient:g} degC around")


def live(together: Speakers | None) -> Check | None:
    """Values change; None where none has."""
    changing = (
        set[str]()
        if together is None
        else set[str]().union(*(one.changing for one in together.each.values()))
    )
    return Check.ok("live values", f"{', '.join(sorted(changing))} changed") if changing else None


def dead(seconds: float, why: str) -> Check:
    """No value has changed."""
    if why:
        return Check.skipped(
            "live values", f"nothing changed in {seconds / 2:g} s, and no current flows: {why}"
        )
    return Check.failed(
        "live values",
        f"nothing changed in {seconds:g} s, although a current flows",
        "static numbers are no communication: a gateway repeats old values, or a battery has stopped",
    )


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


def _list(numbers: list[int]) -> str:
    return " and ".join(str(number) for number in numbers)
