"""Commissioning on a twin: the harness is the hands, so that a newcomer can try it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.commissioning.ear import Ear
from bmshil.errors import Blocked, InstrumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bench.bench import Bench

SETTLING = 15.0
"""How long a bank may take from its switches to its first word, and a master to know its packs, s."""


class TwinSite:
    """A bench whose device and batteries are software. Arguments and methods as ``Site``.

    Args:
        bench: an open one.
    """

    def __init__(self, bench: Bench) -> None:
        self.name = bench.rig.name
        self.ear = Ear(bench.ports.get("witness", bench.ports["emulator"]))
        self.blocked = f"the cable comes first: {bench.wire.trouble}" if bench.wire.trouble else ""
        self._bench = bench

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self._bench.run(seconds)

    def count(self) -> int:
        """As many as the rig file says."""
        return len(self._bench.bank)

    def only(self, number: int) -> None:
        """Stop all others; where one speaks for all, unplug the link cable before this one.

        Raises:
            InstrumentError: a hub stands between the packs and the bus.
        """
        bank = self._bench.bank
        if len(bank.addressing.chains) > 1:
            raise InstrumentError("a hub speaks for all groups: commission each group by itself")
        for node in bank:
            node.panel.reset()
            node.stop()
        if len(bank.addressing.chains[0]) > 1 and not bank.addressing.peers:
            bank[number].panel.set(link_port_0=False, can_port=True)
        bank[number].start()
        self._bench.until(lambda: bank[number].on_air, SETTLING)

    def everyone(self) -> None:
        """Put all cables back and start all."""
        bank = self._bench.bank
        bank.stop()
        bank.addressing.reset()
        bank.start()
        self._bench.run(SETTLING)

    def resistance(self) -> float:
        """As measured before anything had power.

        Raises:
            InstrumentError: the rig has no ohmmeter.
        """
        measured = self._bench.wire.termination
        if measured is None:
            raise InstrumentError("the rig has no ohmmeter, and on a twin nobody can measure by hand")
        return float(measured.value)

    def ambient(self) -> float:
        """Of the software's room."""
        return self._bench.packs.ambient

    def stir(self) -> None:
        """Let the device charge.

        Raises:
            InstrumentError: the rig has nothing to charge from.
        """
        try:
            self._bench.power.start_charge()
        except Blocked as error:
            raise InstrumentError(str(error)) from error
        self._bench.run(self._bench.following + self._bench.declares.recovery.communication)

    def calm(self) -> None:
        """Let the device idle."""
        self._bench.power.idle()

    def shown(self, packs: int) -> bool:  # noqa: ARG002 - a twin has no display, and tells by its keep-alive
        """Whether the device answers the batteries and, where it can be asked, works with them."""
        bench = self._bench
        if bench.declares.keepalive.trigger != "never" and not bench.bus.keepalive.alive(bench.timeline.now):
            return False
        return bench.readback is None or bench.device_ready()

    def switches(self) -> Mapping[str, str]:
        """What each pack is by its switches and cables."""
        return {f"pack{number}": one.words for number, one in self._bench.bank.addressing.settings.items()}
