"""One session, four media: what holds over a raw socket holds over VXI-11, HiSLIP and a serial line."""

from __future__ import annotations

import termios
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import serial

from bmshil.errors import InstrumentError
from bmshil.instruments import Session
from bmshil.twin.doors import SerialDoor, TcpDoor, hislip_door, vxi11_door
from bmshil.twin.instruments import Instrument
from bmshil.twin.instruments.engine import number
from bmshil.twin.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bmshil.journal import Journal

SHORT = 0.1
"""A timeout that a test waits for on purpose, s."""

LONG = 30.0
"""A timeout that nobody lives to see, s."""

PROMPT = 2.0
"""What counts as at once where eight tests share two cores, s."""


class Probe(Instrument):
    """An instrument that knows when it was spoken to."""

    terminator = b"\r\n"

    def __init__(self) -> None:
        super().__init__("PROBE")
        self.spoken = threading.Event()
        self.level = 0.0
        self.query("LEVel?", lambda _: f"{self.level:.3f}V")
        self.query("ECHO?", lambda text: text)
        self.setting("LEVel", number(partial(setattr, self, "level"), 0.0, 60.0))

    def heard(self) -> None:
        self.spoken.set()


@pytest.fixture
def probe() -> Probe:
    """The instrument behind the door."""
    return Probe()


@pytest.fixture(params=["socket", "vxi11", "hislip", "serial"])
def resource(request: pytest.FixtureRequest, probe: Probe, tmp_path: Path) -> Iterator[str]:
    """VISA resource name of its door."""
    server = Server()
    if request.param == "serial":
        door: SerialDoor | TcpDoor = SerialDoor(server, tmp_path / "probe", probe.converse, probe.faults)
    else:
        make = {"socket": TcpDoor, "vxi11": vxi11_door, "hislip": hislip_door}[request.param]
        door = make(server, probe.converse, probe.faults)
    server.start()
    yield door.resource
    server.stop()


@pytest.fixture
def to(resource: str, journal: Journal) -> Iterator[Callable[..., Session]]:
    """Open a session with the probe."""
    opened: list[Session] = []

    def make(timeout: float = LONG, **options: Any) -> Session:
        opened.append(Session("probe", resource, journal=journal, timeout=timeout, **options))
        opened[-1].open()
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_it_says_who_it_is_and_another_is_refused(to: Any, probe: Probe) -> None:
    assert to(identity="PROBE").identity == "BMSHIL,PROBE,0,1.0"
    probe.faults.identity = "ACME,TOASTER,0,1"
    with pytest.raises(InstrumentError, match=r"probe \(.*expected 'PROBE', but 'ACME,TOASTER,0,1' answered"):
        to(SHORT, identity="PROBE")


def test_it_answers_and_tells_its_errors(to: Any, probe: Probe) -> None:
    session = to()
    assert session.apply("LEV 52.1", "LEV?") == ["52.100V"]
    assert session.number("LEV?") == 52.1
    with pytest.raises(InstrumentError, match=r"'LEV 99;\*OPC\?;:SYST:ERR\?': refused: -222"):
        session.confirm("LEV 99")
    session.confirm("LEV 12")
    assert probe.level == 12.0
    session.write("LEV 13")
    assert session.query("LEV?") == "13.000V"


def test_old_errors_are_gone_when_it_is_opened(to: Any, probe: Probe) -> None:
    probe.execute("NONSENSE 1")
    to().confirm("LEV 1")


def test_a_late_reply_never_answers_the_next_question(to: Any, probe: Probe) -> None:
    session = to(SHORT)
    probe.faults.busy = True
    with pytest.raises(InstrumentError, match=r"'ECHO\? one': no reply within 0.1 s"):
        session.query("ECHO? one")
    probe.faults.busy = False
    assert session.query("ECHO? two") == "two"


@pytest.mark.wall
def test_a_reply_that_comes_after_the_line_was_opened_again_answers_nothing(to: Any, probe: Probe) -> None:
    session = to(SHORT)
    probe.faults.delay = 2.5 * SHORT
    with pytest.raises(InstrumentError, match="no reply"):
        session.query("ECHO? one")
    probe.faults.delay = 0.0
    answers = []
    while "two" not in answers:
        try:
            answers.append(session.query("ECHO? two"))
        except InstrumentError:  # the first reply is still under way
            answers.append("")
    assert set(answers) <= {"", "two"}
    assert len(answers) < 6


def test_a_peer_that_closes_at_once_is_told_at_once(to: Any, probe: Probe) -> None:
    session = to()
    probe.faults.hang_up = True
    began = time.monotonic()
    with pytest.raises(InstrumentError, match=r"'LEV\?': (closed the connection|was unplugged)"):
        session.query("LEV?")
    assert time.monotonic() - began < PROMPT


def test_a_peer_that_goes_while_we_wait_is_told_at_once_and_costs_nothing(to: Any, probe: Probe) -> None:
    session = to()
    probe.faults.silent = True
    probe.spoken.clear()

    def unplug() -> None:
        assert probe.spoken.wait(PROMPT)
        probe.faults.unplugged = True

    puller = threading.Thread(target=unplug)
    puller.start()
    began, worked = time.monotonic(), time.process_time()
    with pytest.raises(InstrumentError, match=r"'LEV\?': (closed the connection|was unplugged)"):
        session.query("LEV?")
    assert time.monotonic() - began < PROMPT
    assert time.process_time() - worked < 0.5
    puller.join()


