"""Opening a site: its rigs one after the other, on one timeline."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from bmshil.bench.assembly.house import Shared
from bmshil.bench.assembly.opening import open_bench
from bmshil.bench.site import Site
from bmshil.errors import InputError
from bmshil.rig.site import load_site
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


@contextmanager
def open_site(
    site: str | Path,
    *,
    journal: Path | None = None,
    worker: int | None = None,
    mutations: Mapping[str, str] | None = None,
    faults: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Site]:
    """Open all rigs of a site for tests, on one simulated timeline; all are switched off at the end.

    Every part has its own inverter, world, instruments and journal, and a CAN segment of its own, unless the
    file says that the cables are joined. A part whose termination is wrong is opened but not energised, as
    by itself. While a part is being energised, time passes for those before it too.

    Args:
        site: site file, or its name in ``rigs/``.
        journal: folder with one folder per part for the journals; None keeps them in memory.
        worker: as for ``open_bench``.
        mutations: deviation of a part's inverter, by letter.
        faults: what goes wrong with a part's twin, by letter, as ``open_bench`` takes it.

    Raises:
        InputError: a mistake in the site file, in a rig, a mutation or a fault; or a letter without a part.
        RigError: as ``open_bench``.
    """
    plan = load_site(site)
    mutations, faults = mutations or {}, faults or {}
    letters = {part.letter for part in plan.parts}
    for letter in sorted((mutations.keys() | faults.keys()) - letters):
        raise InputError(f"site {plan.name} has no part {letter!r}: it has {', '.join(sorted(letters))}")
    with ExitStack() as stack:
        timeline = SimulatedTimeline()
        stack.callback(timeline.close)
        media: dict[str, str] = {}
        benches = {}
        for part in plan.parts:
            shared = Shared(timeline, media if plan.joined else {})
            benches[part.letter] = stack.enter_context(
                open_bench(
                    part.rig.path,
                    mutation=mutations.get(part.letter),
                    journal=None if journal is None else journal / part.letter,
                    worker=worker,
                    faults=faults.get(part.letter, ()),
                    shared=shared,
                )
            )
        yield Site(plan, benches)
