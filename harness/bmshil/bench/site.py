"""Several benches on one timeline: what a test of a whole site holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bmshil.bench.bench import Bench
    from bmshil.bms import Node
    from bmshil.rig.site import SitePlan
    from bmshil.timeline import Timeline


class Site:
    """The benches of a site: ``site["a"]``, ``site["b"]``, in the order of its file.

    Args:
        plan: the site file.
        benches: by letter.

    Attributes:
        plan: as given.
    """

    def __init__(self, plan: SitePlan, benches: Mapping[str, Bench]) -> None:
        self.plan = plan
        self._benches = dict(benches)

    def __getitem__(self, letter: str) -> Bench:
        """Return the bench of one part.

        Raises:
            InputError: no part has this letter.
        """
        if letter not in self._benches:
            raise InputError(f"site {self.plan.name} has no part {letter!r}: it has {', '.join(self)}")
        return self._benches[letter]

    def __iter__(self) -> Iterator[str]:
        return iter(self._benches)

    def __len__(self) -> int:
        return len(self._benches)

    @property
    def timeline(self) -> Timeline:
        """The one timeline of all parts."""
        return next(iter(self._benches.values())).timeline

    def node(self, number: int) -> Node:
        """Return the node of a pack by its number among all packs of the site, 1..n.

        Raises:
            InputError: no pack has this number.
        """
        for part in self.plan.parts:
            if number in part.packs:
                return self._benches[part.letter].bank[number - part.first_pack + 1]
        last = self.plan.parts[-1].packs[-1]
        raise InputError(f"no pack {number}: site {self.plan.name} has packs 1 to {last}")

    @property
    def masters(self) -> tuple[int, ...]:
        """Numbers, among all packs of the site, of those that are to speak for their banks."""
        return tuple(part.first_pack + part.rig.architecture.master - 1 for part in self.plan.parts)

    def run(self, seconds: float) -> None:
        """Let ``seconds`` pass on all parts."""
        next(iter(self._benches.values())).run(seconds)

    def until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Let time pass until ``condition`` holds, at most ``timeout`` seconds; say whether it does."""
        return next(iter(self._benches.values())).until(condition, timeout)
