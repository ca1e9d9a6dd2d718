"""The contacts behind a relay board: what its outputs move, whatever language the board speaks."""

from collections.abc import Callable, Iterable, Mapping


class Contacts:
    """Each channel is a coil, and its contact has a role on the bench.

    Args:
        roles: channel -> role.
        moved: is told (role, closed) when a contact moves.
    """

    def __init__(self, roles: Mapping[int, str], moved: Callable[[str, bool], object]) -> None:
        self._roles = dict(roles)
        self._moved = moved
        self._driven = dict.fromkeys(self._roles, False)

    @property
    def channels(self) -> Iterable[int]:
        """Numbers of the channels that are wired."""
        return self._roles.keys()

    def drive(self, channel: int, closed: bool) -> None:
        """Switch the coil of a channel."""
        if self._driven[channel] != closed:
            self._driven[channel] = closed
            self._moved(self._roles[channel], closed)

    def driven(self, channel: int) -> bool:
        """Whether the coil of a channel is on: all that a board knows."""
        return self._driven[channel]

    def press(self, role: str, closed: bool) -> None:
        """Switch a coil by hand, at the board."""
        for channel, name in self._roles.items():
            if name == role:
                self.drive(channel, closed)
