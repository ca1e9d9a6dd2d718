"""Where rig files are."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from bmshil.errors import InputError
from bmshil.inverter import did_you_mean


def rig_names() -> list[str]:
    """Names of the rig files that come with bmshil."""
    return sorted(path.stem for path in _shipped().glob("*.yaml"))


def find(rig: str | Path) -> Path:
    """Path of a rig file, given its path or its bare name.

    A bare name is looked up in ``rigs/`` of the present folder first, then among those that come with
    bmshil.

    Raises:
        InputError: there is no such file.
    """
    path = Path(rig)
    if path.is_dir():
        raise InputError(f"{path} is a folder: name a rig file in it")
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        return path
    for folder in (Path("rigs"), _shipped()):
        candidate = folder / f"{rig}.yaml"
        if candidate.is_file():
            return candidate
    raise InputError(f"no rig is called {str(rig)!r}{did_you_mean(str(rig), rig_names())}")


def _shipped() -> Path:
    """An installed package carries the rig files as data; in a work tree they are the folder ``rigs``."""
    packaged = Path(str(files("bmshil"))) / "_data" / "rigs"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "rigs"
