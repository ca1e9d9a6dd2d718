"""Questions about the physical layer of the bus: errors, collisions, acknowledgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.bus.duplicates import alternating, colliding, heard_at
from bmshil.bench.bus.error_rate import ErrorRate, count_frames
from bmshil.errors import Blocked, Inconclusive
from bmshil.journal import Frame
from bmshil.judge import ALONE, Measurement
from bmshil.judge.health import SICK_STATES
from bmshil.judge.uncertainty import OF_STAMPS
from bmshil.timeline import Nanoseconds, to_seconds

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench
    from bmshil.bench.bus.duplicates import Identifier
    from bmshil.ports import CanPort

DOUBLED = 1.5
"""An identifier that comes more often than this many times per period has two senders."""


NO_BUS = "not observable: no CAN bus"

CONFIRMED = 0.02
"""So long after a frame was sent its confirmation may come on a healthy bus, s."""


class PhysicalBus:
    """What the port that hears best has heard below the meaning of the frames.

    Args:
        bench: lets time pass.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    @property
    def ears(self) -> str:
        """Where timing is decided: the role of the witness, or of the emulator without one."""
        return "witness" if "witness" in self._bench.ports else "emulator"

    @property
    def _emulator(self) -> CanPort:
        """The adapter that plays the nodes.

        Raises:
            Blocked: there is no CAN bus.
        """
        port = self._bench.ports.get("emulator")
        if port is None:
            raise Blocked(NO_BUS)
        return port

    @property
    def acknowledged(self) -> bool:
        """Whether somebody takes part in the traffic of the bank."""
        return self._emulator.acknowledged

    @property
    def alone(self) -> str:
        """What it means when nobody does, in words."""
        return ALONE

    def error_rate(self, over: float) -> ErrorRate:
        """How many frames come through and how many are destroyed over the next seconds, at which current.

        Raises:
            Blocked: nobody acknowledges: a device that has left the bus destroys no frame either.
            Inconclusive: nothing was heard.
        """
        bench = self._bench
        start = bench.seconds
        current = bench.current(over)
        rate = ErrorRate(
            abs(float(current.value)), *count_frames(bench.journal, self.ears, start, bench.seconds)
        )
        if not rate.errors and not self.acknowledged:
            raise Blocked(f"{ALONE} (at {rate.current:.0f} A)")
        if not rate.errors and not rate.frames:
            raise Inconclusive(f"the {self.ears} heard nothing at {rate.current:.0f} A: is it on the bus?")
        return rate

    def last_set(self, pack: int) -> Frame:
        """The last frame with the limits of a pack.

        Raises:
            Inconclusive: the pack was not heard.
        """
        return self._last_set(pack)[1]

    def until_set(self, pack: int) -> float:
        """How long it takes until a pack's next set but one, s: more than its period.

        Raises:
            Inconclusive: the pack was not heard.
        """
        when, _ = self._last_set(pack)
        return when + 2 * self._bench.bank[pack].period - self._bench.seconds

    def _last_set(self, pack: int) -> tuple[float, Frame]:
        bench = self._bench
        wanted = bench.rig.ids.wire(bench.rig.dialect.role("limits"), pack)
        found = None
        since = bench.seconds - 2 * bench.bank[pack].period
        for one in heard_at(bench.journal, self.ears, max(0.0, since), bench.seconds):
            if one is not None and one[1] == wanted:
                found = one
        if found is None:
            raise Inconclusive(f"pack {pack} was not heard for two periods: is it silenced?")
        return to_seconds(Nanoseconds(found[0])), Frame(wanted[0], found[2], wanted[1])

    def alternating_packs(self, over: float) -> str:
        """Packs with two senders that run freely: twice as many frames, with values that alternate."""
        bench = self._bench
        start = bench.seconds
        bench.run(over)
        found = alternating(bench.journal, self.ears, start, bench.seconds)
        owners = {identifier: bench.rig.ids.owner(*identifier) for identifier in found}
        return packs_named(
            {
                owner[0]
                for identifier, owner in owners.items()
                if owner is not None and found[identifier] / over > DOUBLED / bench.bank[owner[0]].period
            }
        )

    def colliding_packs(self, over: float) -> str:
        """Packs whose frames collide with others of the same identifier over the next seconds."""
        start = self._bench.seconds
        self._bench.run(over)
        return self.found_colliding(start)

    def found_colliding(self, since: float) -> str:
        """Packs whose frames have collided with others of the same identifier since ``since``, s."""
        bench = self._bench
        found = colliding(bench.journal, self.ears, since, bench.seconds)
        owners = (bench.rig.ids.owner(*identifier) for identifier in found)
        return packs_named({owner[0] for owner in owners if owner is not None})

    def traffic(self, since: float) -> tuple[Measurement, Measurement]:
        """Frames that came through since ``since`` (s), and errors on the bus."""
        now = self._bench.seconds
        frames, errors = count_frames(self._bench.journal, self.ears, since, now)
        return (
            Measurement("frames on the bus", since, now, "count", float(frames)),
            Measurement("errors on the bus", since, now, "count", float(errors)),
        )

    def highest_counter(self, port: str, since: float) -> Measurement:
        """The highest transmit error counter that a port has told since ``since``, s; 0 when it told none."""
        bench = self._bench
        told = [
            float(event.data.get("tec") or 0.0)
            for kind in ("bus_error", "bus_state")
            for event in bench.journal.events(since, bench.seconds, kind)
            if event.source == port
        ]
        return Measurement(f"{port}.tec", since, bench.seconds, "max", max(told, default=0.0))

    def limits_heard(self, over: float) -> set[tuple[Identifier, bytes]]:
        """Identifiers and values of all frames with limits, heard over the next seconds."""
        bench = self._bench
        start = bench.seconds
        bench.run(over)
        base = bench.rig.dialect.role("limits")
        ids = bench.rig.ids
        wanted = {ids.wire(base, speaker) for speaker in range(1, ids.packs + 1)}
        heard = heard_at(bench.journal, self.ears, start, bench.seconds)
        return {(one[1], one[2]) for one in heard if one is not None and one[1] in wanted}

    def confirmed_share(self, over: float) -> Measurement:
        """Share of the bank's frames that somebody acknowledges over the next seconds, 0..1.

        Raises:
            Inconclusive: the bank sent nothing.
        """
        bench = self._bench
        start, sent = bench.seconds, bench.bank.sent
        emulator = self._emulator
        confirmed = emulator.health.confirmed
        bench.run(over)
        sent = bench.bank.sent - sent
        if not sent:
            raise Inconclusive("the bank sent nothing: is it silenced?")
        end = bench.seconds
        bench.until(lambda: emulator.health.confirmed - confirmed >= sent, CONFIRMED)
        share = min(1.0, (emulator.health.confirmed - confirmed) / sent)
        return Measurement("acknowledged frames", start, end, "share", share)

    @property
    def emulator_passive(self) -> bool:
        """Whether the emulator's controller is error-passive, or worse: its frames are not acknowledged."""
        return self._emulator.health.state in SICK_STATES

    def own_frames(self, device: Frame, since: float) -> list[float]:
        """When the device was heard with a frame of this identifier and length since ``since``, s.

        A flood against the device has its identifier, but another length.
        """
        bench = self._bench
        return [
            to_seconds(Nanoseconds(one[0]))
            for one in heard_at(bench.journal, self.ears, max(0.0, since), bench.seconds)
            if one is not None and one[1] == (device.id, device.extended) and len(one[2]) == len(device.data)
        ]

    def first_own_frame(self, device: Frame, *, since: float, within: float) -> Measurement | None:
        """Time from ``since`` (s) until the device is heard with a frame, s; None when it is not."""
        bench = self._bench
        while not (heard := self.own_frames(device, since)):
            if bench.seconds - since >= within:
                return None
            bench.run(0.25)
        return Measurement("device", since, bench.seconds, "first frame", heard[0] - since, "s", OF_STAMPS)


def packs_named(packs: set[int]) -> str:
    """Name packs: "pack 2, pack 3", or "none"."""
    return ", ".join(f"pack {number}" for number in sorted(packs)) or "none"
