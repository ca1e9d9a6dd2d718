"""The runs that somebody has named, each under a name of its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bmshil.evidence.passport.sealed import chain_head
from bmshil.evidence.run_store import RunStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.evidence.summary import Summary


class NamedRun(NamedTuple):
    """One run.

    Attributes:
        name: of its folder, with as many of the folders above as it takes to tell it from the others.
        store: the folder.
        summary: what it found.
        head: of the chain over its evidence; empty where it was not sealed.
    """

    name: str
    store: RunStore
    summary: Summary
    head: str


def named_runs(paths: Sequence[Path]) -> list[NamedRun]:
    """Open runs, oldest first. One that is named twice, or is there with a copy of itself, counts once.

    Args:
        paths: folders of runs, in any order.

    Raises:
        InputError: a folder is no run, or its manifest is damaged.
    """
    found: dict[str, tuple[RunStore, str]] = {}
    for store in map(RunStore.open, paths):
        head = chain_head(store.path)
        found.setdefault(head or str(store.path.resolve()), (store, head))
    names = _names([store.path.resolve() for store, _ in found.values()])
    runs = [
        NamedRun(name, store, store.read(), head)
        for name, (store, head) in zip(names, found.values(), strict=True)
    ]
    return sorted(runs, key=lambda one: one.summary.started)


def _names(folders: Sequence[Path]) -> list[str]:
    """The shortest ends of the paths that tell each folder from all others."""
    names = [folder.name for folder in folders]
    depth = 1
    while depth < max((len(folder.parts) for folder in folders), default=0):
        often = Counter(names)
        if max(often.values()) == 1:
            break
        depth += 1
        names = [
            Path(*folder.parts[-depth:]).as_posix() if often[name] > 1 else name
            for name, folder in zip(names, folders, strict=True)
        ]
    return names
