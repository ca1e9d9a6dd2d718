"""When an adapter has to be given up while something is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import PortError

if TYPE_CHECKING:
    from bmshil.bench import House
    from bmshil.ports import CanPort

PATIENCE = 5.0
"""An adapter that refuses every frame for so long has failed, s."""

UNHEARD = "buffer"
"""In the words of every driver that cannot send because nobody on the bus acknowledges: the device is off."""


class AdapterWatch:
    """Tells an adapter that has failed from a bus on which nobody acknowledges yet.

    Args:
        house: the open rig.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._refusing_since: float | None = None
        self._sent = 0

    def failed(self) -> bool:
        """Whether an adapter was given up already; cheap, for ``Timeline.until``."""
        return any(port.dead for port in self._house.ports.values())

    def check(self) -> None:
        """Look at all adapters.

        Raises:
            PortError: one has failed; says which, when and why.
        """
        for port in self._house.ports.values():
            if port.dead:
                raise self._error(port)
        port = self._house.ports["emulator"]
        cause = port.health.down
        if cause is None or port.health.sent != self._sent or UNHEARD in cause.lower():
            self._refusing_since, self._sent = None, port.health.sent
        elif self._refusing_since is None:
            self._refusing_since = self._house.timeline.seconds
        elif self._house.timeline.seconds - self._refusing_since >= PATIENCE:
            raise self._error(port)

    def _error(self, port: CanPort) -> PortError:
        return PortError(
            f"CAN {port.name}: {port.interface} {port.channel} failed after "
            f"{self._house.timeline.seconds:.1f} s and {port.health.sent} frames: {port.health.down}"
        )
