"""A bank that is silent until the inverter speaks."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bmshil.bms.architectures.architecture import OneSpeaker
from bmshil.bms.arithmetic import Member, arithmetic
from bmshil.errors import InputError
from bmshil.timeline import Nanoseconds, to_ns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bms.addressing.setting import Setting
    from bmshil.bms.architectures.settings import ArchitectureSettings
    from bmshil.bms.fleet import Fleet
    from bmshil.dialects import Report
    from bmshil.journal import Frame, Journal
    from bmshil.timeline import Timeline

MASKED = 300.0
"""How long a masked bank bears a silent inverter, s. Source: Pylontech HV CAN V1.17, 0x8240."""

Identifier = tuple[int, bool]


@dataclass(frozen=True)
class Gate:
    """What a bank waits for.

    Attributes:
        opens: identifiers that let it speak, each with whether it has 29 bits; empty for every frame that the
            device declares.
        masks: identifiers after which it goes on for :data:`MASKED` without any.
        patience: silence of the inverter after which it falls silent again, s; None for never.
    """

    opens: frozenset[Identifier] = frozenset()
    masks: frozenset[Identifier] = frozenset()
    patience: float | None = None


GATES: Mapping[str, Gate] = {
    "any": Gate(),
    # Answers every 0x301, which comes each second, and says nothing otherwise (Growatt LV 1.04).
    "growatt": Gate(frozenset({(0x301, False)}), patience=1.5),
    # Speaks while 0x3010 comes, each second; given up after 60 s (dalathegreat/Battery-Emulator).
    "growatt_hv": Gate(frozenset({(0x3010, True)}), patience=60.0),
    # Starts after the identification 0x151 and goes on for ever (dalathegreat/Battery-Emulator).
    "byd_hvs": Gate(frozenset({(0x151, False)})),
    # Answers the broadcast 0x4200; 0x8240 + address masks the missing host (Pylontech HV CAN V1.17).
    "pylontech_hv": Gate(
        frozenset({(0x4200, True)}),
        frozenset((0x8240 + address, True) for address in range(16)),
        patience=1.5,
    ),
}
"""The rules of ``ArchitectureSettings.gate``. Periods of requests that no document names are taken as 1 s."""


class Gated(OneSpeaker):
    """One pack speaks for all by an arithmetic, and only to an inverter that has spoken.

    A frame of the inverter opens the gate; the bank speaks from its next period on, within ``period``.
    Where real banks answer each request with one set, this one speaks at its own period for as long as
    requests come: the gate closes after ``patience``. An inverter that waits for its battery to speak first
    waits for ever, and so does the bank.

    Raises:
        InputError: nobody knows the gate or the arithmetic.

    Source: at each entry of :data:`GATES`.
    """

    def __init__(
        self, fleet: Fleet, settings: ArchitectureSettings, timeline: Timeline, journal: Journal
    ) -> None:
        super().__init__(fleet, settings, timeline, journal)
        if settings.gate not in GATES:
            near = get_close_matches(settings.gate, GATES, 1)
            meant = f"; did you mean {near[0]}?" if near else "."
            raise InputError(f"no gate is called {settings.gate!r}{meant} Known: {', '.join(GATES)}")
        self._gate = GATES[settings.gate]
        self._patience = settings.patience or self._gate.patience
        self._combine = arithmetic(settings.arithmetic)
        self._until: Nanoseconds | None = None
        self._for_ever = False
        fleet[settings.master].voice = self._say

    @property
    def open(self) -> bool:
        """Whether the bank may speak now."""
        return self._for_ever or (self._until is not None and self._timeline.now <= self._until)

    @property
    def said(self) -> list[Report]:
        """What the bank says; nothing behind a closed gate."""
        return super().said if self.open else []

    def hear(self, when: Nanoseconds, frame: Frame) -> None:
        """Open for what the gate waits for."""
        identifier = frame.id, frame.extended
        if identifier in (self._gate.opens or self.device):
            self._hold(when, self._patience)
        elif identifier in self._gate.masks:
            self._hold(when, MASKED)

    def start(self) -> None:
        """Begin silent."""
        self.close()

    def reset(self) -> None:
        """Fall silent until the inverter speaks again."""
        self.close()

    def close(self) -> None:
        """Wait for the inverter, whatever it said before."""
        self._until, self._for_ever = None, False

    def rewired(self, settings: Mapping[int, Setting]) -> None:
        """Only the master that is on the bus speaks."""
        super().rewired(settings)
        for node in self.fleet:
            if node.voice is None:
                node.voice = self._say

    def _hold(self, when: Nanoseconds, seconds: float | None) -> None:
        if not self.open:
            self._journal.event("architecture", "bank", text="the inverter has spoken: the bank begins")
        if seconds is None:
            self._for_ever = True
        else:
            self._until = max(self._until or when, Nanoseconds(when + to_ns(seconds)))

    def _say(self, own: Report) -> Report | None:
        if not self.open:
            if self._until is not None:
                self._until = None
                self._journal.event("architecture", "bank", text="the inverter is silent: so is the bank")
            return None
        master = self.settings.master
        others = [(node, node.told) for node in self.fleet if node.number != master]
        return self._combine(
            [
                Member(master, own, present=True, resistance=self.fleet[master].pack.resistance),
                *(
                    Member(node.number, told, present=True, resistance=node.pack.resistance)
                    for node, told in others
                    if told is not None
                ),
            ]
        )
