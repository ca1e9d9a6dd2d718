"""Registers of the device that take commands, and who may give them."""

from collections.abc import Callable, Mapping
from typing import Any

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3

Act = Callable[[str, int], object]
"""Does what was told: name of the command, value."""


class Commands:
    """What may be written to the device.

    Whoever has written the access code on his connection may clear alarms and force a charge; everybody else
    is refused, with the code for a state in which something is not allowed. A device that is open takes them
    from anybody.

    Args:
        places: `writes` of a profile's read-back: name -> address. `code` takes the access code.
        code: the access code; 0 never is one.
        everybody: whether nobody needs it.
        act: does what was told; called on the server's thread.
    """

    def __init__(self, places: Mapping[str, Any], *, code: int, everybody: bool, act: Act) -> None:
        self._names = {int(place): name for name, place in places.items() if place is not None}
        self._code = code
        self._everybody = everybody
        self._act = act

    def connect(self) -> "Writer":
        """Return a new connection, which nobody has authorised."""
        return Writer(self)

    def take(self, writer: "Writer", address: int, words: tuple[int, ...]) -> int:
        """Obey a write; return 0, or why it is refused."""
        names = [self._names.get(address + offset, "") for offset in range(len(words))]
        if not all(names):
            return ILLEGAL_ADDRESS
        for name, word in zip(names, words, strict=True):
            if name == "code":
                writer.authorised = word == self._code != 0
                if not writer.authorised:
                    return ILLEGAL_VALUE
            elif not (writer.authorised or self._everybody):
                return ILLEGAL_FUNCTION
            elif word not in {0, 1}:
                return ILLEGAL_VALUE
            else:
                self._act(name, word)
        return 0


class Writer:
    """One client as far as commands go.

    Attributes:
        authorised: it has written the access code.
    """

    def __init__(self, commands: Commands) -> None:
        self.authorised = False
        self._commands = commands

    def write(self, address: int, words: tuple[int, ...]) -> int:
        """Obey a write; return 0, or why it is refused."""
        return self._commands.take(self, address, words)
