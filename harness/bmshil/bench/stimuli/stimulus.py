"""A stimulus: one field scenario that the bench can play by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.bench.stimuli.states import charging

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench


@dataclass(frozen=True, kw_only=True)
class Stimulus:
    """What a scenario of the catalogue does to a device.

    Attributes:
        scenario: its id in the catalogue, e.g. S01.
        title: what happens, for people.
        recipe: how it is played, in a sentence: values, messages, times.
        play: plays it, and leaves it standing; ``calm`` of the baseline takes it away. What has to be undone
            or goes on by itself is put on ``bench.standing``.
        bring: brings the bench to the state in which the stimulus says something.
        packs: fewest packs that it needs.
        needs: what it needs from rig and device, as a requirement does.
    """

    scenario: str
    title: str
    recipe: str
    play: Callable[[Bench], None]
    bring: Callable[[Bench], None] = charging
    packs: int = 1
    needs: tuple[str, ...] = ()
