"""The switches and link cables of a bank, and what they make of its packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.addressing.findings import findings
from bmshil.bms.addressing.panel import AS_IT_SHOULD_BE
from bmshil.bms.addressing.reading import Front, fronts, settings
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bmshil.bms.addressing.panel import Panel
    from bmshil.bms.addressing.scheme import Scheme
    from bmshil.bms.addressing.setting import Setting
    from bmshil.journal import Journal


class Addressing:
    """Reads the panels of a bank, and tells whoever follows them when they have changed.

    Args:
        scheme: what switches mean.
        panels: by number of the pack.
        chains: numbers of the packs of each chain of link cables, its intended master first.
        peers: nobody is anybody's master: the parallel bank.
        journal: gets an event ``switches`` for each change, with what each pack is and what is wrong.

    Attributes:
        chains, peers: as given.
        follow: told what each pack is whenever that has changed.

    Raises:
        InputError: switches that the scheme does not have; names the pack.
    """

    def __init__(
        self,
        scheme: Scheme,
        panels: Mapping[int, Panel],
        chains: Sequence[Sequence[int]],
        journal: Journal,
        *,
        peers: bool = False,
    ) -> None:
        self._given = self._scheme = scheme
        self.chains = tuple(tuple(chain) for chain in chains)
        self.follow: Callable[[Mapping[int, Setting]], object] | None = None
        self._panels = panels
        self._line_baud: int | None = None
        self._retune: Callable[[int], object] | None = None
        self.peers = peers
        self._journal = journal
        self._fronts, self._settings = self._read()
        for panel in panels.values():
            panel.on_change = self._changed

    @property
    def scheme(self) -> Scheme:
        """What switches mean. Setting it makes the bank one of another make, until ``reset``.

        Raises:
            InputError: switches that the new scheme does not have.
        """
        return self._scheme

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        before, self._scheme = self._scheme, scheme
        try:
            self._changed()
        except InputError:
            self._scheme = before
            raise

    @property
    def terminates(self) -> bool:
        """Whether 120 ohm are across the CAN lines at the battery end; where no switch says so, they are.

        Behind a hub the hub terminates.
        """
        return len(self.chains) > 1 or all(
            one.terminator is not False for one in self._settings.values() if one.speaks
        )

    @property
    def settings(self) -> Mapping[int, Setting]:
        """What each pack is now, by its number."""
        return self._settings

    @property
    def findings(self) -> tuple[str, ...]:
        """What is wrong with switches and cables, a line each."""
        return self.findings_for(self._line_baud)

    def findings_for(self, baud: int | None) -> tuple[str, ...]:
        """The same before an inverter that uses this baud on RS485, bit/s."""
        return findings(
            self.scheme, self._fronts, self._settings, self.chains, peers=self.peers, baud=baud
        ) + tuple(
            f"pack {number}: its switches were moved to another baud, which counts from its next start on"
            for number in self._panels
            if self._waits(number)
        )

    @property
    def usual(self) -> dict[int, int | None]:
        """Address that each pack would have if everything were as it should be, by its number."""
        found = {}
        for chain in self.chains:
            for position, number in enumerate(chain, start=1):
                place = self._fronts[number].place._replace(position=position, port_0=position > 1)
                address = self.scheme.read(self.scheme.dip(None, place), place).address
                first = self.scheme.first
                found[number] = first + position - 1 if address is None and first is not None else address
        return found

    def follow_line(self, baud: int, retune: Callable[[int], object]) -> None:
        """Let the RS485 line towards the inverter follow the switches of whoever answers there.

        Args:
            baud: of the inverter, which switches that are not set fit, bit/s.
            retune: makes the bank's end go on at another speed.
        """
        self._line_baud, self._retune = baud, retune
        self._changed()

    @property
    def baud(self) -> int | None:
        """Of the bank's RS485 port towards the inverter, bit/s; None where no switch and no line sets it."""
        first = self.chains[0][0]
        return self._settings[first].baud or self._line_baud

    def reset(self) -> None:
        """Put all panels back to where they were to begin with; for use with ``Fleet.reset``."""
        for panel in self._panels.values():
            panel.reset()
        if self._scheme is not self._given:
            self.scheme = self._given
        if self.deviates and self.follow is not None:
            self.follow(self._settings)

    @property
    def deviates(self) -> bool:
        """Whether any switch or cable is not simply as it should be."""
        return any(panel.switches != AS_IT_SHOULD_BE for panel in self._panels.values())

    def _changed(self) -> None:
        before = self._fronts, self._settings
        self._fronts, made = self._read()
        if made == self._settings:
            return
        self._settings = made
        if self.follow is not None:
            try:
                self.follow(made)
            except InputError:
                self._fronts, self._settings = before
                raise
        if self._retune is not None and self.baud is not None:
            self._retune(self.baud)
        self._journal.event(
            "switches",
            "bank",
            packs={f"pack{number}": one.words for number, one in made.items()},
            findings=list(self.findings),
        )

    def _read(self) -> tuple[dict[int, Front], dict[int, Setting]]:
        found = fronts(
            self.scheme,
            {number: panel.switches for number, panel in self._panels.items()},
            self.chains,
            peers=self.peers,
            started={number: panel.started for number, panel in self._panels.items()},
            line_baud=self._line_baud,
        )
        return found, settings(self.scheme, found, self.chains, peers=self.peers)

    def _waits(self, number: int) -> bool:
        return self._fronts[number].reading.baud != self._fronts[number].started
