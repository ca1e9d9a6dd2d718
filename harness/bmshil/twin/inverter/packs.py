"""All packs that the device has heard of."""

from collections.abc import Sequence, ValuesView

from bmshil.timeline import Nanoseconds
from bmshil.twin.inverter.behaviour import Behaviour
from bmshil.twin.inverter.memory import Pack


class Packs:
    """What it remembers, by the number of the pack.

    Args:
        rules: what it believes, and how many packs it waits for.
    """

    def __init__(self, rules: Behaviour) -> None:
        self._rules = rules
        self._heard: dict[int, Pack] = {}

    def __len__(self) -> int:
        return len(self._heard)

    def __getitem__(self, number: int) -> Pack:
        """Return a pack; one that it has never heard of is new."""
        pack = self._heard.get(number)
        if pack is None:
            pack = self._heard[number] = Pack(number, self._rules.believes, self._rules.dialect)
        return pack

    def values(self) -> ValuesView[Pack]:
        """Return all of them."""
        return self._heard.values()

    def complete(self, now: Nanoseconds) -> list[Pack]:
        """Return those of which it has heard all that it needs, lately."""
        needed = self._rules.dialect.needed
        return [pack for _, pack in sorted(self._heard.items()) if pack.complete(needed, now)]

    def enough(self, present: Sequence[Pack]) -> bool:
        """Tell whether it can work with these."""
        return len(present) >= max(1, self._rules.count)

    def forget(self) -> None:
        """Forget all, as after a start."""
        self._heard = {}

    def forget_values(self, *, soc: bool) -> None:
        """Forget the limits of all, and the state of charge as well or not."""
        for pack in self._heard.values():
            pack.forget(soc=soc)
