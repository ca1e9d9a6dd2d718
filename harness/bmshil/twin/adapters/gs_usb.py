"""A candleLight: a USB-CAN adapter in software, behind Linux's own gs_usb driver.

It is plugged into the kernel's software USB host controller and shows up as a SocketCAN interface.
Whatever the driver does, with the interface or with its frames, happens on a segment of the twin.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from bmshil.errors import TimelineError
from bmshil.twin.adapters import vhci
from bmshil.twin.adapters.gs_usb_device import GsUsbDevice

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.twin.canbus.confinement import State
    from bmshil.twin.canbus.medium import Medium


class GsUsbAdapter:
    """A candleLight joined to a segment of the twin; its methods may be called by any one thread.

    The open firmware of real ones confirms a frame when it enters a mailbox of the controller. This one
    confirms it when it was acknowledged on the bus, so that what the host counts as sent has been there;
    ``early_echo`` does as the firmware does.

    Args:
        medium: the segment, on wall time.
        serial: serial number, by which a host tells its adapters apart.
        plug: plugs the host's end of a USB/IP socket into a host; Linux's own host controller when left out.
        recovers: whether it recovers from bus-off by itself, as the open firmware does; otherwise only when
            the host takes the interface down and up.
        early_echo: confirm like the open firmware; in one-shot mode it always does.
        unasked_errors: report every error on the bus, as firmware did before hosts could ask for it (Linux
            can from 6.2 on, with ``berr-reporting``).

    Raises:
        TimelineError: the timeline is simulated: a kernel cannot wait for it.
    """

    def __init__(
        self,
        medium: Medium,
        serial: str,
        *,
        plug: Callable[[socket.socket], object] = vhci.plug,
        recovers: bool = True,
        early_echo: bool = False,
        unasked_errors: bool = False,
    ) -> None:
        if medium.timeline.simulated:
            raise TimelineError(
                f"adapter {serial}: USB runs on wall time only: on simulated time use the interface twin"
            )
        self._medium = medium
        self._serial = serial
        self._plug = plug
        self._recovers = recovers
        self._early_echo = early_echo
        self._unasked_errors = unasked_errors
        self._device: GsUsbDevice | None = None

    @property
    def plugged(self) -> bool:
        """Whether it is plugged in."""
        return self._device is not None

    @property
    def bitrate(self) -> int | None:
        """What the host has set, bit/s; None before, and while unplugged."""
        return self._device.bitrate if self._device is not None else None

    @property
    def state(self) -> State | None:
        """Of its CAN controller; None while the host has the interface down."""
        station = self._device.station if self._device is not None else None
        return station.state if station is not None else None

    def start(self) -> None:
        """Plug it in. The host's interface appears a moment later: down, and without a bit rate.

        Raises:
            PortError: the host takes no device.
        """
        if self._device is not None:
            return
        ours, theirs = socket.socketpair()
        device = GsUsbDevice(
            self._medium,
            ours,
            self._serial,
            recovers=self._recovers,
            early_echo=self._early_echo,
            unasked_errors=self._unasked_errors,
        )
        device.link.start()
        try:
            self._plug(theirs)
        except BaseException:
            device.link.close()
            raise
        finally:
            theirs.close()  # who was plugged in keeps a hold of its own
        self._device = device

    def stop(self) -> None:
        """Unplug it. May be called again."""
        self.unplug()

    def unplug(self) -> None:
        """Pull it out: the host's interface vanishes, the bus loses a station."""
        device, self._device = self._device, None
        if device is not None:
            device.link.close()

    def replug(self) -> None:
        """Plug it in again, with the same serial number.

        Raises:
            PortError: as with ``start``.
        """
        self.start()
