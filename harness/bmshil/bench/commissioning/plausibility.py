"""Whether what the batteries tell can be: how many, how much current, how full, how warm, and alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check
from bmshil.bench.commissioning.terms import ACT, MATCHED, NEAR_FULL, NOTICED, TOLERANCE, WARMER
from bmshil.bench.commissioning.wording import listed, unheard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bench.commissioning.speakers import Speakers
    from bmshil.bench.commissioning.terms import Terms


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
            f"{shown}: battery {listed(zero)} reads 0",
            "values that never came read 0: a wrong baud on RS485 (DIP switch 1, then a restart), or no "
            "sensor",
        )
    if ambient is None:
        return Check.skipped("temperature", f"{shown}, which is not 0; how warm it is here: {missing}")
    far = [number for number, value in told.items() if abs(value - ambient) > WARMER]
    if far:
        return Check.failed(
            "temperature",
            f"{shown}: battery {listed(far)} is more than {WARMER:g} K away from {ambient:g} degC around it",
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
