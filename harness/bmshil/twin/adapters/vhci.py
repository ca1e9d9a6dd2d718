"""Linux's own software USB host controller, vhci_hcd: where a USB device in software is plugged in.

Needs the kernel module vhci-hcd and root. Source: Linux kernel, drivers/usb/usbip/vhci_sysfs.c.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.errors import PortError

if TYPE_CHECKING:
    import socket

CONTROLLER = Path("/sys/devices/platform/vhci_hcd.0")
FULL_SPEED = 2  # enum usb_device_speed: 12 Mbit/s
FREE = "004"  # enum usbip_device_status: VDEV_ST_NULL
PATIENCE = 10.0  # s
LOOK = 0.01  # s


def plug(line: socket.socket, *, controller: Path = CONTROLLER) -> None:
    """Plug the device at the other end of ``line`` into a free port; the kernel keeps the line.

    Raises:
        PortError: there is no such controller, it may not be used, or no port became free in 10 s.
    """
    end = time.monotonic() + PATIENCE
    while (port := _free_port(controller)) is None:
        if time.monotonic() > end:
            raise PortError(f"{controller}: no port became free in {PATIENCE:.0f} s: unplug something")
        # The kernel frees a port some time after its device was pulled, and tells nobody.
        time.sleep(LOOK)
    try:
        (controller / "attach").write_text(f"{port} {line.fileno()} {port + 1} {FULL_SPEED}")
    except OSError as error:
        raise PortError(f"{controller}: port {port} takes no device: {error.strerror}") from error


def _free_port(controller: Path) -> int | None:
    """Number of the first free port for devices up to USB 2."""
    try:
        lines = (controller / "status").read_text().splitlines()
    except OSError as error:
        raise PortError(
            f"{controller}: {error.strerror}: a USB device in software needs root and the module vhci-hcd"
        ) from error
    for line in lines:
        hub, port, status, *_ = line.split()
        if hub == "hs" and status == FREE:
            return int(port)
    return None
