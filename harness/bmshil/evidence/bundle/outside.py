"""Which files of a run's folder are no part of the chain, because they can only be made after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.evidence.bundle.manifest import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

PAGE, PAGE_SEAL = "report.html", "report.sha256"
"""The page shows the head of the chain, so that it comes after it; its own hash stands beside it."""

ANNOTATIONS = "annotations.jsonl"

REGISTER = "register.jsonl"
"""An entry for each remark and each signature."""

SIGNATURE_NOTE = "signature.json"

SIGNATURE = "signature."
"""How the name of a signature's file begins, before the ending that its tool gives it."""

PASSPORT = "passport."
"""How the names of what is worked out of the evidence later begin."""


EARLIER, MANIFESTS = "earlier", "manifest-*.json"
"""Where the manifests are that a run had before it was gone on with; a part of the chain."""


def outside(name: str) -> bool:
    """Whether a file of this name is no part of the chain."""
    alone = "/" not in name
    return alone and (
        name in (MANIFEST, PAGE, PAGE_SEAL, ANNOTATIONS, REGISTER) or name.startswith((SIGNATURE, PASSPORT))
    )


def files_of(folder: Path) -> list[str]:
    """Names of all files of a run, with slashes, in the order of the chain; links are files too."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )
