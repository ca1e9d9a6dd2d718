"""CAN interfaces of Linux: the link says whether they live, not the socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.errors import PortError
from bmshil.ports.adapters.base import Adapter, Settings
from bmshil.ports.adapters.netdev import NetDevice
from bmshil.ports.capability import Capability
from bmshil.ports.trouble import Trouble, What, diagnose

if TYPE_CHECKING:
    from collections.abc import Mapping

    import can


class SocketCan(Adapter):
    """A SocketCAN interface.

    An interface that is down reads as an idle bus, and a device that was plugged in again is another one
    under the same name, on which the old socket never hears anything: so the link itself is watched.
    Where this process may (as root), it brings a device up that has come back, and takes the link down and
    up to empty its queue or to end a bus-off: several drivers, gs_usb among them, know no other way. An
    interface that somebody has put down is left alone until somebody brings it up.
    """

    shared = True
    socketcan_errors = True
    early_echo = True  # some firmware and some drivers do so
    patience = 0.25  # taking the link down takes a while, and frames are sent meanwhile
    settling = 0.05  # a device that is pulled out is taken down before it is gone

    def __init__(self, interface: str, channel: str, options: Mapping[str, Any]) -> None:
        super().__init__(interface, channel, options)
        self._device = NetDevice(channel)
        self._index: int | None = None
        self._tried: int | None = None

    @property
    def resets(self) -> bool:
        """Whether this process may take the link down and up."""
        return self._device.may_configure()

    @property
    def capabilities(self) -> Capability:
        """Listening only and one-shot are properties of the interface, which the port does not set."""
        return (
            Capability.ECHO | Capability.ERROR_FRAMES | (Capability.FLUSH if self.resets else Capability(0))
        )

    def open(self, settings: Settings) -> can.BusABC:
        """Open a socket on an interface that is up.

        Raises:
            PortError: it is not there, or down; says how to bring it up.
        """
        index = self._device.index
        if index is None:
            raise PortError(f"there is no interface {self.channel}: plug it in")
        if not self._device.up:
            self._bring_up(index, settings)
        bus = super().open(settings)
        self._index = index
        return bus

    def _bring_up(self, index: int, settings: Settings) -> None:
        """Bring up a device that has come back, once; an interface put down by somebody stays down."""
        came_back = self._index is not None and index != self._index
        how = self._device.how_to_set_up(settings.bitrate)
        state = "is back, but down" if came_back else "is down"
        said = ""
        if came_back and index != self._tried and self.resets:
            self._tried = index
            failed = self._device.set_up(settings.bitrate)
            if failed is None:
                return
            said = f" ({failed})"
        raise PortError(f"{self.channel} {state}{said}: {how}")

    def check(self, bus: can.BusABC) -> Trouble | None:  # noqa: ARG002 - the socket would not tell
        """Look at the link."""
        index = self._device.index
        if index is None:
            return Trouble(What.UNPLUGGED, f"interface {self.channel} is gone")
        if index != self._index:
            return Trouble(What.UNPLUGGED, f"interface {self.channel} was plugged in again")
        if not self._device.up:
            return Trouble(What.INTERFACE_DOWN, f"interface {self.channel} was taken down")
        return None

    def diagnose(self, error: BaseException) -> Trouble:
        """Tell a device that is gone from one that is down: the socket says the same at first."""
        trouble = diagnose(error)
        if trouble.what is What.INTERFACE_DOWN and self._device.index != self._index:
            return Trouble(What.UNPLUGGED, trouble.cause)
        return trouble

    def flush(self, bus: can.BusABC) -> int | None:  # noqa: ARG002 - a socket cannot
        """A socket cannot take back what it has given to the queue of the link."""
        return None

    def reset(self, settings: Settings) -> None:
        """Take the link down and up.

        Raises:
            PortError: it did not come up.
        """
        failed = self._device.set_up(settings.bitrate)
        if failed is not None:
            raise PortError(f"{self.channel} did not come up again: {failed}")

    def why_not_listen_only(self) -> str:
        """Listening only is set where the interface is set up."""
        return (
            f"listen-only is a property of interface {self.channel}: ip link set {self.channel} down; "
            f"ip link set {self.channel} up type can listen-only on"
        )
