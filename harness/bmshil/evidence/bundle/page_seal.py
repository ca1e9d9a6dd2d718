"""The page of a run shows the head of the chain, so it cannot be in the chain: its hash stands beside it.

This finds damage. It does not stop anybody from writing another page with another hash: the page is drawn
from the evidence, and ``bmshil report`` draws it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError
from bmshil.evidence.bundle.chain import digest
from bmshil.evidence.bundle.outside import PAGE, PAGE_SEAL

if TYPE_CHECKING:
    from pathlib import Path


def seal_page(folder: Path) -> None:
    """Put down the hash of the page that was just written, as ``sha256sum -c`` reads it.

    Raises:
        InputError: it cannot be written.
    """
    try:
        (folder / PAGE_SEAL).write_text(_line(folder), encoding="ascii")
    except OSError as error:
        raise InputError(f"{folder / PAGE_SEAL}: cannot be written ({error.strerror})") from error


def page_findings(folder: Path) -> list[str]:
    """What is wrong with the page; nothing when none was ever sealed."""
    page, note = folder / PAGE, folder / PAGE_SEAL
    if not note.is_file():
        return [f"{PAGE}: there is no {PAGE_SEAL} to hold it against"] if page.is_file() else []
    if not page.is_file():
        return [f"{PAGE}: missing"]
    same = note.read_bytes() == _line(folder).encode()
    return [] if same else [f"{PAGE}: changed since it was written, or {PAGE_SEAL} was"]


def _line(folder: Path) -> str:
    return f"{digest(folder / PAGE)}  {PAGE}\n"
