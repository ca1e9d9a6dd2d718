"""A BMS that reboots: silent first, then it speaks before it knows anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

from bmshil.bms.faults.effect import Effect, Stage
from bmshil.bms.faults.fault import Fault
from bmshil.bms.faults.text import write_number
from bmshil.errors import InputError
from bmshil.timeline import Nanoseconds, to_ns

if TYPE_CHECKING:
    from bmshil.bms.faults.effect import Subject
    from bmshil.bms.faults.text import Options
    from bmshil.dialects import Report


@dataclass(frozen=True)
class Reboot(Fault):
    """The node is silent, then sends zeros for all measured values and limits, then is as before.

    It ends by itself. Flags, module count and manufacturer stay, so that only the zeros can mislead. Field
    reports: a Multi shut down on it at full power (YamBMS 183, diyBMS 209).

    Attributes:
        silence: s without a message.
        zeros: s of zeros afterwards.

    Raises:
        InputError: a negative time, or nothing at all.
    """

    silence: float = 2.0
    zeros: float = 3.0
    kind: ClassVar[str] = "reboot"
    help: ClassVar[str] = "silence, then zeros, then normal again: reboot, reboot silence=2 zeros=3"

    def __post_init__(self) -> None:
        """Refuse times that make no sense."""
        if not (self.silence >= 0 and self.zeros >= 0 and self.silence + self.zeros > 0):
            raise InputError(
                f"silence={self.silence} and zeros={self.zeros}: give seconds of 0 or more, not both 0"
            )

    def begin(self, subject: Subject) -> Effect:
        """Start the clock."""
        return _Rebooting(self, subject)

    def options(self) -> dict[str, str]:
        """Return both times."""
        return {"silence": write_number(self.silence), "zeros": write_number(self.zeros)}

    @classmethod
    def read(cls, options: Options) -> Self:
        """Read both times."""
        return cls(silence=options.number("silence", 2.0), zeros=options.number("zeros", 3.0))


class _Rebooting(Effect):
    stage: ClassVar[Stage] = Stage.REBOOT

    def __init__(self, fault: Reboot, subject: Subject) -> None:
        self._lasts = fault.silence + fault.zeros
        self._timeline = subject.timeline
        self._speaks = Nanoseconds(subject.timeline.now + to_ns(fault.silence))

    @property
    def lasts(self) -> float | None:
        return self._lasts

    def mutes(self, base_id: int) -> bool:  # noqa: ARG002 - all of them
        return self._timeline.now < self._speaks

    def report(self, base_id: int | None, report: Report) -> Report:  # noqa: ARG002 - all of them
        return replace(
            report, cvl=0.0, ccl=0.0, dcl=0.0, dvl=0.0, soc=0.0, soh=0.0, voltage=0.0, current=0.0,
            temperature=0.0, cell_max=0.0, cell_min=0.0, capacity=0.0,
        )  # fmt: skip
