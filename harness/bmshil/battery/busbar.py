"""The point where the packs of a bank meet."""

from collections.abc import Callable


class Busbar:
    """One voltage for every connected pack, and one bell to ring when a pack was changed from outside."""

    __slots__ = ("changed", "voltage")

    def __init__(self, changed: Callable[[], None]) -> None:
        self.changed = changed
        """Called after a pack was set to another state, so that the bank shares its current anew."""
        self.voltage = 0.0
        """V; 0 while no pack is connected."""
