"""The gate through which every frame leaves for a device that could be harmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bmshil.errors import EnvelopeError
from bmshil.journal import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.dialects import Dialect, IdMap, Report
    from bmshil.journal import Journal

Wire = tuple[int, bool]


def everything(_report: Report) -> bool:
    """Admit every report: what asks is software, which nothing can harm."""
    return True


class Absolute(NamedTuple):
    """What a device bears.

    Attributes:
        voltage: lowest and highest DC voltage, V.
        charge: highest charge current, A.
        discharge: highest discharge current, A, positive.
    """

    voltage: tuple[float, float]
    charge: float
    discharge: float


class StimulusGate:
    """Reads every frame as the device would, just before it is sent, and holds back what could harm it.

    Harmful is a CVL, CCL or DCL outside the absolute limits of the device. A CVL of 0 V is one: devices in
    the field take it for an over-voltage and discharge the battery. The bytes are read and not the report,
    so that faults which change bytes or identifiers, a second sender and a capture pass here as well.

    The first harmful frame raises. Later ones are held back without a word until ``rearm``, so that the way
    off is not disturbed by the node that goes on trying.

    Args:
        dialect: how the device reads the frames.
        ids: who sends which identifier.
        bears: what the device bears.
        journal: where refusals and permitted hazards are written.
        allowed: harmful frames are sent and written down instead.

    Attributes:
        allowed: as above.
        refused: why a frame was held back; empty since ``rearm``.
        hazards: how many harmful frames were let through.
        on_hazard: called with the reason before the first harmful frame since ``rearm`` is let through.
    """

    def __init__(
        self, dialect: Dialect, ids: IdMap, bears: Absolute, journal: Journal, *, allowed: bool = False
    ) -> None:
        self.refused = ""
        self.hazards = 0
        self.on_hazard: Callable[[str], object] | None = None
        self.allowed = allowed
        self._journal = journal
        self._dialect = dialect
        low, high = bears.voltage
        self._bounds = {
            "cvl": (low, high, "V"),
            "ccl": (0.0, bears.charge, "A"),
            "dcl": (0.0, bears.discharge, "A"),
        }
        limits = [
            message.id
            for message in dialect.messages
            if self._bounds.keys() & dialect.read({message.id: bytes(message.length)}).keys()
        ]
        # Whatever the scheme, a device may listen to the identifiers that the dialect was written for.
        self._bases: dict[Wire, int] = {(base, False): base for base in limits} | {
            ids.wire(base, pack): base for base in limits for pack in range(1, ids.packs + 1)
        }
        # Limits seldom change: what was looked at last is not looked at again.
        self._good: dict[Wire, bytes] = {}
        self._told = False

    def admits(self, frame: Frame) -> bool:
        """Say whether a frame may be sent.

        Raises:
            EnvelopeError: it could harm the device, and nobody has allowed that. Raised once.
        """
        wire = frame.id, frame.extended
        base = self._bases.get(wire)
        if base is None or frame.remote or self._good.get(wire) == frame.data:
            return True
        reason = self._harm(base, frame)
        if not reason:
            self._good[wire] = frame.data
            return True
        if self.allowed:
            self._let_through(reason)
            return True
        if not self.refused:
            self.refused = f"{reason}; not sent: --allow-hazard allows it, with a reduced current"
            self._journal.event("hazard", "gate", sent=False, cause=reason)
            raise EnvelopeError(self.refused)
        return False

    def admits_report(self, report: Report) -> bool:
        """Say whether a report may be told by other ways than CAN: it is read as the frames that it would be.

        Raises:
            EnvelopeError: as ``admits``.
        """
        return all(
            self.admits(Frame(message.id, self._dialect.encode(message.id, report)))
            for message in self._dialect.messages
        )

    def rearm(self) -> None:
        """Begin anew: the next harmful frame is told again."""
        self.refused = ""
        self._told = False

    def _harm(self, base: int, frame: Frame) -> str:
        values = self._dialect.read({base: frame.data})
        for name, (low, high, unit) in self._bounds.items():
            value = values.get(name)
            # Written so that NaN is outside.
            if isinstance(value, float | int) and not low <= value <= high:
                return (
                    f"{frame.label}: {name.upper()} {value:g} {unit} lies outside what the device bears, "
                    f"{low:g} to {high:g} {unit}"
                )
        return ""

    def _let_through(self, reason: str) -> None:
        self.hazards += 1
        if not self._told:
            self._told = True
            self._journal.event("hazard", "gate", sent=True, cause=reason)
            if self.on_hazard is not None:
                self.on_hazard(reason)
