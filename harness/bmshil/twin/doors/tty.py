"""A pseudo-terminal under a lasting name."""

import contextlib
import os
import tty
from pathlib import Path

from bmshil.errors import PortError


class Tty:
    """Both ends of a pseudo-terminal in raw mode, and a symbolic link to the host's end.

    The host's end stays open here too: a host that goes away is no hang-up for the device.

    Args:
        link: its name; a link of that name is replaced in one step.
        what: what it is, for messages.

    Attributes:
        device: file of the device's end; reading and writing never block.

    Raises:
        PortError: there is no folder for the link, something else has its name, or the system has no
            pseudo-terminals left.
    """

    def __init__(self, link: Path, what: str) -> None:
        self._link = link
        if link.exists() and not link.is_symlink():
            raise PortError(f"{what} {link}: something else has this name: take another, or remove it")
        try:
            self.device, self._host = os.openpty()
        except OSError as error:
            raise PortError(f"{what} {link}: no pseudo-terminal is left ({error}): close some") from error
        tty.setraw(self._host)
        os.set_blocking(self.device, False)
        self._name = self._lasting_name()
        try:
            self._set_link()
        except OSError as error:
            self._close_files()
            raise PortError(f"{what} {link} cannot be made: {error}: make its folder first") from error

    def remove_link(self) -> None:
        """Take the name away, unless somebody else has it by now."""
        with contextlib.suppress(OSError):
            if str(self._link.readlink()) == self._name:
                self._link.unlink()

    def close(self) -> None:
        """Unplug: the link goes, the host sees a hang-up."""
        self.remove_link()
        self._close_files()

    def _lasting_name(self) -> str:
        """What the link leads to.

        Not the terminal's own name where it can be helped: when this process is killed the link stays, the
        number of the terminal soon belongs to somebody else, and a host that looks for its device again
        would speak to that one. The name in ``/proc`` vanishes with the process.
        """
        own = Path(f"/proc/{os.getpid()}/fd/{self._host}")
        return str(own) if own.exists() else os.ttyname(self._host)

    def _set_link(self) -> None:
        new = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        new.unlink(missing_ok=True)
        new.symlink_to(self._name)
        new.replace(self._link)

    def _close_files(self) -> None:
        for file in (self.device, self._host):
            os.close(file)
