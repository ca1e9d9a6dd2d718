"""What the device remembers of each pack that it has heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.timeline import to_ns

if TYPE_CHECKING:
    from bmshil.timeline import Nanoseconds
    from bmshil.twin.inverter import frames
    from bmshil.twin.inverter.hearing import ReadLimits
    from bmshil.twin.inverter.polling.reading import Reading
    from bmshil.twin.inverter.read_sets import ReadSet


class Pack:
    """The last values heard from one pack.

    Args:
        number: from 1.
        voltage: lowest and highest charge voltage that can be meant, V.
        reads: how the device takes its messages.

    Attributes:
        number: from 1.
        limits: from 0x351, or None.
        last_ccl, last_dcl: last limits above zero, A.
        repeats: how often in a row 0x351 came with the same content.
        soc: fraction, or None.
        measured: from 0x356, or None.
        alarms: conditions in the device's own bits.
        charge_allowed, discharge_allowed: from 0x35C; True until it says otherwise.
        capacity: Ah as the pack itself tells (0x35F), or None.
        items: alarms that stand, in the bits of a message that raises and clears them one by one.
        modules: as the pack tells (0x359), or None.
        heard: when each message was heard last, ns, by base identifier.
        latest: when anything was heard last, ns; -1 for never.
    """

    def __init__(self, number: int, voltage: tuple[float, float], reads: ReadSet) -> None:
        self.number = number
        self._reads = reads
        self._fresh = to_ns(reads.fresh)
        self._lowest, self._highest = voltage
        self.heard: dict[int, int] = {}
        self.latest = -1
        self.limits: frames.Limits | None = None
        self.last_ccl = self.last_dcl = 0.0
        self.repeats = 0
        self.soc: float | None = None
        self.measured: frames.Measured | None = None
        self.alarms = 0
        self.charge_allowed = self.discharge_allowed = True
        self.capacity: float | None = None
        self.modules: int | None = None
        self._raw_limits = b""
        self.items = 0

    def hear(self, base: int, data: bytes | bytearray, when: Nanoseconds) -> None:
        """Take in one frame of the pack, already named by its base identifier."""
        self.heard[base] = when
        self.latest = when
        hear = self._reads.hears.get(base)
        if hear is not None:
            hear(self, data)

    def hear_soc(self, soc: float | None) -> None:
        """Take a state of charge over; one above 1 cannot be meant."""
        if soc is not None and soc <= 1.0:
            self.soc = soc

    def learn(self, reading: Reading, when: Nanoseconds) -> None:
        """Take in the values of one reply of the pack on RS485."""
        self.latest = when
        self.heard.update(dict.fromkeys(reading.topics, when))
        if reading.limits is not None:
            self.repeats = self.repeats + 1 if reading.limits == self.limits else 0
            self._believe_limits(reading.limits)
        self.hear_soc(reading.soc)
        if reading.enables is not None:
            self.charge_allowed, self.discharge_allowed = reading.enables
        self.measured = reading.measured or self.measured
        self.capacity = reading.capacity or self.capacity
        self.alarms = self.alarms if reading.alarms is None else reading.alarms

    def complete(self, needed: frozenset[int], now: Nanoseconds) -> bool:
        """Tell whether every needed message was heard lately and the limits were plausible."""
        if self.limits is None or self.soc is None:
            return False
        oldest = now - self._fresh
        return all(self.heard.get(base, -1) > oldest for base in needed)

    def forget(self, *, soc: bool) -> None:
        """Forget the limits, and the state of charge as well or not, until they are heard again."""
        self.limits = None
        self._raw_limits = b""
        if soc:
            self.soc = None

    def hear_limits(self, data: bytes | bytearray, read: ReadLimits) -> None:
        """Take limits over; a charge voltage that cannot be meant is dropped with its whole frame."""
        if data == self._raw_limits:
            self.repeats += 1
            return
        self._raw_limits = bytes(data)
        self.repeats = 0
        limits = read(data, self.limits)
        if limits:
            self._believe_limits(limits)

    def _believe_limits(self, limits: frames.Limits) -> None:
        if self._lowest <= limits.cvl <= self._highest and limits.ccl >= 0 and limits.dcl >= 0:
            self.limits = limits
            self.last_ccl = limits.ccl or self.last_ccl
            self.last_dcl = limits.dcl or self.last_dcl
