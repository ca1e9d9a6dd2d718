"""Read-back against a Modbus server of twenty lines, written from the specification of the protocol."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import InputError, InstrumentError
from bmshil.inverter import Readback, Register, Registers
from bmshil.journal import Journal
from bmshil.timeline import SimulatedTimeline


class Server(socketserver.ThreadingTCPServer):
    """Modbus TCP on loopback; ``memory`` maps (function, address) to a word."""

    daemon_threads = True

    def __init__(self, memory: dict[tuple[int, int], int]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.memory = memory
        self.asked: list[tuple[int, int, int, int]] = []
        self.mute = False
        self.connections: list[Any] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.connections.append(self.connection)
        while header := self.rfile.read(7):
            transaction, _, length, unit = struct.unpack(">HHHB", header)
            function, address, count = struct.unpack(">BHH", self.rfile.read(length - 1))
            self.server.asked.append((unit, function, address, count))
            if self.server.mute:
                return
            wanted = [self.server.memory.get((function, address + offset)) for offset in range(count)]
            words = [word for word in wanted if word is not None]
            if len(words) == count:
                body = struct.pack(f">BB{count}H", function, 2 * count, *words)
            else:
                body = struct.pack(">BB", function | 0x80, 2)
            self.wfile.write(struct.pack(">HHHB", transaction, 0, len(body) + 1, unit) + body)


MEMORY = {
    (4, 10): 552,
    (4, 11): 1500,
    (4, 12): 600,
    (4, 13): 0x0001,
    (4, 14): 0x86A0,
    (4, 20): 0xFF9C,
    (3, 5): 3,
}
REGISTERS = Registers(
    unit=7,
    cvl=Register(10, scale=0.1),
    ccl=Register(11, scale=0.1),
    soc=Register(12, scale=0.001),
    capacity=Register(13, scale=0.01, words=2),
    current=Register(20, scale=0.1, signed=True),
    packs=Register(5, table="holding"),
)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(dict(MEMORY)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(SimulatedTimeline(), tmp_path)
    yield journal
    journal.close()


@pytest.fixture
def readback(server: Server, journal: Journal) -> Iterator[Readback]:
    readback = Readback(server.address, REGISTERS, journal)
    yield readback
    readback.close()


def test_everything_declared_is_read_in_its_unit(readback: Readback) -> None:
    assert readback.names == ("cvl", "ccl", "soc", "capacity", "packs", "current")
    assert readback.read_all() == pytest.approx(
        {"cvl": 55.2, "ccl": 150.0, "soc": 0.6, "capacity": 1000.0, "packs": 3.0, "current": -10.0}
    )


def test_neighbours_are_read_at_one_moment(readback: Readback, server: Server) -> None:
    readback.read_all()
    assert sorted(server.asked) == [(7, 3, 5, 1), (7, 4, 10, 5), (7, 4, 20, 1)]


def test_one_value_is_one_question(readback: Readback, server: Server) -> None:
    assert readback.read("soc") == pytest.approx(0.6)
    assert server.asked == [(7, 4, 12, 1)]


def test_the_dialogue_goes_to_the_journal(readback: Readback, journal: Journal, tmp_path: Path) -> None:
    readback.read("cvl")
    journal.flush()
    assert (tmp_path / "dialogue.jsonl").read_text() == '[0.0,"readback","input registers 10+1","552"]\n'


def test_a_name_that_is_not_declared_is_refused(readback: Readback, server: Server) -> None:
    with pytest.raises(InputError, match="no 'socc', did you mean 'soc'"):
        readback.read("socc")
    assert server.asked == []


def test_a_refused_register_is_named(readback: Readback, server: Server) -> None:
    del server.memory[(4, 20)]
    with pytest.raises(InstrumentError, match=r"input registers 20\+1 refused \(illegal address\)"):
        readback.read("current")
    assert readback.read("soc") == pytest.approx(0.6)


def test_a_lost_connection_is_an_error_and_the_next_question_connects_again(
    readback: Readback, server: Server
) -> None:
    assert readback.read("soc") == pytest.approx(0.6)
    server.mute = True
    with pytest.raises(InstrumentError, match="no answer") as caught:
        readback.read("soc")
    assert "\n" not in str(caught.value)
    server.mute = False
    assert readback.read("soc") == pytest.approx(0.6)
    assert len(server.connections) == 2


def test_a_port_that_refuses_says_why(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    with Server({}) as server:
        address = server.address
    with pytest.raises(InstrumentError, match=f"{address}: Connection refused"):
        Readback(address, REGISTERS, journal).read("soc")
    assert caplog.text == ""


@pytest.mark.parametrize("address", ["", "10.0.0.5", "host:", ":502", "host:port", "host:70000", "host:0"])
def test_an_address_needs_host_and_port(address: str, journal: Journal) -> None:
    with pytest.raises(InputError, match="host:port"):
        Readback(address, REGISTERS, journal)


@pytest.mark.parametrize(
    ("registers", "ready"),
    [
        (Registers(), True),
        (Registers(state=Register(30), running=(3, 4)), True),
        (Registers(state=Register(30), running=(2,)), False),
        (Registers(alarm=Register(31)), False),
        (Registers(alarm=Register(32)), True),
        (Registers(state=Register(30), running=(3,), alarm=Register(32)), True),
        (Registers(state=Register(30), running=(3,), alarm=Register(31)), False),
    ],
)
def test_a_device_is_ready_when_it_works_and_has_no_alarm(
    server: Server, journal: Journal, registers: Registers, ready: bool
) -> None:
    server.memory |= {(4, 30): 3, (4, 31): 0x10, (4, 32): 0}
    readback = Readback(server.address, registers, journal)
    assert readback.ready() is ready
    readback.close()


def test_a_state_needs_its_meaning() -> None:
    with pytest.raises(ValueError, match="belong together"):
        Registers(state=Register(30))
    with pytest.raises(ValueError, match="belong together"):
        Registers(running=(3,))


def test_closing_twice_does_no_harm(readback: Readback) -> None:
    readback.read("soc")
    readback.close()
    readback.close()


@pytest.mark.parametrize(
    ("register", "words", "value"),
    [
        (Register(0), [0xFFFF], 65535.0),
        (Register(0, signed=True), [0xFFFF], -1.0),
        (Register(0, signed=True), [0x8000], -32768.0),
        (Register(0, words=2), [0x0001, 0x0000], 65536.0),
        (Register(0, words=2, signed=True), [0xFFFF, 0xFFFE], -2.0),
        (Register(0, scale=0.01), [5520], 55.2),
    ],
)
def test_words_become_values(register: Register, words: list[int], value: float) -> None:
    assert register.value(words) == pytest.approx(value)


@given(st.integers(min_value=-(2**31), max_value=2**31 - 1))
def test_every_signed_number_of_two_words_comes_back(number: int) -> None:
    high, low = struct.unpack(">HH", struct.pack(">i", number))
    assert Register(0, words=2, signed=True).value([high, low]) == number


@pytest.mark.parametrize(("address", "words"), [(-1, 1), (65536, 1), (65535, 2)])
def test_addresses_outside_of_modbus_are_refused(address: int, words: Any) -> None:
    with pytest.raises(ValueError, match="65535"):
        Register(address, words=words)
