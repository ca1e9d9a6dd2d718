"""From the switches and cables of all packs to what each of them is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bmshil.bms.addressing.scheme import Place
from bmshil.bms.addressing.setting import Reading, Setting
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bmshil.bms.addressing.scheme import Dip, Scheme
    from bmshil.bms.architectures.settings import Switches


class Front(NamedTuple):
    """The front of one pack as it stands.

    Attributes:
        place: in its chain.
        dip: its switches.
        can_port: whether its CAN port is on the bus of the inverter.
        reading: what its switches say.
        started: baud of its RS485 port since it was started, bit/s.
    """

    place: Place
    dip: Dip
    can_port: bool
    reading: Reading
    started: int | None = None


def fronts(
    scheme: Scheme,
    switches: Mapping[int, Switches],
    chains: Sequence[Sequence[int]],
    *,
    peers: bool = False,
    started: Mapping[int, str | None] | None = None,
    line_baud: int | None = None,
) -> dict[int, Front]:
    """Fill in what the rig file leaves as it should be.

    Args:
        scheme: what switches mean.
        switches: by number of the pack.
        chains: numbers of the packs of each chain, its intended master first.
        peers: every pack is on the bus of the inverter, as it should be.
        started: how the switches stood when each pack was started; as they stand when left out.
        line_baud: that the inverter uses on RS485, bit/s: switches that nobody has touched fit it.

    Raises:
        InputError: switches that the scheme does not have; names the pack.
    """
    found = {}
    for group, chain in enumerate(chains, start=1):
        for position, number in enumerate(chain, start=1):
            given = switches[number]
            first = position == 1
            port_0 = not first if given.link_port_0 is None else given.link_port_0
            can_port = first or peers if given.can_port is None else given.can_port
            place = Place(position, len(chain), port_0, group if len(chains) > 1 else 0)
            try:
                dip = scheme.dip(given.dip, place)
            except InputError as error:
                raise InputError(f"pack {number}: {error}") from error
            before = given.dip if started is None else started[number]
            reading, at_start = scheme.read(dip, place), scheme.read(scheme.dip(before, place), place)
            if line_baud is not None and reading.baud is not None:
                reading = reading if given.dip else replace(reading, baud=line_baud)
                at_start = at_start if before else replace(at_start, baud=line_baud)
            found[number] = Front(place, dip, can_port, reading, at_start.baud)
    return found


def settings(
    scheme: Scheme, found: Mapping[int, Front], chains: Sequence[Sequence[int]], *, peers: bool = False
) -> dict[int, Setting]:
    """What each pack is.

    A pack that no master polls has nothing to say, and a slave whose CAN port is on the bus says its own
    values there: the field article on wiring leaves open which of both happens, and both are seen.

    Args:
        scheme: what switches mean.
        found: the fronts, by number of the pack.
        chains: numbers of the packs of each chain, its intended master first.
        peers: nobody is anybody's master.
    """
    if peers:
        return {number: _peer(number, front) for number, front in sorted(found.items())}
    made = {}
    for chain in chains:
        for run in _runs(chain, found):
            masters = [number for number in run if _is_master(number, chain, found)]
            alone = masters[0] if len(masters) == 1 else None
            for offset, number in enumerate(run):
                front = found[number]
                reading = front.reading
                master = number in masters
                under = None if master else alone
                address = reading.address
                if address is None and scheme.first is not None and (master or under is not None):
                    group = found[run[0]].reading.group
                    address = scheme.first + offset + 0x10 * group
                made[number] = Setting(
                    number,
                    "master" if master else "slave",
                    under,
                    address,
                    speaks=front.can_port and (master or under is not None),
                    baud=front.started,
                    terminator=reading.terminator,
                    group=reading.group,
                    head=run[0],
                )
    return dict(sorted(made.items()))


def _peer(number: int, front: Front) -> Setting:
    reading = front.reading
    return Setting(
        number,
        "peer",
        None,
        reading.address,
        speaks=front.can_port,
        baud=front.started,
        terminator=reading.terminator,
        group=reading.group,
    )


def unanswered(made: Mapping[int, Setting]) -> dict[int, str]:
    """Packs whose address keeps them from being heard by their master, and why, by number.

    Two packs with one address answer together and destroy each other's bytes; one with the address of its
    master is never asked.
    """
    found = {}
    for one in made.values():
        if one.under is None or one.address is None:
            continue
        if one.address == made[one.under].address:
            found[one.number] = f"has the address {one.address} of its master, which never asks for it"
        twins = [
            other.number
            for other in made.values()
            if other is not one and other.under == one.under and other.address == one.address
        ]
        if twins and one.number not in found:
            named = ", ".join(str(number) for number in twins)
            found[one.number] = f"answers together with pack {named} at address {one.address}: garbled"
    return found


def _runs(chain: Sequence[int], found: Mapping[int, Front]) -> list[list[int]]:
    """Packs that cables join, in the order of the chain; an empty port to the pack before ends a run."""
    runs: list[list[int]] = []
    for position, number in enumerate(chain):
        if position == 0 or not found[number].place.port_0:
            runs.append([])
        runs[-1].append(number)
    return runs


def _is_master(number: int, chain: Sequence[int], found: Mapping[int, Front]) -> bool:
    says = found[number].reading.master
    return number == chain[0] if says is None else says
