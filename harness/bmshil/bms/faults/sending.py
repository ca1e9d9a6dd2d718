"""Faults of sending: silence, another rhythm, somebody else's identifiers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from bmshil.bms.faults.effect import Effect, Wire
from bmshil.bms.faults.fault import Fault, MessageFault
from bmshil.bms.faults.text import write_number
from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.bms.faults.effect import Subject
    from bmshil.bms.faults.text import Options


SHORTEST = 0.001
"""s. A frame of eight bytes lasts a quarter of this at 500 kbit/s."""


@dataclass(frozen=True)
class Silence(MessageFault):
    """Messages are not sent. The node goes on measuring and protecting its pack."""

    kind: ClassVar[str] = "silence"
    help: ClassVar[str] = "messages are not sent: silence, silence ids=0x351,0x355"

    def mutes(self, base_id: int) -> bool:
        """Keep the message back."""
        return self.hits(base_id)

    @classmethod
    def read(cls, options: Options) -> Self:
        """Read identifiers."""
        return cls(ids=options.ids())


@dataclass(frozen=True)
class Period(MessageFault):
    """Messages are sent at another period, or at uneven times, or both.

    With two such faults on one message the period of the later one holds; their jitters add up.

    Attributes:
        seconds: period, s; None keeps the nominal one.
        jitter: s; each message is late by something between 0 and this.
        seed: of the jitter; the same seed gives the same times.

    Raises:
        InputError: neither period nor jitter, or a value that is not positive.
    """

    seconds: float | None = None
    jitter: float = 0.0
    seed: int = 0
    kind: ClassVar[str] = "period"
    help: ClassVar[str] = "messages come at other times: period seconds=2 jitter=0.1 seed=1 ids=0x351"

    def __post_init__(self) -> None:
        """Refuse a rhythm that does not exist."""
        if self.seconds is None and not self.jitter:
            raise InputError("give seconds= or jitter=, or both")
        if self.seconds is not None and not self.seconds >= SHORTEST:
            raise InputError(f"seconds={self.seconds} is too short a period, give {SHORTEST} or more")
        if not self.jitter >= 0:
            raise InputError(f"jitter={self.jitter} is negative, give 0 or more seconds")

    def check(self, subject: Subject) -> None:
        """Refuse a jitter with which messages would overtake each other."""
        super().check(subject)
        for message in subject.dialect.messages:
            period = subject.period(message.id) if self.seconds is None else self.seconds
            if self.hits(message.id) and self.jitter >= period:
                raise InputError(f"jitter={self.jitter} s must be smaller than the period, {period} s")

    def begin(self, subject: Subject) -> Effect:
        """Seed the jitter, for each message on its own."""
        return _Rhythm(self, subject.number)

    def options(self) -> dict[str, str]:
        """Return what differs from the usual, and identifiers."""
        given = {} if self.seconds is None else {"seconds": write_number(self.seconds)}
        if self.jitter:
            given["jitter"] = write_number(self.jitter)
        if self.seed:
            given["seed"] = str(self.seed)
        return {**given, **super().options()}

    @classmethod
    def read(cls, options: Options) -> Self:
        """Read period, jitter, seed and identifiers."""
        seconds = options.number("seconds", 0.0)
        return cls(
            seconds=seconds or None,
            jitter=options.number("jitter", 0.0),
            seed=options.whole("seed", 0),
            ids=options.ids(),
        )


class _Rhythm(Effect):
    def __init__(self, fault: Period, number: int) -> None:
        self._fault = fault
        self._number = number
        self._random: dict[int, random.Random] = {}

    def period(self, base_id: int) -> float | None:
        return self._fault.seconds if self._fault.hits(base_id) else None

    def delay(self, base_id: int) -> float:
        if not self._fault.jitter or not self._fault.hits(base_id):
            return 0.0
        if base_id not in self._random:
            seed = f"{self._fault.seed}:{self._number}:{base_id}"
            self._random[base_id] = random.Random(seed)  # noqa: S311 - repeatable, not secret
        return self._random[base_id].uniform(0.0, self._fault.jitter)


@dataclass(frozen=True)
class Duplicate(Fault):
    """The node speaks with the identifiers of another pack: a duplicate address.

    Attributes:
        of: number of the other pack.
    """

    of: int
    kind: ClassVar[str] = "duplicate"
    help: ClassVar[str] = "the node uses the identifiers of another pack: duplicate of=1"

    def check(self, subject: Subject) -> None:
        """Refuse a pack that does not exist, and the node itself."""
        if not 1 <= self.of <= subject.ids.packs:
            raise InputError(f"no pack {self.of}, the bank has packs 1 to {subject.ids.packs}")
        if self.of == subject.number:
            raise InputError(f"of={self.of} is the pack itself, give another one")

    def begin(self, subject: Subject) -> Effect:
        """Look the identifiers up."""
        wires = {message.id: subject.ids.wire(message.id, self.of) for message in subject.dialect.messages}
        return _Impostor(wires)

    def options(self) -> dict[str, str]:
        """Return the other pack."""
        return {"of": str(self.of)}

    @classmethod
    def read(cls, options: Options) -> Self:
        """Read the other pack; ``pack1`` is as good as ``1``."""
        text = options.take("of")
        if text is None:
            raise InputError("of= is missing, give the number of the other pack")
        digits = text.removeprefix("pack")
        if not (digits.isascii() and digits.isdigit()):
            raise InputError(f"of={text} is no pack, give its number")
        return cls(of=int(digits))


class _Impostor(Effect):
    def __init__(self, wires: dict[int, Wire]) -> None:
        self._wires = wires

    def wire(self, base_id: int, wire: Wire) -> Wire:  # noqa: ARG002 - a hook
        return self._wires[base_id]
