"""What can be wrong with an adapter on its way to the host, with a seeded generator."""

import random

from can import Message

from bmshil.errors import InputError
from bmshil.twin.adapters.counters import Counters

_WRONG = b"?#~\x00\xff"  # bytes that no line has


class Faults:
    """Loses, garbles and invents lines towards the host, and counts them.

    Args:
        seed: of the generator; the same seed makes the same faults.
        counters: to count in.
    """

    def __init__(self, seed: int, counters: Counters) -> None:
        self._counters = counters
        self._random = random.Random(seed)  # noqa: S311 - faults shall be repeatable, not unforeseeable
        self._drop = 0.0
        self._garble = 0.0

    def drop(self, share: float) -> None:
        """Lose this share of the frames, 0 to 1."""
        self._drop = _checked("drop", share)

    def garble(self, share: float) -> None:
        """Damage this share of the lines, 0 to 1."""
        self._garble = _checked("garble", share)

    def loses(self) -> bool:
        """Decide about the next frame."""
        if not self._drop or self._random.random() >= self._drop:
            return False
        self._counters.dropped += 1
        return True

    def damaged(self, line: bytes) -> bytes:
        """Return ``line`` as the host gets it: as it is, cut short, or with a wrong byte in it."""
        chance = self._random
        if not self._garble or chance.random() >= self._garble:
            return line
        self._counters.garbled += 1
        place = chance.randrange(len(line))
        if chance.random() < 0.5:
            return line[:place] + line[place + 1 :]
        return line[:place] + bytes([chance.choice(_WRONG)]) + line[place + 1 :]

    def invented(self) -> Message:
        """Make up a frame that was never on the bus."""
        self._counters.invented += 1
        chance = self._random
        return Message(
            arbitration_id=chance.randrange(0x800),
            is_extended_id=False,
            data=chance.randbytes(chance.randrange(9)),
        )


def _checked(fault: str, share: float) -> float:
    if not 0 <= share <= 1:
        raise InputError(f"adapter fault {fault}: a share of {share} cannot be: give a number from 0 to 1")
    return share
