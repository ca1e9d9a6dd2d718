"""The serial line of a bench as tests hold it: who answers where, and what goes wrong on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from bmshil.bench.assembly.bank_on_line import BankOnLine
    from bmshil.bench.bench import Bench
    from bmshil.bench.bus.line_watch import Asked, LineWatch
    from bmshil.bms.line_faults import LineFault
    from bmshil.bms.rs485.pylontech_slave import PylontechSlave
    from bmshil.inverter import Polls
    from bmshil.judge import Measurement


class SerialLine:
    """The bank's end of the line.

    Args:
        bench: lets time pass.
        bank: who answers.
        watch: listens all the time.
    """

    def __init__(self, bench: Bench, bank: BankOnLine, watch: LineWatch) -> None:
        self._bench = bench
        self._bank = bank
        self._watch = watch

    @property
    def declared(self) -> Polls:
        """How the device declares to ask."""
        return self._watch.declares

    @property
    def stations(self) -> list[PylontechSlave]:
        """Who answers, the first pack first."""
        return self._bank.slaves

    def asked(self, since: float) -> list[Asked]:
        """The questions of the device since ``since``, s, in order."""
        return self._watch.asked(since)

    def answered(self, since: float) -> Measurement:
        """Whether the bank has answered anything since ``since``, s."""
        last = self._watch.answers(since)
        return self._bench.observe("answers of the bank", last > 0, since)

    def spoilt(self, fault: LineFault) -> AbstractContextManager[None]:
        """Let something happen to the answers for a while."""
        self._bench.stimulus(f"answers on the line: {fault}")
        return self._bank.line.spoilt(fault)

    def unplugged(self) -> AbstractContextManager[None]:
        """Pull the bank's plug for a while."""
        self._bench.stimulus("the bank's RS485 plug is out")
        return self._bank.line.unplugged()

    def move(self, group: int, address: int = 2) -> None:
        """Let the bank answer elsewhere: group 1 and address 2 are 12 on the wire (hexadecimal).

        Args:
            group: 0 for a single one, which answers at 02 and at 12; 1 to 7 for that group alone.
            address: of pack 1 within the group.
        """
        self._bench.stimulus(f"the bank answers at group {group}, address {address}")
        self._bench.timeline.call(lambda: self._bank.move(group, address))

    def rest(self) -> None:
        """Forget faults, put plugs in, and answer at the usual addresses."""
        self._bench.timeline.call(self._bank.rest)
