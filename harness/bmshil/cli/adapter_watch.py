"""What happens to the adapters while something is played: told as it happens, and the playing goes on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from bmshil.errors import PortError

if TYPE_CHECKING:
    from bmshil.bench import House
    from bmshil.journal import Event

WORDS = ("port_error", "port_recovered", "unacknowledged", "acknowledged", "drained")
"""Kinds of journal events that are told."""


class AdapterWatch:
    """Tells outages of adapters and their ends, each once. A failed adapter comes back by itself.

    Args:
        house: the open rig.
        stream: where the lines go; standard error, so that a document on standard output stays one.
    """

    def __init__(self, house: House, stream: TextIO | None = None) -> None:
        self._house = house
        self._stream = sys.stderr if stream is None else stream
        self._told = len(self._news())

    def failed(self) -> bool:
        """Whether an adapter was given up: nothing brings it back. Cheap, for ``Timeline.until``."""
        return any(port.dead for port in self._house.ports.values())

    def check(self) -> None:
        """Tell what has happened since the last time.

        Raises:
            PortError: an adapter was given up; says which and when.
        """
        news = self._news()
        for event in news[self._told :]:
            print(f"{event.t:.1f} s: CAN {event.source}: {_words(event)}", file=self._stream, flush=True)
        self._told = len(news)
        for port in self._house.ports.values():
            if port.dead:
                raise PortError(
                    f"CAN {port.name}: {port.interface} {port.channel} was closed after "
                    f"{self._house.timeline.seconds:.1f} s and {port.health.sent} frames"
                )

    def _news(self) -> list[Event]:
        end = self._house.timeline.seconds + 1.0
        return [event for event in self._house.journal.events(-1.0, end) if event.kind in WORDS]


def _words(event: Event) -> str:
    data = event.data
    match event.kind:
        case "port_error":
            return str(data["cause"])
        case "port_recovered":
            return f"works again after {data['outage']:.1f} s ({data['what']}), {data['lost']} frames lost"
        case "unacknowledged":
            # A serial adapter does not say which frames it has dropped.
            dropped = f"; {data['frames']} frames were dropped" if data["frames"] else ""
            return f"nobody acknowledges{dropped}"
        case "acknowledged":
            return f"acknowledged again after {data['after']:.1f} s"
        case _:
            return f"{data['frames']} frames from before were in the adapter; they are not used"
