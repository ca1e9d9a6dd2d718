"""candleLight adapters through libusb: reading never fails, whatever happens to them."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.ports.adapters.base import Adapter
from bmshil.ports.capability import Capability
from bmshil.ports.trouble import Trouble, What

if TYPE_CHECKING:
    import can

USB_DEVICES = Path("/dev/bus/usb")


class GsUsb(Adapter):
    """A candleLight, CANable with that firmware, or the like; opening it again empties it.

    python-can's driver returns None for ever when the adapter is gone, so the device node is watched.
    """

    socketcan_errors = True
    early_echo = True  # some firmware and some drivers do so

    @property
    def capabilities(self) -> Capability:
        """Echo, error frames in SocketCAN's layout, and time stamps of its own."""
        return Capability.ECHO | Capability.ERROR_FRAMES | Capability.HARDWARE_TIME | Capability.FLUSH

    def check(self, bus: can.BusABC) -> Trouble | None:
        """Look whether the device is still on the USB bus; a new plugging in gives it another address."""
        device = bus.gs_usb.gs_usb  # type: ignore[attr-defined]  # python-can's object, and pyusb's in it
        node = USB_DEVICES / f"{device.bus:03d}" / f"{device.address:03d}"
        if USB_DEVICES.exists() and not node.exists():
            return Trouble(What.UNPLUGGED, f"USB device {node} is gone")
        return None

    def diagnose(self, error: BaseException) -> Trouble:
        """Tell what has happened; one whose buffer is full lets the USB transfer time out."""
        trouble = super().diagnose(error)
        cause: BaseException | None = error.__cause__
        if getattr(cause, "errno", None) == errno.ETIMEDOUT:
            return Trouble(What.BUFFER_FULL, trouble.cause, lasting=False)
        return trouble
