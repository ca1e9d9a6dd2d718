"""What a port needs to know about one kind of adapter; here what holds for most of python-can's."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from bmshil.ports.capability import Capability
from bmshil.ports.trouble import GARBLED, Trouble, diagnose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import can

    from bmshil.ports.news import News

DRAINING = 0.05
"""What an adapter hands over at once after opening was queued before; longer than this it is traffic, s."""


class Settings(NamedTuple):
    """How a channel is opened.

    Attributes:
        bitrate: bit/s.
        listen_only: neither send nor acknowledge.
        one_shot: try each frame only once.
    """

    bitrate: int
    listen_only: bool = False
    one_shot: bool = False


class Adapter:
    """One adapter through one python-can interface.

    Opening, closing and ``reset`` may block; on wall time the port's own thread does them. The rest is
    called on the timeline and returns at once, except ``check``, which the port's thread calls too.

    Args:
        interface: as python-can names it.
        channel: as the interface names it.
        options: further arguments for the interface; they win over what is set here.

    Attributes:
        hands_over: frames come through ``bus.on_frame``, on the timeline, and not through ``recv``.
        shared: the interface marks frames of every program on this machine as our own.
        socketcan_errors: error frames have SocketCAN's layout.
        early_echo: whether a frame may come back when the adapter has taken it, and not when it was sent.
        patience: how long a frame may wait for its confirmation, as a share of the period.
        settling: how long after a failure its cause may still change, s.
        send_timeout: what ``send`` may wait, s; None for the driver's own way.
    """

    hands_over: bool = False
    shared: bool = False
    socketcan_errors: bool = False
    early_echo: bool = False
    patience: float = 0.5
    settling: float = 0.0
    send_timeout: float | None = None

    def __init__(self, interface: str, channel: str, options: Mapping[str, Any]) -> None:
        self.interface = interface
        self.channel = channel
        self.options = dict(options)

    @property
    def resets(self) -> bool:
        """Whether ``reset`` can empty the adapter and end a bus-off."""
        return True

    @property
    def capabilities(self) -> Capability:
        """What the interface is known to be able to do."""
        return Capability(0)

    def open(self, settings: Settings) -> can.BusABC:
        """Open the channel; raises whatever the driver raises."""
        import can  # noqa: PLC0415 - slow to import, and `--help` needs no bus

        arguments = {"bitrate": settings.bitrate, **self.arguments(settings), **self.options}
        return can.Bus(interface=self.interface, channel=self.channel, ignore_config=True, **arguments)

    def arguments(self, settings: Settings) -> dict[str, Any]:
        """Name the settings as the interface names them."""
        if Capability.ECHO in self.capabilities and not settings.listen_only:
            return {"receive_own_messages": True}
        return {}

    def drain(self, bus: can.BusABC) -> int:
        """Take away what was queued before the channel was opened; returns the number of frames."""
        end = time.monotonic() + DRAINING
        frames = 0
        while time.monotonic() < end:
            try:
                if bus.recv(0) is None:
                    break
            except GARBLED:  # half a line from before
                continue
            frames += 1
        return frames

    def check(self, bus: can.BusABC) -> Trouble | None:  # noqa: ARG002 - most drivers tell by raising
        """Look whether the adapter lives, after it has said nothing for a while."""
        return None

    def diagnose(self, error: BaseException) -> Trouble:
        """Tell what has happened from what the driver has raised."""
        return diagnose(error)

    def flush(self, bus: can.BusABC) -> int | None:
        """Take back the frames that were not sent, at once; their number, or None when it cannot."""
        try:
            bus.flush_tx_buffer()
        except NotImplementedError:
            return None
        return -1

    def reset(self, settings: Settings) -> None:
        """Empty the closed adapter and end a bus-off; for most of them closing has done it."""

    def restart(self, bus: can.BusABC) -> bool:  # noqa: ARG002 - most drivers cannot
        """Recover from bus-off at once; False when only a reset can."""
        return False

    def counters(self, bus: can.BusABC) -> tuple[int, int] | None:  # noqa: ARG002 - most drivers cannot
        """Transmit and receive error counter now, where asking costs nothing."""
        return None

    def told(self, bus: can.BusABC) -> Sequence[News]:  # noqa: ARG002 - most drivers raise
        """What the adapter has told otherwise than by error frames and by raising, since the last call."""
        return ()

    def why_not(self, present: Settings, wanted: Settings, capabilities: Capability) -> str | None:
        """Say why it cannot go from the present settings to others, and what to do; None when it can."""
        if wanted.listen_only and not present.listen_only and Capability.LISTEN_ONLY not in capabilities:
            return self.why_not_listen_only()
        if wanted.one_shot and Capability.ONE_SHOT not in capabilities:
            return f"{self.interface} {self.channel} cannot send one-shot: use another adapter"
        return None

    def why_not_listen_only(self) -> str:
        """Say why the port cannot make the adapter listen only, and what to do."""
        return f"{self.interface} {self.channel} cannot listen only: use another adapter"

    def close(self, bus: can.BusABC) -> None:
        """Release the adapter; raises whatever the driver raises, but leaves no file open."""
        bus.shutdown()
