"""Where the head of a run's chain stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.evidence.bundle import is_sealed, read_manifest

if TYPE_CHECKING:
    from pathlib import Path


def chain_head(folder: Path) -> str:
    """Head of the chain over the evidence of a run; empty where it was not sealed.

    Raises:
        InputError: the manifest is damaged.
    """
    return read_manifest(folder).head if is_sealed(folder) else ""
