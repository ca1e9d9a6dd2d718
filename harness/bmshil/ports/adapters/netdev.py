"""A network interface of Linux: whether it is there and up, and how to bring it up."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

SYS_NET = Path("/sys/class/net")
IFF_UP = 0x1  # linux/if.h
IP_TIMEOUT = 5.0  # s


class NetDevice:
    """One network interface, by name; it may come and go.

    Args:
        name: e.g. can0.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._folder = SYS_NET / name

    @property
    def index(self) -> int | None:
        """Number of the device, another one each time it is plugged in; None while it is not there."""
        return self._read("ifindex", 10)

    @property
    def up(self) -> bool:
        """Whether it is there and up."""
        return bool((self._read("flags", 16) or 0) & IFF_UP)

    def how_to_set_up(self, bitrate: int) -> str:
        """The command that brings it up, for people."""
        return f"ip link set {self.name} up type can bitrate {bitrate}"

    @staticmethod
    def may_configure() -> bool:
        """Whether this process may try to bring interfaces up and down."""
        return os.geteuid() == 0 and shutil.which("ip") is not None

    def set_up(self, bitrate: int) -> str | None:
        """Set the bit rate and bring it up; None when it worked, otherwise what ``ip`` said."""
        # A virtual interface has no bit rate: bringing it up decides.
        self._ip("down")
        refused = self._ip("type", "can", "bitrate", str(bitrate))
        failed = self._ip("up")
        return None if failed is None else refused or failed

    def _ip(self, *arguments: str) -> str | None:
        """Run ``ip link set``; None when it worked, otherwise what it said."""
        command = ["ip", "link", "set", self.name, *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - fixed command, name from the rig file
                command, capture_output=True, text=True, timeout=IP_TIMEOUT, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{' '.join(command)}: {error}"
        said = " ".join(done.stderr.split())
        return None if done.returncode == 0 else said or f"{' '.join(command)} failed"

    def _read(self, attribute: str, base: int) -> int | None:
        try:
            return int((self._folder / attribute).read_text(), base)
        except (OSError, ValueError):
            return None
