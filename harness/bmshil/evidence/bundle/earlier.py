"""The manifests that a run had before it was gone on with: their heads were printed, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError
from bmshil.evidence.bundle.chain import digest, next_value
from bmshil.evidence.bundle.manifest import Manifest, first_value, manifest_at
from bmshil.evidence.bundle.outside import EARLIER, MANIFESTS

if TYPE_CHECKING:
    from pathlib import Path

KEPT = ("journal/", "inputs/")
"""What nobody changes of a run that is gone on with; all else is written anew, or on."""


def earlier_manifest(folder: Path, head: str) -> Manifest | None:
    """The manifest that ended in this head before the run was gone on with; None when none did.

    Args:
        folder: of the run.
        head: as it was printed or signed.
    """
    for path in sorted((folder / EARLIER).glob(MANIFESTS)):
        try:
            manifest = manifest_at(path)
        except InputError:
            continue
        if manifest.head == head.lower() == _end_of(manifest):
            return manifest
    return None


def earlier_findings(folder: Path, manifest: Manifest) -> list[str]:
    """What of journals and inputs is not as it was when a run was gone on with, a line each."""
    return [
        f"{one.name}: changed since the run was gone on with, or taken away"
        for one in manifest.files
        if one.name.startswith(KEPT)
        and not ((folder / one.name).is_file() and digest(folder / one.name) == one.sha256)
    ]


def _end_of(manifest: Manifest) -> str:
    """The head that really ends the chain: the one that is written may be anything."""
    value = first_value(manifest.facts)
    for one in manifest.files:
        value = next_value(value, one.name, one.sha256)
    return value
