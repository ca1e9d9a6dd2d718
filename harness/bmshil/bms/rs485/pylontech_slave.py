"""A battery on RS485 that speaks Pylontech's protocol: silent until it is asked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from bmshil.bms.gate import everything
from bmshil.bms.rs485.answers import ANSWERS, OF_THE_SYSTEM, Asked
from bmshil.bms.rs485.held import HeldPoints
from bmshil.dialects.pylontech_rs485 import (
    ALL_PACKS,
    OF_ALL_PACKS,
    OF_ONE_PACK,
    Command,
    FrameFault,
    Rtn,
    Splitter,
    Tell,
    frame,
    parse,
    peek,
    set_points,
    version,
)
from bmshil.dialects.pylontech_rs485.frame import BATTERY, MOST_INFO, VERSION
from bmshil.dialects.pylontech_rs485.writer import nobody
from bmshil.errors import CodecError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bmshil.bms.rs485.wires import Wires
    from bmshil.dialects import Report
    from bmshil.dialects.pack_data import PackData
    from bmshil.dialects.pylontech_rs485 import Frame
    from bmshil.dialects.pylontech_rs485.parameters import Parameters
    from bmshil.dialects.pylontech_rs485.set_points import SetPoints
    from bmshil.timeline import Nanoseconds

FIRST = 2
"""Address of the first pack; the host of the bus is 1."""

GROUP = 0x10
"""What a group adds to the addresses of its packs."""

SAID_BY_BATTERIES = frozenset({*Rtn, 0x07, 0xE1, 0xE2, 0xE3, 0xE4})
"""What stands in replies in the place of the command. A battery never answers such a frame: another battery
has sent it. 0x90 and 0x91 are commands too, of the RS232 protocol, and cannot be told apart."""

TURNAROUND = 0.002
"""s between a request and its reply. A US2000 Plus needs 69 to 81 ms; so slow are rigs that ask for it."""


WITH_LIMITS = frozenset({Command.MANAGEMENT, Command.SYSTEM_LIMITS})
"""Commands whose answers tell a device what it may do."""


class PylontechSlave:
    """A station that answers for one pack, or for all packs of a group.

    Pack 1 of group m has address 2 + 0x10 x m, those behind it the next ones. Without a group it answers to
    the addresses of group 1 as well, because many inverters poll 12 (hexadecimal) and nothing else. Commands
    about the system are answered at the first address alone.

    What is not for it, or is no request, it does not answer; what it cannot read or does not know it answers
    with a return code. It answers neither noise nor the answers of others.

    Args:
        line: where it hangs; it attaches itself.
        packs: gives what the packs say now, None at the place of one that says nothing. Without any it is
            silent: a battery without fresh values must not speak.
        report: gives the report of the whole system; that of the first pack when left out.
        parameters: gives the thresholds of the pack at a place, from 0; without it 0x47 is unknown.
        switch_off: is called with the place of a pack that a host turns off; without it 0x95 is unknown.
        address: of the first pack.
        group: 0 to 7; 0 is a single group.
        places: number of addresses it answers at.
        replies_from: the address in a reply, that of the request or its own. They differ only where it
            answers to the addresses of group 1.
        delay: from request to reply, s.
        protocol: version that it tells on 0x4F.
        tell: is called for each value that does not fit.
        admits: whether limits may be told as they would be sent, set-points of a host included; otherwise it
            is silent. Before a real device a gate.

    Attributes:
        address, group, delay, replies_from: as given; may be set at any time.
        replies: how often it has answered each pack's place.
        refused: how many of the answers were return codes.
        held: set-points of a host, by place; they show in 0x92, and for a battery of one pack in 0x63.

    Source: Pylontech RS485 protocol V2.8 and V3.3, captures of US2000 Plus and US5000; commands of the system
    as several public programs agree.
    """

    def __init__(
        self,
        line: Wires,
        packs: Callable[[], Sequence[PackData | None]],
        *,
        report: Callable[[], Report] | None = None,
        parameters: Callable[[int], Parameters] | None = None,
        switch_off: Callable[[int], object] | None = None,
        address: int = FIRST,
        group: int = 0,
        places: int = 1,
        replies_from: Literal["request", "own"] = "request",
        delay: float = TURNAROUND,
        protocol: tuple[int, int] = (2, 0),
        tell: Tell = nobody,
        admits: Callable[[Report], bool] = everything,
    ) -> None:
        self.address = address
        self.group = group
        self.delay = delay
        self.replies_from = replies_from
        self.replies = [0] * places
        self.refused = 0
        self._line = line
        self._packs = packs
        self._report = report
        self._parameters = parameters
        self._switch_off = switch_off
        self._protocol = version.encode(protocol)
        self._tell = tell
        self._admits = admits
        self._splitter = Splitter()
        self.held = HeldPoints()
        line.attach(self)

    @property
    def noise(self) -> int:
        """Bytes heard that belong to no frame."""
        return self._splitter.noise

    def place(self, adr: int) -> int | None:
        """Return which of its packs an address means, from 0; None for none of them."""
        for group in (self.group,) if self.group else (0, 1):
            place = adr - self.address - GROUP * group
            if 0 <= place < len(self.replies):
                return place
        return None

    def hear(self, when: Nanoseconds, data: bytes) -> None:
        """Take in bytes from the line, on the timeline."""
        for heard in self._splitter.feed(data):
            self._take(when, heard)

    def _take(self, when: Nanoseconds, data: bytes) -> None:
        """Answer one frame, if it is a request and for this battery."""
        seen = peek(data)
        if seen is None or seen[1] != BATTERY or seen[2] in SAID_BY_BATTERIES:
            return
        place = self.place(seen[0])
        if place is None:
            return
        packs = self._packs()
        if place >= len(packs) or packs[place] is None:
            return
        rtn, info, ver = Rtn.NORMAL, b"", VERSION
        try:
            asked = parse(data)
            command = _command(asked)
            if command in OF_THE_SYSTEM and place:
                return
            question = self._asked(when, asked, command, place, packs)
            if command in WITH_LIMITS and not self._admits(question.report):
                return
            info = ANSWERS[command](question)
        except FrameFault as fault:
            rtn, command = fault.rtn, None
            self.refused += 1
        if len(info) > MOST_INFO:  # all packs of a large bank: the host has to ask each
            rtn, info = Rtn.INFO, b""
            self.refused += 1
        if command is Command.VERSION:
            ver = self._protocol
        self.replies[place] += 1
        adr = seen[0] if self.replies_from == "request" else self.address + GROUP * self.group + place
        self._line.send(self, frame(adr, rtn, info, ver=ver), self.delay)
        if command is Command.OFF and self._switch_off is not None:
            self._switch_off(place)

    def _asked(
        self,
        when: Nanoseconds,
        asked: Frame,
        command: Command,
        place: int,
        packs: Sequence[PackData | None],
    ) -> Asked:
        """Collect what is needed for an answer.

        Raises:
            FrameFault: it cannot be answered.
        """
        present = [pack for pack in packs if pack is not None]
        pack = packs[place] or present[0]
        several = command in OF_THE_SYSTEM
        if command in OF_ONE_PACK:
            # Real batteries accept a second byte, and take no notice of it.
            meant = asked.info[0] if asked.info else None
            several = meant == ALL_PACKS and command in OF_ALL_PACKS and place == 0
            if not several and meant != asked.adr:
                raise FrameFault(f"INFO names pack {meant}, address is {asked.adr}", Rtn.INFO)
        if command is Command.SET:
            self.held.hold(place, _set_points(asked), when)
        if command is Command.OFF and self._switch_off is None:
            raise FrameFault("this battery cannot be turned off", Rtn.CID2)
        report = self._report() if command in OF_THE_SYSTEM and self._report is not None else pack.report
        if command not in OF_THE_SYSTEM or len(self.replies) == 1:
            report = self.held.applied(place, when, report)
        return Asked(
            value=len(present) if several else asked.adr,
            packs=present if several else [pack],
            report=report,
            parameters=None if self._parameters is None else partial(self._parameters, place),
            tell=self._tell,
        )


def _command(asked: Frame) -> Command:
    try:
        return Command(asked.cid2)
    except ValueError:
        raise FrameFault(f"command {asked.cid2:02X} is unknown", Rtn.CID2) from None


def _set_points(asked: Frame) -> SetPoints:
    try:
        return set_points.decode(asked.info)
    except CodecError as error:
        raise FrameFault(str(error), Rtn.INFO) from error
