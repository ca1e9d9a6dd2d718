"""A profile: one inverter as its YAML file describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from bmshil.errors import InputError
from bmshil.inverter.declares import Declares  # noqa: TC001 - msgspec reads the type at run time
from bmshil.inverter.document import Document, did_you_mean
from bmshil.inverter.violates import Violates

FOLDER = Path(__file__).parent / "profiles"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    source: str
    declares: Declares
    unsafe: dict[str, str] = {}
    violates: Violates = Violates()
    behaves: dict[str, Any] = {}


class Profile(msgspec.Struct, frozen=True):
    """One inverter: what it declares, and where that is written.

    Attributes:
        name: as used on the command line, e.g. "pylon_parallel".
        title: for people.
        source: document and version that the declaration comes from.
        declares: all that tests may read.
        unsafe: requirements that a device which does what it declares conforms to, and fails on safety: id to
            the reason. An SMA that ignores the DCL off grid is one.
        violates: requirements that this device is known to fail, because it does not do what its papers say
            (a field profile). Nothing, for a device that does.
        path: the file.
        deviations: the ``behaves:`` half of the file, for the twin alone.
    """

    name: str
    title: str
    source: str
    declares: Declares
    path: Path
    deviations: dict[str, Any]
    unsafe: dict[str, str] = {}
    violates: Violates = Violates()

    @property
    def good(self) -> bool:
        """Whether the device does what it declares, as far as anybody knows."""
        return not self.violates.requirements

    def behaves(self) -> dict[str, Any]:
        """What the twin does: the declaration with the deviations laid over it, as plain values.

        Only the assembly of a twin may ask for this; a test that reads it proves nothing.
        """
        declared: dict[str, Any] = msgspec.to_builtins(self.declares)
        return _merged(declared, self.deviations)


def profile(name: str | Path) -> Profile:
    """Read a profile by its name, or from a YAML file by its path.

    Raises:
        InputError: no profile of that name, or a file with a mistake; names file, line and key.
    """
    known = str(name) in profile_names()
    path = FOLDER / f"{name}.yaml" if known else Path(name)
    if not known and path.suffix not in {".yaml", ".yml"}:
        hint = did_you_mean(str(name), profile_names(), "bmshil mutations --profiles")
        raise InputError(f"no profile is called {str(name)!r}{hint}")
    file = Document.read(path).convert(_File)
    return Profile(
        path.stem, file.title, file.source, file.declares, path, file.behaves, file.unsafe, file.violates
    )


def profile_names() -> list[str]:
    """Names of the profiles that come with bmshil."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Lay one mapping over another; mappings inside are merged, all else is replaced."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result
