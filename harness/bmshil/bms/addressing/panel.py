"""The front of one pack: switches that can be moved, and ports that cables can be plugged into."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from bmshil.bms.architectures.settings import Switches
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

AS_IT_SHOULD_BE = Switches()


class Panel:
    """What somebody in front of a pack can touch, at any time; None is as it should be.

    Args:
        given: how it stands to begin with.
    """

    def __init__(self, given: Switches | None = None) -> None:
        self.on_change: Callable[[], object] | None = None
        self._given = given or AS_IT_SHOULD_BE
        self._switches = self._given
        self._started: str | None = self._given.dip

    @property
    def switches(self) -> Switches:
        """How everything stands now."""
        return self._switches

    @property
    def started(self) -> str | None:
        """How the switches stood when the pack was started: the baud is taken over only then."""
        return self._started

    @property
    def dip(self) -> str | None:
        """Switches from 1 on, 1 for a value of 1: "0100".

        Raises:
            InputError: when set to something else than zeros and ones, or than the scheme has.
        """
        return self._switches.dip

    @dip.setter
    def dip(self, digits: str | None) -> None:
        if digits is not None and not re.fullmatch(r"[01]{1,8}", digits):
            raise InputError(f"switches {digits!r}: write 0 or 1 for each from switch 1 on")
        self.set(dip=digits)

    @property
    def link_port_0(self) -> bool | None:
        """Whether a cable is in the port that leads to the pack before."""
        return self._switches.link_port_0

    @link_port_0.setter
    def link_port_0(self, plugged: bool | None) -> None:
        self.set(link_port_0=plugged)

    @property
    def can_port(self) -> bool | None:
        """Whether the CAN port is on the bus of the inverter."""
        return self._switches.can_port

    @can_port.setter
    def can_port(self, plugged: bool | None) -> None:
        self.set(can_port=plugged)

    def restart(self) -> None:
        """The pack starts, and takes over what it takes over only then."""
        if self._started != self._switches.dip:
            self._started = self._switches.dip
            self._tell()

    def reset(self) -> None:
        """Put everything back to where it was to begin with."""
        if self._switches != self._given or self._started != self._given.dip:
            self._switches, self._started = self._given, self._given.dip
            self._tell()

    def set(self, **changes: str | bool | None) -> None:
        """Move several things at once; names as the attributes."""
        before = self._switches
        self._switches = msgspec.structs.replace(before, **changes)
        if self._switches == before:
            return
        try:
            self._tell()
        except InputError:
            self._switches = before
            raise

    def _tell(self) -> None:
        if self.on_change is not None:
            self.on_change()
