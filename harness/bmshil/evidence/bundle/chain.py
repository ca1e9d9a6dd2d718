"""The chain of hashes over the files of a run.

The first value is the SHA-256 of the facts in the manifest; each further one is the SHA-256 of the line
``<value before> <name> <SHA-256 of the file>`` and a line feed. The last value is the head: whoever has it,
on paper or signed, can tell whether anything has changed since. ``sha256sum`` is enough to compute it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

BLOCK = 1 << 20


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a bundle.

    Attributes:
        name: path within the run's folder, with slashes.
        bytes: its size.
        sha256: of its content, as 64 hexadecimal digits.
        link: value of the chain after it, likewise.
    """

    name: str
    bytes: int
    sha256: str
    link: str


def digest(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits.

    Raises:
        OSError: it cannot be read.
    """
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def genesis(facts: bytes) -> str:
    """The first value of a chain: the hash of the manifest's facts as they are written."""
    return hashlib.sha256(facts).hexdigest()


def chain(first: str, files: Iterable[tuple[str, int, str]]) -> list[Link]:
    """Chain files, in the order in which they are given.

    Args:
        first: first value of the chain.
        files: name, size and SHA-256 of each.
    """
    links: list[Link] = []
    head = first
    for name, size, sha256 in files:
        head = next_value(head, name, sha256)
        links.append(Link(name, size, sha256, head))
    return links


def next_value(before: str, name: str, sha256: str) -> str:
    """The value of the chain after one more file."""
    return hashlib.sha256(f"{before} {name} {sha256}\n".encode()).hexdigest()
