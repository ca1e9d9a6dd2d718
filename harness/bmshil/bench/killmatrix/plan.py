"""All runs of the kill matrix, planned from the profiles and mutations that there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bmshil.bench.killmatrix.job import Job, Scope
from bmshil.errors import InputError
from bmshil.inverter import Document, did_you_mean, mutations, profile, profile_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bmshil.inverter import Mutation, Profile

FILE = Path(__file__).parent / "rigs.yaml"

SEEDS = 20
"""How often a good inverter is asked, each time with other noise, phases, order and parameter sets."""


class Rigs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which twin an inverter stands, and what is dear; see ``rigs.yaml``.

    Attributes:
        profiles: names of rigs by profile, where the usual one will not do.
        mutations: likewise by mutation.
        dear: requirements that are asked once of each good profile.
        reduced_seeds: seeds for each good profile in the reduced matrix.
    """

    profiles: dict[str, str] = {}
    mutations: dict[str, str] = {}
    dear: tuple[str, ...] = ()
    reduced_seeds: int = 2

    @classmethod
    def read(cls, path: Path = FILE) -> Rigs:
        """Read the file.

        Raises:
            InputError: a mistake in it.
        """
        return Document.read(path).convert(cls)

    def of(self, device: Profile, mutation: str | None = None) -> str:
        """The twin for an inverter."""
        usual = "twin" if device.declares.batteries == "several" else "twin-single"
        return self.mutations.get(mutation or "") or self.profiles.get(device.name, usual)


def plan(
    *, reduced: bool = False, seeds: int = SEEDS, only: Collection[str] = (), rigs: Rigs | None = None
) -> list[Job]:
    """Plan all runs, the longest first.

    Of a good profile: the first seed asks every requirement with every parameter set; each further one draws
    noise, phases, order, a quarter of the tests and one parameter set of each. Of a field profile, and of
    a mutation with the first of its profiles: half of the tests likewise, and all of those that must fail.
    Of a mutation with its other profiles: what must fail.

    Reduced: of a good profile two seeds, both drawn; of a mutation what must fail, with its first profile.

    Args:
        reduced: for every change of the code, in minutes.
        seeds: of each good profile, in the full matrix.
        only: names of profiles and mutations; empty for all.
        rigs: which twin; None reads the file.

    Raises:
        InputError: a name in ``only`` that nobody has, or a mistake in a file.
    """
    rigs = rigs or Rigs.read()
    known = {name: profile(name) for name in profile_names()}
    listed = mutations()
    _check(only, [*known, *(one.id for one in listed)])
    jobs: list[Job] = []
    for name, device in known.items():
        if only and name not in only:
            continue
        if device.good:
            jobs += _good(device, rigs, reduced=reduced, seeds=seeds)
        else:
            jobs.append(_bad(device, None, Scope.LISTED if reduced else Scope.DRAWN, rigs))
    for one in listed:
        if only and one.id not in only:
            continue
        for place, name in enumerate(one.profiles):
            if name in known and not (reduced and place):
                scope = Scope.LISTED if reduced or place else Scope.DRAWN
                jobs.append(_bad(known[name], one, scope, rigs))
    weight = {Scope.EVERY: 0, Scope.DRAWN: 1, Scope.LISTED: 2}
    return sorted(jobs, key=lambda job: weight[job.scope])


def _good(device: Profile, rigs: Rigs, *, reduced: bool, seeds: int) -> Iterable[Job]:
    for seed in range(1, (rigs.reduced_seeds if reduced else seeds) + 1):
        every = seed == 1 and not reduced
        yield Job(
            profile=device.name,
            rig=rigs.of(device),
            scope=Scope.EVERY if every else Scope.DRAWN,
            seed=seed,
            unsafe=tuple(device.unsafe),
            without=() if every else rigs.dear,
        )


def _bad(device: Profile, mutation: Mutation | None, scope: Scope, rigs: Rigs) -> Job:
    violates = device.violates if mutation is None else mutation.violated_by(device.name)
    return Job(
        profile=device.name,
        rig=rigs.of(device, None if mutation is None else mutation.id),
        scope=scope,
        mutation=None if mutation is None else mutation.id,
        violates=violates,
        unsafe=tuple(device.unsafe),
        without=tuple(one for one in rigs.dear if one not in violates.requirements),
    )


def _check(only: Collection[str], known: Collection[str]) -> None:
    for name in only:
        if name not in known:
            raise InputError(
                f"no profile or mutation is called {name!r}{did_you_mean(name, known, 'bmshil mutations')}"
            )
