"""Mutations: named ways of being a bad inverter, as patches on what the twin does.

Each file of the folder ``mutations/`` holds a list::

    mutations:
      - id: averages_cvl
        title: Charges to the average of the CVLs
        profiles: [pylon_parallel]           # which profiles it makes sense for
        set: {aggregation.cvl: average}      # dotted paths into Profile.behaves()
        violates: {conformity: [AGG-01], safety: [AGG-01]}
        spares: {pylon_single: [AGG-01]}     # what shows nothing with one of them
        scenario: [S14]
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from bmshil.errors import InputError
from bmshil.inverter.document import Document, did_you_mean
from bmshil.inverter.violates import Violates  # noqa: TC001 - msgspec reads the type at run time

if TYPE_CHECKING:
    from bmshil.inverter.profile import Profile

FOLDER = Path(__file__).parent / "mutations"


class Mutation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One bad inverter.

    Attributes:
        id: its name on the command line.
        title: what it does wrong, for people.
        profiles: names of the profiles that it applies to.
        set: new values by dotted path.
        violates: the requirements that must catch it.
        spares: by profile, those that show nothing with it: it cannot be asked there, or fails them as it is.
        scenario: field scenarios that it comes from, e.g. S14.
    """

    id: str
    title: str
    profiles: tuple[str, ...]
    set: dict[str, Any]
    violates: Violates
    spares: dict[str, tuple[str, ...]] = {}
    scenario: tuple[str, ...] = ()

    def violated_by(self, profile: str) -> Violates:
        """The requirements that must catch it when the profile of this name has it."""
        return self.violates.without(self.spares.get(profile, ()))

    def apply(self, behaves: dict[str, Any]) -> dict[str, Any]:
        """Return a patched copy of what a twin does.

        Raises:
            InputError: a path that leads nowhere, so that the patch would change nothing.
        """
        patched = copy.deepcopy(behaves)
        for path, value in self.set.items():
            *parents, last = path.split(".")
            place: Any = patched
            for key in parents:
                place = self._inside(place, key, path)
            self._inside(place, last, path)
            place[last] = value
        return patched

    def _inside(self, place: object, key: str, path: str) -> object:
        known = place if isinstance(place, dict) else {}
        if key not in known:
            raise InputError(f"mutation {self.id}: set.{path}: no key {key!r}{did_you_mean(key, known)}")
        return known[key]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mutations: tuple[Mutation, ...]


def mutations(profile: str | None = None, *, path: Path = FOLDER) -> list[Mutation]:
    """All mutations, or those of one profile, by the names of the files and in the order of each.

    Args:
        profile: only those that apply to this one.
        path: a folder of files, or one file.

    Raises:
        InputError: a mistake in a file, or two mutations with one id.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    place: dict[str, Path] = {}
    every: list[Mutation] = []
    for file in files:
        document = Document.read(file)
        for index, one in enumerate(document.convert(_File).mutations):
            if one.id in place:
                other = f", first in {place[one.id].name}" if place[one.id] != file else ""
                raise document.error(f"{one.id!r} is there twice{other}", "mutations", index, "id")
            place[one.id] = file
            every.append(one)
    return [one for one in every if profile is None or profile in one.profiles]


def mutation(name: str, profile: Profile) -> Mutation:
    """One mutation by its id.

    Raises:
        InputError: no such mutation, or none for this profile.
    """
    known = {one.id: one for one in mutations()}
    if name not in known:
        raise InputError(f"no mutation is called {name!r}{did_you_mean(name, known, 'bmshil mutations')}")
    found = known[name]
    if profile.name not in found.profiles:
        raise InputError(
            f"mutation {name} does not apply to profile {profile.name}, only to {', '.join(found.profiles)}"
        )
    return found
