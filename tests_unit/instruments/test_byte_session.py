"""Sessions in bytes: what is sent, and every way in which an answer can be none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.errors import InputError, InstrumentError
from bmshil.instruments.byte_instrument import ByteInstrument
from bmshil.instruments.byte_session import ByteSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bmshil.journal import Journal

SHORT = 0.1


@pytest.fixture
def board(script: Any, journal: Journal) -> Iterator[Callable[..., ByteSession]]:
    """Open sessions with boards that follow a script."""
    opened: list[ByteSession] = []

    def make(*dialogue: tuple[str, str]) -> ByteSession:
        one = ByteSession("relays", script.in_bytes(*dialogue).resource, journal=journal, timeout=SHORT)
        opened.append(one)
        one.open()
        return one

    yield make
    for one in opened:
        one.close()


def test_bytes_go_out_and_as_many_come_back(board: Any) -> None:
    relays = board(("FF 01 03", "FF 01 01"), ("A0 01 00 A1", ""), ("FF 01 03", "FF 01 00"))
    assert relays.exchange(b"\xff\x01\x03", 3) == b"\xff\x01\x01"
    relays.tell(b"\xa0\x01\x00\xa1")
    assert relays.exchange(b"\xff\x01\x03", 3) == b"\xff\x01\x00"


def test_a_shorter_answer_may_be_whole(board: Any) -> None:
    relays = board(("01 05", "01 85 02"))
    assert relays.exchange(b"\x01\x05", 8, lambda reply: reply == b"\x01\x85\x02") == b"\x01\x85\x02"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("", r"'FF 01 03': no reply within 0.1 s"),
        ("FF 01", r"'FF 01 03': stopped after 2 of 3 bytes: FF 01$"),
    ],
)
def test_what_is_no_answer_is_an_error_and_the_next_one_counts(board: Any, reply: str, words: str) -> None:
    relays = board(("FF 01 03", reply), ("FF 02 03", "FF 02 01"))
    with pytest.raises(InstrumentError, match=words):
        relays.exchange(b"\xff\x01\x03", 3)
    assert relays.exchange(b"\xff\x02\x03", 3) == b"\xff\x02\x01"


def test_one_byte_too_many_is_an_error_now_or_before_the_next_question(board: Any) -> None:
    relays = board(("FF 01 03", "FF 01 01 FF"), ("FF 02 03", "FF 02 01"))

    def ask_twice() -> None:
        relays.exchange(b"\xff\x01\x03", 3)
        assert relays._medium.arrived(5)
        relays.exchange(b"\xff\x01\x03", 3)

    with pytest.raises(InstrumentError, match=r"(sent more than 3 bytes: FF 01 01 FF|sent FF unasked)"):
        ask_twice()
    assert relays.exchange(b"\xff\x02\x03", 3) == b"\xff\x02\x01"


def test_a_late_answer_is_thrown_away(board: Any) -> None:
    relays = board(("FF 01 03", ""), ("FF 01 03", "FF 01 00"))
    with pytest.raises(InstrumentError, match="no reply"):
        relays.exchange(b"\xff\x01\x03", 3)
    arrived = relays._open

    def late_answer() -> Any:
        # It comes after the line was opened again: nothing that opening throws away can help.
        stream = arrived()
        chunks = [b"\xff\x01", b"\x01"]
        look, take = stream.arrived, stream.take
        stream.arrived = lambda patience: bool(chunks) or look(patience)
        stream.take = lambda: chunks.pop(0) if chunks else take()
        return stream

    relays._open = late_answer
    assert relays.exchange(b"\xff\x01\x03", 3) == b"\xff\x01\x00"


def test_unasked_bytes_end_the_connection(board: Any) -> None:
    relays = board(("A0 01 01 A2", "0D 0A"), ("FF 01 03", "FF 01 01"))
    relays.tell(b"\xa0\x01\x01\xa2")
    assert relays._medium.arrived(5)
    with pytest.raises(InstrumentError, match="sent 0D 0A unasked"):
        relays.exchange(b"\xff\x01\x03", 3)
    assert relays.exchange(b"\xff\x01\x03", 3) == b"\xff\x01\x01"


def test_a_command_without_answer_does_not_mind_what_was_said_before(board: Any) -> None:
    relays = board(("A0 01 01 A2", "0D 0A"), ("A0 01 00 A1", ""))
    relays.tell(b"\xa0\x01\x01\xa2")
    assert relays._medium.arrived(5)
    relays.tell(b"\xa0\x01\x00\xa1")


def test_every_exchange_is_in_the_journal(board: Any, journal: Any) -> None:
    written: list[tuple[str, str, str | None]] = []
    journal.exchange = lambda *exchange: written.append(exchange)
    relays = board(("FF 01 03", "FF 01 01"), ("A0 01 00 A1", ""), ("FF 02 03", ""))
    relays.exchange(b"\xff\x01\x03", 3)
    relays.tell(b"\xa0\x01\x00\xa1")
    with pytest.raises(InstrumentError):
        relays.exchange(b"\xff\x02\x03", 3)
    assert written == [
        ("relays", "FF 01 03", "FF 01 01"),
        ("relays", "A0 01 00 A1", None),
        ("relays", "FF 02 03", None),
    ]
    (event,) = journal.events(0, 1, "instrument_error")
    assert event.data == {"cause": "no reply within 0.1 s", "command": "FF 02 03"}


def test_bytes_do_not_go_over_messages(journal: Journal) -> None:
    with pytest.raises(InstrumentError, match=r"relays .*'open'.*refused"):
        ByteSession("relays", "TCPIP::127.0.0.1,1::inst0::INSTR", journal=journal, timeout=SHORT).open()


def test_a_driver_in_bytes_says_what_it_is_taken_for(connect: Any) -> None:
    class Board(ByteInstrument):
        maker = "ACME"
        models = "8"
        options = frozenset({"channels"})

    board = connect(Board)
    assert board.identity == "ACME 8, as the rig file says"
    assert board.name == "it"
    with pytest.raises(
        InputError, match="unknown option 'chanels' for Board; known: channels, settings, timeout"
    ):
        connect(Board, chanels={})