@pytest.mark.wall
def test_waiting_costs_no_work(to: Any, probe: Probe) -> None:
    session = to(3 * SHORT)
    probe.faults.silent = True
    worked = time.process_time()
    with pytest.raises(InstrumentError, match=r"no reply within 0\.3 s"):
        session.query("LEV?")
    assert time.process_time() - worked < SHORT


def test_it_comes_back(to: Any, probe: Probe) -> None:
    session = to(SHORT)
    probe.faults.unplugged = True
    for _ in range(3):
        with pytest.raises(InstrumentError, match="probe"):
            session.query("LEV?")
    probe.faults.unplugged = False
    assert session.query("ECHO? back") == "back"


def test_off_is_sent_even_where_nobody_answers_any_more(to: Any, probe: Probe) -> None:
    session = to(SHORT)
    session.confirm("LEV 5")
    probe.faults.silent = True
    with pytest.raises(InstrumentError, match="no reply"):
        session.query("LEV?")
    with pytest.raises(InstrumentError, match="no reply"):
        session.query("LEV 7;*OPC?")
    assert probe.level == 5.0
    with session.insisting(), pytest.raises(InstrumentError, match=r"'\*IDN\?': no reply"):
        session.query("LEV 0;*OPC?")
    probe.faults.silent = False
    assert session.number("LEV?") == 0.0


def test_another_instrument_is_told_nothing(to: Any, probe: Probe) -> None:
    session = to(SHORT)
    session.confirm("LEV 5")
    probe.faults.hang_up = True
    with pytest.raises(InstrumentError):
        session.query("LEV?")
    probe.faults.hang_up = False
    probe.faults.identity = "BMSHIL,PROBE,1,1.0"
    with session.insisting(), pytest.raises(InstrumentError, match="check the resource"):
        session.query("LEV 0;*OPC?")
    assert probe.level == 5.0


def test_another_one_that_comes_back_is_refused(to: Any, probe: Probe) -> None:
    session = to(SHORT)
    probe.faults.unplugged = True
    probe.faults.identity = "BMSHIL,PROBE,1,1.0"
    probe.faults.unplugged = False
    with pytest.raises(InstrumentError):
        session.query("LEV?")
    with pytest.raises(InstrumentError, match=r"expected 'BMSHIL,PROBE,0,1\.0'"):
        session.query("LEV?")


def test_a_garbled_reply_is_no_number_and_the_next_one_counts(to: Any, probe: Probe) -> None:
    session = to(SHORT)
    probe.faults.garble = True
    with pytest.raises(InstrumentError, match=r"probe .*'LEV\?'"):
        session.number("LEV?")
    probe.faults.garble = False
    assert session.number("LEV?") == 0.0


def test_half_a_reply_is_none_and_the_next_one_counts(to: Any, probe: Probe) -> None:
    session = to(SHORT)
    probe.faults.half_line = True
    # pyvisa-py waits for the rest of a VXI-11 reply for 1 s longer, and calls it VI_ERROR_IO then.
    with pytest.raises(InstrumentError, match=r"'LEV\?': (stopped in the middle|no reply|VI_ERROR_IO)"):
        session.query("LEV?")
    probe.faults.half_line = False
    assert session.query("LEV?") == "0.000V"


def test_two_threads_get_their_own_replies(to: Any) -> None:
    session = to()

    def ask(who: int) -> bool:
        return all(session.query(f"ECHO? {who}-{k}") == f"{who}-{k}" for k in range(40))

    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(ask, range(2)))


def test_the_timeout_may_be_changed(to: Any, probe: Probe) -> None:
    session = to()
    assert session.timeout == LONG
    session.timeout = SHORT
    probe.faults.silent = True
    with pytest.raises(InstrumentError, match=r"no reply within 0\.1 s"):
        session.query("LEV?")
    probe.faults.silent = False
    assert session.query("LEV?") == "0.000V"


def test_every_exchange_is_in_the_journal_those_that_failed_too(to: Any, probe: Probe, journal: Any) -> None:
    written: list[tuple[str, str, str | None]] = []
    journal.exchange = lambda *exchange: written.append(exchange)
    session = to(SHORT)
    session.write("LEV 5")
    probe.faults.silent = True
    with pytest.raises(InstrumentError):
        session.query("LEV?")
    assert written == [
        ("probe", "*IDN?", "BMSHIL,PROBE,0,1.0"),
        ("probe", "*CLS;*OPC?", "1"),
        ("probe", "LEV 5", None),
        ("probe", "LEV?", None),
    ]


@pytest.mark.parametrize(
    "error",
    [
        Exception("could not connect: no such host"),
        NotImplementedError(),
        ValueError("not enough values to unpack"),
        termios.error(22, "Invalid argument"),
        serial.SerialException("write failed"),
        BrokenPipeError(32, "Broken pipe"),
        RuntimeError("protocol synchronization error"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_the_backend_raises_is_one_kind_of_error(
    journal: Journal, probe: Probe, error: Exception
) -> None:
    server = Server()
    door = TcpDoor(server, probe.converse)
    server.start()
    try:
        session = Session("probe", door.resource, journal=journal, timeout=LONG)
        session.open()

        def fail(_: bytes) -> bytes:
            raise error

        session._medium.ask = fail
        with pytest.raises(InstrumentError, match=r"probe \(TCPIP.*\), 'LEV\?': .") as caught:
            session.query("LEV?")
        assert caught.value.__cause__ is error
        assert session.query("LEV?") == "0.000V"
        session.close()
    finally:
        server.stop()
