"""The instruments of a rig, through sessions of one's own: for the guard and for ``bmshil off``."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import msgspec

from bmshil.instruments import Capability, driver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bmshil.instruments import Load, Meter, Permit, PowerSource, Relays, Supply
    from bmshil.journal import Journal

OUTPUTS = ("supply", "sink", "load", "relays", "permit", "ac_grid", "pv", "meter")
"""Roles that the off order needs."""

CLOSING = 1.0
"""How long it may take to let go of all instruments, or to disarm them, s."""


class Device(msgspec.Struct, frozen=True):
    """One instrument, as a rig file names it.

    Attributes:
        role: what it is for.
        driver: a driver's name, or ``module:Class``.
        resource: VISA resource.
        options: what the driver takes, the channels of a relay board among them.
    """

    role: str
    driver: str
    resource: str
    options: dict[str, Any] = {}


class Late:
    """An instrument that is connected when it is first used, and anew after that has failed.

    So an instrument that cannot be reached fails the step that needs it, and keeps nobody else waiting.

    Args:
        device: which one.
        journal: is told what is said to it.
    """

    def __init__(self, device: Device, journal: Journal | None) -> None:
        self._device = device
        self._class = driver(device.driver, device.role)
        self._journal = journal
        self._instrument: Any = None

    @property
    def capabilities(self) -> Capability:
        """What its driver promises."""
        return self._class.capabilities

    def __getattr__(self, member: str) -> Any:  # noqa: ANN401 - any member of a role
        return getattr(self._connected(), member)

    @property
    def by_hand(self) -> bool:
        """Whether a person switches it."""
        return bool(getattr(self._class, "by_hand", False))

    def disarm(self) -> None:
        """Disarm its watchdog, as far as it lets itself be disarmed."""
        with suppress(Exception):
            self._connected().disarm_watchdog()

    def disconnect(self) -> None:
        """Let go of it without switching anything; may be called twice."""
        instrument, self._instrument = self._instrument, None
        if instrument is not None:
            instrument.disconnect()

    def _connected(self) -> Any:  # noqa: ANN401 - any driver
        if self._instrument is None:
            device = self._device
            self._instrument = self._class.connect(
                device.role, device.resource, journal=self._journal, **device.options
            )
        return self._instrument


class OwnSessions:
    """Equipment for the off order. Nothing is connected before it is used.

    Args:
        devices: of one rig; each role once, others than :data:`OUTPUTS` are left alone.
        journal: is told what is said to them.

    Raises:
        InputError: an unknown driver, or one that does not do what its role needs.
    """

    def __init__(self, devices: Iterable[Device], journal: Journal | None = None) -> None:
        self._late = {one.role: Late(one, journal) for one in devices if one.role in OUTPUTS}

    @property
    def supply(self) -> Supply | None:
        """Plays the bank's terminals."""
        return cast("Supply | None", self._late.get("supply"))

    @property
    def sink(self) -> Load | None:
        """Takes the charging current where the supply cannot."""
        return cast("Load | None", self._late.get("sink"))

    @property
    def load(self) -> Load | None:
        """Loads the DUT's AC side."""
        return cast("Load | None", self._late.get("load"))

    @property
    def meter(self) -> Meter | None:
        """Measures at the DUT's DC terminals."""
        return cast("Meter | None", self._late.get("meter"))

    @property
    def relays(self) -> Relays | None:
        """Contactors and switches by role."""
        return cast("Relays | None", self._late.get("relays"))

    @property
    def permit(self) -> Permit | None:
        """The energise-to-run relay."""
        return cast("Permit | None", self._late.get("permit"))

    @property
    def ac_grid(self) -> PowerSource | None:
        """Feeds the DUT where no relay switches its grid."""
        return cast("PowerSource | None", self._late.get("ac_grid"))

    @property
    def pv(self) -> PowerSource | None:
        """Feeds the DUT's PV input where no relay switches it."""
        return cast("PowerSource | None", self._late.get("pv"))

    @property
    def by_hand(self) -> frozenset[str]:
        """Roles of what a person switches."""
        return frozenset(role for role, one in self._late.items() if one.by_hand)

    def disarm(self) -> None:
        """Disarm the watchdogs of outputs that are verified off: they would trip, and latch, on what follows.

        One that refuses can only switch off what is off.
        """
        self._each(
            Late.disarm, [one for one in self._late.values() if Capability.WATCHDOG in one.capabilities]
        )

    def disconnect(self) -> None:
        """Let go of all of them without switching anything; may be called twice.

        One that hangs is left behind: its thread does not keep the process.
        """
        self._each(Late.disconnect, self._late.values())

    @staticmethod
    def _each(work: Callable[[Late], None], instruments: Iterable[Late]) -> None:
        doing = [threading.Thread(target=work, args=(one,), daemon=True) for one in instruments]
        for one in doing:
            one.start()
        end = time.monotonic() + CLOSING
        for one in doing:
            one.join(max(0.0, end - time.monotonic()))
