"""A USB adapter for RS485, on a pseudo-terminal: the door for another process."""

from pathlib import Path

from bmshil.errors import TimelineError
from bmshil.timeline import Nanoseconds
from bmshil.twin.adapters.pseudo_terminal import PseudoTerminal
from bmshil.twin.serialbus.medium import DEFAULT_BAUD, SerialMedium, SerialStation

BUFFER = 65_536
"""Bytes that may wait for a host that does not read; what is more is lost, as in an adapter."""


class SerialAdapter:
    """An RS485 adapter joined to a line of the twin; any host can open it as a serial device.

    The speed that the host sets is not told to this end of a terminal: it is fixed.

    Args:
        medium: the line.
        link: a symbolic link to make; its folder must exist.
        baud: bit/s.

    Attributes:
        link: the name under which hosts open it; there while it is plugged in.

    Raises:
        TimelineError: the timeline is simulated: a host on a terminal cannot wait for it.
    """

    def __init__(self, medium: SerialMedium, link: Path, *, baud: int = DEFAULT_BAUD) -> None:
        if medium.timeline.simulated:
            raise TimelineError(
                f"serial adapter {link}: a pseudo-terminal runs on wall time only: "
                f"on simulated time open twin://{medium.name}"
            )
        self.link = link
        self._medium = medium
        self._baud = baud
        self._terminal: PseudoTerminal | None = None
        self._station: SerialStation | None = None

    @property
    def plugged(self) -> bool:
        """Whether a host can open it."""
        return self._terminal is not None

    def start(self) -> None:
        """Plug it in: the link appears.

        Raises:
            PortError: the link cannot be made, or the system has no pseudo-terminals left.
        """
        if self._terminal is None:
            timeline = self._medium.timeline
            self._terminal = PseudoTerminal(self.link, self._arrived, capacity=BUFFER)
            self._station = timeline.call(lambda: SerialStation(self._medium, self._heard, baud=self._baud))
            self._terminal.start()

    def stop(self) -> None:
        """Pull it out: the host sees a hang-up, the line loses a station, the link is gone."""
        terminal, self._terminal = self._terminal, None
        station, self._station = self._station, None
        if station is not None:
            station.close()
        if terminal is not None:
            terminal.close()

    def _arrived(self, data: bytes) -> None:
        """The host has written; called on the terminal's thread."""
        station = self._station
        if station is not None:
            self._medium.timeline.post(lambda: station.send(data))

    def _heard(self, _when: Nanoseconds, data: bytes) -> None:
        terminal = self._terminal
        if terminal is not None and terminal.room >= len(data):
            terminal.write(data)
