"""The bus of a bench whose device asks over RS485: the same questions of tests, answered from the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.bus.line_watch import ASCII, REGISTERS
from bmshil.bench.bus.questions import PROTOCOL_TIME, Bus
from bmshil.timeline import to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.bench.bench import Bench
    from bmshil.bench.bus.line_watch import LineWatch
    from bmshil.bench.bus.watch import Identifier
    from bmshil.inverter import KeepAliveWatch
    from bmshil.judge import Measurement

UNASKED = (
    "nobody asks: check the cable, A and B, the bit rate, the battery type in the menu and that it is on"
)


class LineBus(Bus):
    """What passes between device and bank on a serial line.

    What only a CAN bus has is blocked: "not observable: no CAN bus".

    Args:
        bench: lets time pass.
        watch: listens on the line all the time.
        keepalive: for the questions of the device.
    """

    def __init__(self, bench: Bench, watch: LineWatch, keepalive: KeepAliveWatch) -> None:
        super().__init__(bench, None, keepalive)
        self._line = watch

    @property
    def acknowledged(self) -> bool:
        """Whether the device asks."""
        return self.keepalive.alive(self._bench.timeline.now)

    @property
    def alone(self) -> str:
        """What it means when it does not, in words."""
        return UNASKED

    def forget(self) -> None:
        """Begin anew, at the start of a test: there is nothing to forget."""

    def last_acknowledged(self, identifiers: Iterable[Identifier]) -> float | None:  # noqa: ARG002 - one line has one bank
        """End of the bank's last answer, s; None without one."""
        last = self._line.last_answer
        return None if last is None else to_seconds(last)

    def identifiers(self, *_base_ids: int) -> list[Identifier]:
        """No identifiers on a serial line."""
        return []

    def device_heard(self, since: float) -> bool:
        """Whether the device has said anything since ``since``, s."""
        return bool(self._line.asked(since))

    def protocol(self, within: float) -> Measurement:
        """The protocol of the device's questions, listening at most ``within`` seconds."""
        bench = self._bench
        start = bench.seconds
        bench.until(lambda: self._family(start) == self.declared_protocol, min(within, PROTOCOL_TIME))
        if self._family(start) != self.declared_protocol:
            bench.run(within - (bench.seconds - start))
        return bench.observe("protocol of the device", self._family(start), start)

    @property
    def declared_protocol(self) -> str:
        """The protocol that the declared questions belong to."""
        polls = self._bench.declares.serial
        return ASCII if polls is None or polls.ascii else REGISTERS

    def _family(self, since: float) -> str:
        families = {one.family for one in self._line.asked(since)}
        return next(iter(families)) if len(families) == 1 else "unknown" if families else "silent"
