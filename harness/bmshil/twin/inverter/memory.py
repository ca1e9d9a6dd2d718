"""What the device remembers of each pack that it has heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.timeline import to_ns

if TYPE_CHECKING:
    from bmshil.timeline import Nanoseconds
    from bmshil.twin.inverter import frames
    from bmshil.twin.inverter.believing import Believing
    from bmshil.twin.inverter.hearing import ReadLimits
    from bmshil.twin.inverter.polling.reading import Reading
    from bmshil.twin.inverter.read_sets import ReadSet


class Pack:
    """The last values heard from one pack.

    Args:
        number: from 1.
        believes: what the device takes for possible.
        reads: how the device takes its messages.

    Attributes:
        number: from 1.
        believes: what the device takes for possible.
        limits: from 0x351, or None.
        last_ccl, last_dcl: last limits above zero, A.
        repeats: how often in a row 0x351 came with the same content.
        soc: fraction, or None.
        measured: from 0x356, or None.
        alarms: conditions in the device's own bits.
        charge_allowed, discharge_allowed: from 0x35C; True until it says otherwise.
        requests_charge: whether it asks for a charge from the grid (0x35C).
        known_maker: whether its name (0x35E) is one that the device knows; True until it has told it.
        on_grid: CCL and DCL that bind while the grid is there, A; None where the message set has none.
        cells: lowest and highest cell voltage, V, or None.
        capacity: Ah as the pack itself tells (0x35F), or None.
        items: alarms that stand, in the bits of a message that raises and clears them one by one.
        modules: as the pack tells (0x359), or None.
        heard: when each message was heard last, ns, by base identifier.
        latest: when anything was heard last, ns; -1 for never.
    """

    def __init__(self, number: int, believes: Believing, reads: ReadSet) -> None:
        self.number = number
        self.believes = believes
        self._reads = reads
        self._fresh = to_ns(reads.fresh)
        self.heard: dict[int, int] = {}
        self.latest = -1
        self.limits: frames.Limits | None = None
        self.last_ccl = self.last_dcl = 0.0
        self.repeats = 0
        self.soc: float | None = None
        self.measured: frames.Measured | None = None
        self.alarms = 0
        self.charge_allowed = self.discharge_allowed = True
        self.requests_charge = False
        self.known_maker = True
        self._stopped = False
        self._forbidden = -1
        self.on_grid: tuple[float, float] | None = None
        self.cells: frames.Cells | None = None
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
        """Take a state of charge over, or what the device makes of one that cannot be meant."""
        if soc is not None:
            self.soc = self.believes.take_soc(soc, self.soc)

    def hear_enables(self, charge: bool, discharge: bool) -> None:
        """Take over whether charging and discharging are enabled."""
        self.charge_allowed, self.discharge_allowed = charge, discharge
        if not charge:
            self._forbidden = self.latest

    def permits(self, requests: int) -> tuple[bool, bool]:
        """Tell whether enable bits permit charging and discharging; ``requests`` is their message."""
        since = self.latest - self.heard.get(requests, self.latest)
        if self.believes.missing_requests and (requests not in self.heard or since > self._fresh):
            return False, False
        held = self._forbidden >= 0 and self.latest - self._forbidden < to_ns(self.believes.enable_hold)
        return self.charge_allowed and not held, self.discharge_allowed

    def learn(self, reading: Reading, when: Nanoseconds) -> None:
        """Take in the values of one reply of the pack on RS485."""
        self.latest = when
        self.heard.update(dict.fromkeys(reading.topics, when))
        if reading.limits is not None:
            self.repeats = self.repeats + 1 if reading.limits == self.limits else 0
            self._believe_limits(reading.limits)
        self.hear_soc(reading.soc)
        if reading.enables is not None:
            self.hear_enables(*reading.enables)
        self.measured = reading.measured or self.measured
        self.capacity = reading.capacity or self.capacity
        self.alarms = self.alarms if reading.alarms is None else reading.alarms

    def complete(self, needed: frozenset[int], now: Nanoseconds) -> bool:
        """Tell whether every needed message was heard lately and the limits were plausible."""
        if self.limits is None or self.soc is None or not self.known_maker:
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
        if len(data) < self.believes.shortest_limits:
            return
        if data == self._raw_limits:
            self.repeats += 1
            return
        self._raw_limits = bytes(data)
        self.repeats = 0
        limits = read(data, self.limits)
        if limits:
            self._believe_limits(limits)

    def _believe_limits(self, limits: frames.Limits) -> None:
        used = self.believes.take_limits(limits, self.limits)
        if used is None:
            return
        if self.believes.latches:
            self._stopped |= self.believes.is_odd(limits)
        if self._stopped:
            used = used._replace(ccl=0.0, dcl=0.0)
        self.limits = used
        self.last_ccl = used.ccl or self.last_ccl
        self.last_dcl = used.dcl or self.last_dcl
