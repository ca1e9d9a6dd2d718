"""The runs that somebody has named, each under a name of its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bmshil.errors import InputError
from bmshil.evidence.passport.sealed import chain_head
from bmshil.evidence.report_class import changed_since_sealed
from bmshil.evidence.run_store import RunStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.evidence.passport.passport import PassportRun
    from bmshil.evidence.summary import Summary

NOT_AS_SEALED = "is not what was sealed:"


class NamedRun(NamedTuple):
    """One run.

    Attributes:
        name: of its folder, with as many of the folders above as it takes to tell it from the others.
        store: the folder.
        summary: what it found.
        head: of the chain over its evidence; empty where it was not sealed.
        changed: what is not as it was sealed, the first finding; empty where all is.
    """

    name: str
    store: RunStore
    summary: Summary
    head: str
    changed: str = ""


def named_runs(paths: Sequence[Path], *, force: bool = False) -> list[NamedRun]:
    """Open runs, oldest first. One that is named twice, or is there with a copy of itself, counts once.

    Args:
        paths: folders of runs, in any order.
        force: whether to take runs that are not what was sealed, too.

    Raises:
        InputError: a folder is no run, its manifest is damaged, or it is not what was sealed.
    """
    found: dict[str, tuple[RunStore, str]] = {}
    for store in map(RunStore.open, paths):
        head = chain_head(store.path)
        found.setdefault(head or str(store.path.resolve()), (store, head))
    names = _names([store.path.resolve() for store, _ in found.values()])
    runs = [
        NamedRun(name, store, store.read(), head, next(iter(changed_since_sealed(store.path)), ""))
        for name, (store, head) in zip(names, found.values(), strict=True)
    ]
    if not force:
        refuse_changed(runs)
    return sorted(runs, key=lambda one: one.summary.started)


def refuse_changed(runs: Sequence[NamedRun | PassportRun]) -> None:
    """Let only runs pass that are what was sealed, or that nobody has sealed.

    Raises:
        InputError: names the first one that is not.
    """
    for one in runs:
        if one.changed:
            name = one.name if isinstance(one, NamedRun) else one.run
            raise InputError(
                f"run {name} {NOT_AS_SEALED} {one.changed}; get it from its source, or add --force"
            )


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
