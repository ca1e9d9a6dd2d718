"""The exhibits by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.gallery.linked import HUB, MASTER
from bmshil.bench.gallery.one_speaker import COLLECTOR, GATED, LONE_MASTER
from bmshil.bench.gallery.peers import PARALLEL
from bmshil.bench.gallery.polled import POLLED
from bmshil.bench.gallery.two_buses import TWO_BUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bench.gallery.exhibit import Picture

PICTURES: tuple[Picture, ...] = (
    PARALLEL,
    MASTER,
    LONE_MASTER,
    COLLECTOR,
    HUB,
    GATED,
    POLLED,
    TWO_BUSES,
)
"""In the order of the page."""

EXHIBITS: Mapping[str, Picture] = {one.name: one for one in PICTURES}
"""The same by name."""
