"""Settings that contradict each other, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.addressing.reading import unanswered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bmshil.bms.addressing.reading import Front
    from bmshil.bms.addressing.scheme import Scheme
    from bmshil.bms.addressing.setting import Setting


def findings(
    scheme: Scheme,
    found: Mapping[int, Front],
    made: Mapping[int, Setting],
    chains: Sequence[Sequence[int]],
    *,
    peers: bool = False,
    baud: int | None = None,
) -> tuple[str, ...]:
    """Say what is wrong with the switches and cables of a bank.

    Args:
        scheme: what switches mean.
        found: the fronts, by number of the pack.
        made: what each pack is because of them.
        chains: numbers of the packs of each chain, its intended master first.
        peers: nobody is anybody's master: only addresses and unused switches can be wrong.
        baud: that the inverter uses on RS485, bit/s; None where nothing hangs there.

    Returns:
        One line each, in the order of the packs; empty when all fits together.
    """
    if peers:
        return (*_of_peers(made), *_unused(scheme, found))
    return (
        *_of_chains(found, made, chains),
        *_of_packs(scheme, found, made, grouped=len(chains) > 1, baud=baud),
        *_unused(scheme, found),
    )


def _of_peers(made: Mapping[int, Setting]) -> Iterator[str]:
    users: dict[int, list[int]] = {}
    for one in made.values():
        if one.address is not None and one.speaks:
            users.setdefault(one.address, []).append(one.number)
        if not one.speaks:
            yield f"pack {one.number}: its CAN port is not connected, so that the inverter does not know it"
    for address, numbers in users.items():
        if len(numbers) > 1:
            named = " and ".join(str(number) for number in numbers)
            yield f"packs {named} have the same address {address}: the inverter takes them for one"


def _unused(scheme: Scheme, found: Mapping[int, Front]) -> Iterator[str]:
    for number, front in sorted(found.items()):
        if front.reading.unused:
            named = " and ".join(str(one) for one in front.reading.unused)
            yield f"pack {number} ({scheme.panel(front.dip)}): switch {named} means nothing: leave it at 0"


def _of_chains(
    found: Mapping[int, Front], made: Mapping[int, Setting], chains: Sequence[Sequence[int]]
) -> Iterator[str]:
    for chain in chains:
        where = "no pack" if len(chains) == 1 else f"none of the packs {', '.join(map(str, chain))}"
        masters = [number for number in chain if made[number].master]
        if not masters:
            loop = found[chain[0]].place.port_0
            why = f"a cable is in Link Port 0 of pack {chain[0]}" if loop else "every pack is set as a slave"
            yield f"{where} is the master, so that nobody speaks: {why}"
        elif not any(made[number].speaks for number in chain):
            yield f"pack {masters[0]} is the master, and its CAN port is not connected: nobody speaks"
        for number in chain[1:]:
            if not found[number].place.port_0:
                yield (
                    f"Link Port 0 of pack {number} is empty: the chain ends before it, and its master lacks "
                    f"pack {', '.join(str(one) for one in chain[chain.index(number) :])}"
                )
        if len(masters) > 1 and all(found[number].place.port_0 for number in chain[1:]):
            named = " and ".join(str(number) for number in masters)
            yield f"packs {named} are both masters on one link: each disturbs what the other asks"
        speakers = [number for number in chain if made[number].speaks]
        if len(speakers) > 1:
            named = " and ".join(str(number) for number in speakers)
            yield f"packs {named} are both on the bus of the inverter, where only the master belongs"


def _of_packs(
    scheme: Scheme,
    found: Mapping[int, Front],
    made: Mapping[int, Setting],
    *,
    grouped: bool,
    baud: int | None,
) -> Iterator[str]:
    lost = unanswered(made)
    for number, front in sorted(found.items()):
        setting = made[number]
        if number in lost:
            yield f"pack {number} {lost[number]}"
        if setting.speaks and setting.terminator is not None and setting.terminator == grouped:
            stands, state = scheme.panel(front.dip), "on" if setting.terminator else "off"
            wanted = "the hub terminates: put switch 2 to 1" if grouped else "one group needs switch 2 at 0"
            yield f"pack {number} ({stands}): its terminator is {state}: {wanted}"
        if baud is not None and setting.speaks and setting.baud not in (None, baud):
            stands = scheme.panel(front.dip)
            yield f"pack {number} ({stands}): RS485 at {setting.baud} bit/s, the inverter uses {baud}"
        told = front.reading.packs
        if told is not None and told != front.place.packs:
            yield f"pack {number} is told to look for {told} packs, and {front.place.packs} are in its chain"
