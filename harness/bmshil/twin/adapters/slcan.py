"""A CANable: a USB adapter that speaks slcan, on a pseudo-terminal.

It is opened by python-can's ``slcan`` interface, by Linux' ``slcand``, or by any program that knows the
protocol. What it says is in ``slcan_protocol``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError, TimelineError
from bmshil.twin.adapters.counters import Counters
from bmshil.twin.adapters.faults import Faults
from bmshil.twin.adapters.slcan_device import SlcanDevice

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.timeline import Periodic, Timeline
    from bmshil.twin.canbus.medium import Medium

_FLOOD_STEP = 0.01  # s; a faster flood comes in bursts of this distance


class SlcanAdapter:
    """A CANable joined to a segment of the twin; its methods may be called by any one thread.

    Attributes:
        link: the name under which hosts open it; there while it is plugged in.
        counters: what went through it.

    Args:
        medium: the segment.
        link: a symbolic link to make; its folder must exist.
        timeline: that of the medium.
        depth: frames that its transmit queue holds; the CANable 2.0 has 64 (``TXQUEUE_LEN`` of its firmware).
        seed: of the faults that go by chance.

    Raises:
        TimelineError: the timeline is simulated: a host on a terminal cannot wait for it.
    """

    def __init__(
        self, medium: Medium, link: Path, *, timeline: Timeline, depth: int = 64, seed: int = 1
    ) -> None:
        if timeline.simulated:
            raise TimelineError(
                f"adapter {link}: a pseudo-terminal runs on wall time only: on simulated time use the "
                f"interface twin"
            )
        self.link = link
        self.counters = Counters()
        self._medium = medium
        self._timeline = timeline
        self._depth = depth
        self._faults = Faults(seed, self.counters)
        self._device: SlcanDevice | None = None
        self._flood: Periodic | None = None

    @property
    def plugged(self) -> bool:
        """Whether a host can open it."""
        return self._device is not None

    def start(self) -> None:
        """Plug it in: the link appears. The channel is closed until the host opens it.

        Raises:
            PortError: the link cannot be made, or the system has no pseudo-terminals left.
        """
        if self._device is None:
            self._device = SlcanDevice(
                self._medium,
                self._timeline,
                self.link,
                depth=self._depth,
                faults=self._faults,
                counters=self.counters,
            )

    def stop(self) -> None:
        """Unplug it and end its faults. May be called again."""
        self.flood(0)
        self.unplug()

    def unplug(self) -> None:
        """Pull it out: the host sees a hang-up, the bus loses a station, the link is gone."""
        device, self._device = self._device, None
        if device is not None:
            device.unplug()

    def replug(self) -> None:
        """Plug it in again, as a new device under the same link: closed, without a bit rate, not stalled.

        Raises:
            PortError: as with ``start``.
        """
        self.start()

    def stall(self, on: bool) -> None:
        """Neither read from the host nor write to it while ``on``; the bus side goes on.

        Unplugging ends it.
        """
        if self._device is not None:
            self._device.terminal.stall(on)

    def drop(self, share: float) -> None:
        """Lose this share of the frames to the host, 0 to 1.

        Raises:
            InputError: it is no share.
        """
        self._faults.drop(share)

    def garble(self, share: float) -> None:
        """Damage this share of the lines to the host, 0 to 1: a byte is missing, or is none of the protocol.

        Raises:
            InputError: it is no share.
        """
        self._faults.garble(share)

    def flood(self, frames_per_second: float) -> None:
        """Send the host frames that were never on the bus, while the channel is open; 0 ends it.

        Raises:
            InputError: the rate is negative.
        """
        if frames_per_second < 0:
            raise InputError(f"adapter {self.link}: a flood of {frames_per_second} frames/s cannot be")
        if self._flood is not None:
            self._flood.cancel()
            self._flood = None
        if frames_per_second:
            burst = max(1, int(frames_per_second * _FLOOD_STEP))
            self._flood = self._timeline.every(burst / frames_per_second, lambda: self._invent(burst))

    def _invent(self, frames: int) -> None:
        device = self._device
        if device is not None and device.is_open:
            for _ in range(frames):
                device.show(self._timeline.now, self._faults.invented())
