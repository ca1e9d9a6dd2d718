"""The exhibits by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.gallery.one_speaker import COLLECTOR, GATED, LONE_MASTER
from bmshil.bench.gallery.peers import PARALLEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bench.gallery.exhibit import Exhibit

EXHIBITS: Mapping[str, Exhibit] = {
    one.name: one
    for one in (
        PARALLEL,
        LONE_MASTER,
        COLLECTOR,
        GATED,
    )
}
"""In the order of the page."""
