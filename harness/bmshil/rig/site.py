"""A site: several rigs side by side, each with its own bus and its own inverter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec

from bmshil.errors import InputError
from bmshil.inverter import Document
from bmshil.rig.finding import find
from bmshil.rig.part import Part
from bmshil.rig.rig_file import Rig, load

if TYPE_CHECKING:
    from pathlib import Path

LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""What the parts are called, in their order."""


class SiteFile(Part, frozen=True):
    """The shape of a site file.

    Attributes:
        name: of the site.
        site: rig files of its parts beside this file, or bare names.
        description: one line for people.
        joined: whether the CAN cables of all parts are one cable, which is a mistake to look at.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    site: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=len(LETTERS))]
    description: str = ""
    joined: bool = False


@dataclass(frozen=True)
class SitePart:
    """One rig of a site.

    Attributes:
        letter: by which it is called: a, b, ...
        rig: the rig.
        first_pack: number of its first pack among all packs of the site; they are numbered through.
    """

    letter: str
    rig: Rig
    first_pack: int

    @property
    def packs(self) -> range:
        """Numbers of its packs among all of the site."""
        return range(self.first_pack, self.first_pack + len(self.rig.modules))


@dataclass(frozen=True)
class SitePlan:
    """A site as its file describes it.

    Attributes:
        path: the file.
        name: of the site.
        description: one line for people.
        joined: whether the CAN cables of all parts are one cable.
        parts: in the order of the file.
    """

    path: Path
    name: str
    description: str
    joined: bool
    parts: tuple[SitePart, ...]

    @property
    def energy(self) -> float:
        """What all packs hold, kWh, at 3.2 V per cell, as data sheets count it."""
        return sum(
            3.2e-3 * module.cells * module.capacity for part in self.parts for module in part.rig.modules
        )


def load_site(site: str | Path) -> SitePlan:
    """Read a site file and the rigs that it names.

    Args:
        site: path of the file, or the bare name of one in ``rigs/``.

    Raises:
        InputError: no such file, a mistake in it or in one of its rigs; or rigs that cannot share a
            timeline, because they are not made of software inside this process, or have one name.
    """
    path = find(site)
    document = Document.read(path)
    file = document.convert(SiteFile)
    parts: list[SitePart] = []
    first = 1
    for index, name in enumerate(file.site):
        with document.place("site", index):
            beside = path.parent / f"{name}.yaml"
            rig = load(beside if beside.is_file() else name)
            if not rig.inside:
                raise InputError(
                    f"{rig.path} is not all software inside one process: the parts of a site share simulated "
                    "time; qualify a real rig by itself"
                )
            if rig.name in {part.rig.name for part in parts}:
                raise InputError(f"{rig.path}: the name {rig.name!r} is there twice: every rig has its own")
        parts.append(SitePart(LETTERS[index], rig, first))
        first += len(rig.modules)
    return SitePlan(path, file.name, file.description, file.joined, tuple(parts))
