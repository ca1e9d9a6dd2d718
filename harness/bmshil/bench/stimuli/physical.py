"""The physical layer: frames of another kind, noise, collisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.bench.stimuli.stimulus import Stimulus

PHYSICAL: tuple[Stimulus, ...] = ()
