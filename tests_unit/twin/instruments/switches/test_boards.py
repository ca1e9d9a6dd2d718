"""The relay boards of the software bench, byte for byte as their makers describe them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.instruments import Contacts
from bmshil.twin.instruments.switches.keysight import Keysight34970A
from bmshil.twin.instruments.switches.kmtronic import KmtronicBoard
from bmshil.twin.instruments.switches.lcus import LcusBoard
from bmshil.twin.instruments.switches.waveshare import WaveshareBoard, checksum

ROLES = {1: "dc_main", 2: "dc_precharge", 4: "pv"}


class Table:
    """A board with contacts."""

    def __init__(self, kind: Any) -> None:
        self.timeline = SimulatedTimeline()
        self.contacts = Contacts(self.timeline, ROLES, lambda *_: None)
        self.board = kind(self.contacts)
        self._talk = self.board.converse()

    def say(self, text: str) -> str:
        reply: bytes = self._talk.answer(bytearray.fromhex(text))
        return reply.hex(" ").upper()

    @property
    def closed(self) -> set[str]:
        return {role for role in ROLES.values() if self.contacts.closed(role)}


def test_all_binary_boards_stand_on_serial_lines() -> None:
    assert [kind.serial for kind in (LcusBoard, KmtronicBoard, WaveshareBoard)] == [True] * 3


# LCUS


def test_lcus_switches_and_never_answers() -> None:
    table = Table(LcusBoard)
    assert table.say("A0 01 01 A2 A0 02 01 A3") == ""
    assert table.closed == {"dc_main", "dc_precharge"}
    assert table.say("A0 01 00 A1") == ""
    assert table.closed == {"dc_precharge"}


def test_lcus_passes_over_wrong_sums_and_finds_the_next_command() -> None:
    table = Table(LcusBoard)
    table.say("A0 01 01 A3 00 FF A0 02 01 A3")
    assert table.closed == {"dc_precharge"}


# KMTronic


def test_kmtronic_switches_and_tells_its_state() -> None:
    table = Table(KmtronicBoard)
    assert table.say("FF 01 03") == "FF 01 00"
    assert table.say("FF 01 01") == ""
    assert table.say("FF 01 03 FF 02 03") == "FF 01 01 FF 02 00"
    assert table.say("FF 01 00 FF 01 03") == "FF 01 00"
    assert table.say("FF 09 03") == ""


# Waveshare


@pytest.mark.parametrize(
    ("data", "check"),
    [
        ("02 07", "41 12"),
        ("01 05 00 00 FF 00", "8C 3A"),
        ("01 05 00 FF 00 00", "FD FA"),
        ("01 01 00 00 00 08", "3D CC"),
        ("01 05 02 00 00 07", "8D B0"),
    ],
)
def test_its_checksum_is_that_of_the_specification(data: str, check: str) -> None:
    assert checksum(bytes.fromhex(data)) == bytes.fromhex(check)


def test_waveshare_switches_repeats_the_command_and_tells_its_states() -> None:
    table = Table(WaveshareBoard)
    assert table.say("01 01 00 00 00 08 3D CC") == "01 01 01 00 51 88"
    assert table.say("01 05 00 00 FF 00 8C 3A") == "01 05 00 00 FF 00 8C 3A"
    assert table.closed == {"dc_main"}
    assert table.say("01 01 00 00 00 08 3D CC") == "01 01 01 01 90 48"
    assert table.say("01 05 00 00 00 00 CD CA") == "01 05 00 00 00 00 CD CA"
    assert table.closed == set()
    assert table.say("01 05 00 FF FF 00 BC 0A") == "01 05 00 FF FF 00 BC 0A"
    assert table.closed == {"dc_main", "dc_precharge", "pv"}


def test_waveshare_opens_by_itself_after_a_timed_closure() -> None:
    table = Table(WaveshareBoard)
    assert table.say("01 05 02 00 00 07 8D B0") == "01 05 02 00 00 07 8D B0"
    table.timeline.run(0.699)
    assert table.closed == {"dc_main"}
    table.timeline.run(0.002)
    assert table.closed == set()


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("01 06 00 00 00 01 48 0A", "01 86 01 83 A0"),  # no such function
        ("01 05 00 08 FF 00 0D F8", "01 85 02 C3 51"),  # no such coil
        ("01 05 00 00 12 34 C0 BD", "01 85 03 02 91"),  # no such value
        ("01 01 00 00 00 09 FC 0C", "01 81 02 C1 91"),  # more coils than there are
    ],
)
def test_waveshare_refuses_as_modbus_says(request_: str, reply: str) -> None:
    assert Table(WaveshareBoard).say(request_) == reply


@pytest.mark.parametrize("request_", ["01 05 00 00 FF 00 8C 3B", "02 05 00 00 FF 00 8C 09", "01 05 00"])
def test_waveshare_is_silent_to_wrong_checksums_and_other_addresses(request_: str) -> None:
    table = Table(WaveshareBoard)
    assert table.say(request_) == ""
    assert table.closed == set()


@given(data=st.binary(min_size=8, max_size=8))
def test_noise_moves_nothing(data: bytes) -> None:
    table = Table(WaveshareBoard)
    if checksum(data[:-2]) != data[-2:]:
        assert table.say(data.hex()) == ""
        assert table.closed == set()


# What can be wrong with any of them


@pytest.mark.parametrize(
    ("kind", "on", "off", "ask", "open_", "closed"),
    [
        (KmtronicBoard, "FF 01 01", "FF 01 00", "FF 01 03", "FF 01 00", "FF 01 01"),
        (
            WaveshareBoard,
            "01 05 00 00 FF 00 8C 3A",
            "01 05 00 00 00 00 CD CA",
            "01 01 00 00 00 08 3D CC",
            "01 01 01 00 51 88",
            "01 01 01 01 90 48",
        ),
    ],
)
def test_a_board_that_refuses_or_stays_on_reads_back_as_it_is(  # noqa: PLR0917 - a row of the table above
    kind: Any, on: str, off: str, ask: str, open_: str, closed: str
) -> None:
    table = Table(kind)
    table.board.faults.refuses_output = True
    table.say(on)
    assert (table.say(ask), table.closed) == (open_, set())
    table.board.faults.refuses_output = False
    table.say(on)
    table.board.faults.stays_on = True
    table.say(off)
    assert (table.say(ask), table.closed) == (closed, {"dc_main"})
    table.board.faults.stuck = True
    table.board.faults.stays_on = False
    table.say(off)
    assert (table.say(ask), table.closed) == (closed, set())


# Keysight 34970A


def test_a_34970a_closes_one_channel_per_module_while_it_has_something_to_scan() -> None:
    contacts = Contacts(SimulatedTimeline(), {101: "dc_main", 102: "pv", 203: "ac_grid"}, lambda *_: None)
    unit = Keysight34970A(contacts)
    assert unit.execute("*IDN?;:ROUT:SCAN?") == "HEWLETT-PACKARD,34970A,0,13-2-2;#16(@101)"
    unit.execute("ROUT:CLOS (@101);:ROUT:CLOS (@102);:ROUT:CLOS (@203)")
    assert unit.execute("ROUT:CLOS? (@101,102,203)") == "1,0,1"
    assert unit.execute("SYST:ERR?;:SYST:ERR?") == '-221,"Settings conflict";+0,"No error"'
    assert unit.execute("ROUT:SCAN (@);:ROUT:CLOS (@102);:ROUT:CLOS? (@101,102);:ROUT:SCAN?") == "1,1;#13(@)"
    unit.execute("*RST")
    assert unit.execute("ROUT:CLOS? (@101,102,203);:SYST:ERR?") == '0,0,0;+0,"No error"'
