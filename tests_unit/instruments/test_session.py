"""Session: every byte sent, and every trap of pyvisa-py, through the real backend."""

from __future__ import annotations

import gc
import pickle
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import Session

GREETING = (("*IDN?", "BMSHIL,SCRIPT,1,1.0"), ("*CLS;*OPC?", "1"))
SHORT = 0.25
"""A timeout that a test waits for on purpose, s."""


def refused_resource() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"TCPIP::127.0.0.1::{port}::SOCKET"


def test_open_checks_who_answers_and_clears_old_errors(script: Any, session: Any) -> None:
    opened = session(script().resource, identity="SCRIPT")
    assert opened.identity == "BMSHIL,SCRIPT,1,1.0"


def test_another_instrument_is_refused_by_name(script: Any, session: Any) -> None:
    other = script(("*IDN?", "OTHER,DMM,7,2"), greeted=False)
    with pytest.raises(InstrumentError, match=r"expected 'EA,PSB', but 'OTHER,DMM,7,2' answered"):
        session(other.resource, identity="EA,PSB")


def test_a_refused_connection_is_told_when_opening(session: Any) -> None:
    with pytest.raises(InstrumentError, match=r"supply \(TCPIP.*\), 'open': .*[Rr]efused"):
        session(refused_resource())


@pytest.mark.parametrize(
    "resource", ["nonsense", "TCPIP::no.such.host.invalid::5025::SOCKET", "ASRL/dev/no-such-port::INSTR"]
)
def test_a_resource_that_cannot_be_opened_is_one_error(session: Any, resource: str) -> None:
    with pytest.raises(InstrumentError, match="supply"):
        session(resource)
    gc.collect()  # a leaked socket would warn here, and warnings are errors


def test_replies_lose_their_line_end_and_spaces(script: Any, session: Any) -> None:
    supply = session(script(("MEAS:VOLT?", b" 52.1 \r\n")).resource)
    assert supply.query("MEAS:VOLT?") == "52.1"


def test_a_reply_in_two_pieces_is_one_reply(session: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        half_read = threading.Event()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for reply in (b"BMSHIL\n", b"1\n"):
                    connection.recv(100)
                    connection.sendall(reply)
                connection.recv(100)
                connection.sendall(b"52.")
                half_read.wait(5)
                connection.sendall(b"125\n")
                connection.recv(100)

        served = pool.submit(serve)
        supply = session(f"TCPIP::127.0.0.1::{listener.getsockname()[1]}::SOCKET")
        take = supply._medium._take

        def take_and_tell() -> bytes:
            taken: bytes = take()
            half_read.set()
            return taken

        supply._medium._take = take_and_tell
        assert supply.query("MEAS:VOLT?") == "52.125"
        supply.close()
        served.result(5)


def test_a_reply_longer_than_one_look_arrives_whole(script: Any, session: Any) -> None:
    long = "7" * 200_000
    assert session(script(("CURV?", long)).resource).query("CURV?") == long


def test_a_late_reply_never_answers_the_next_question(script: Any, session: Any) -> None:
    late = script.late("11.1")
    instrument = script(("MEAS:VOLT?", late), *GREETING, ("MEAS:CURR?", "22.2"))
    supply = session(instrument.resource, timeout=SHORT)
    with pytest.raises(InstrumentError, match=r"'MEAS:VOLT\?': no reply within 0.25 s"):
        supply.query("MEAS:VOLT?")
    late.release.set()
    assert late.sent.wait(5)
    assert supply.query("MEAS:CURR?") == "22.2"
    assert instrument.connections == 2


def test_an_interrupt_in_the_middle_leaves_no_stale_reply(script: Any, session: Any) -> None:
    late = script.late("11.1")
    supply = session(script(("MEAS:VOLT?", late), *GREETING, ("MEAS:CURR?", "22.2")).resource)
    waiting = supply._medium._arrived
    main = threading.main_thread().ident
    assert main is not None

    def interrupted(patience: float) -> Any:
        if patience:
            signal.pthread_kill(main, signal.SIGINT)
        return waiting(patience)

    supply._medium._arrived = interrupted
    with pytest.raises(KeyboardInterrupt):
        supply.query("MEAS:VOLT?")
    late.release.set()
    assert late.sent.wait(5)
    assert supply.query("MEAS:CURR?") == "22.2"


def test_a_peer_that_closes_while_we_wait_is_noticed_at_once(script: Any, session: Any) -> None:
    supply = session(script(("MEAS:VOLT?", script.hang_up())).resource, timeout=30)
    began = time.monotonic()
    with pytest.raises(InstrumentError, match="closed the connection"):
        supply.query("MEAS:VOLT?")
    assert time.monotonic() - began < 5


def test_a_peer_that_closes_in_the_middle_of_a_reply_is_noticed_at_once(script: Any, session: Any) -> None:
    supply = session(script(("MEAS:VOLT?", script.hang_up("52."))).resource, timeout=30)
    with pytest.raises(InstrumentError, match="closed the connection"):
        supply.query("MEAS:VOLT?")


def test_half_a_line_is_no_reply(script: Any, session: Any) -> None:
    supply = session(script(("MEAS:VOLT?", b"52.")).resource, timeout=SHORT)
    with pytest.raises(InstrumentError, match=r"stopped in the middle of a reply: b'52\.'"):
        supply.query("MEAS:VOLT?")


def test_a_session_comes_back_after_the_peer_closed(script: Any, session: Any) -> None:
    instrument = script(("MEAS:VOLT?", script.hang_up()), *GREETING, ("MEAS:VOLT?", "52.1"))
    supply = session(instrument.resource)
    with pytest.raises(InstrumentError):
        supply.query("MEAS:VOLT?")
    assert supply.query("MEAS:VOLT?") == "52.1"


def test_another_instrument_after_a_reconnect_is_refused(script: Any, session: Any) -> None:
    instrument = script(("MEAS:VOLT?", script.hang_up()), ("*IDN?", "BMSHIL,SCRIPT,2,1.0"))
    supply = session(instrument.resource, timeout=SHORT)
    with pytest.raises(InstrumentError):
        supply.query("MEAS:VOLT?")
    with pytest.raises(InstrumentError, match=r"'BMSHIL,SCRIPT,2,1.0' answered"):
        supply.query("MEAS:VOLT?")


def test_two_lines_to_one_question_end_the_connection(script: Any, session: Any) -> None:
    instrument = script(("MEAS:VOLT?", b"52.1\n-3\n"), *GREETING, ("MEAS:CURR?", "22.2"))
    supply = session(instrument.resource)
    with pytest.raises(InstrumentError, match="more than one line"):
        supply.query("MEAS:VOLT?")
    assert supply.query("MEAS:CURR?") == "22.2"


def test_words_unasked_end_the_connection(script: Any, session: Any) -> None:
    late = script.late("SRQ")
    supply = session(script(("INIT", late), *GREETING, ("MEAS:CURR?", "22.2")).resource)
    supply.write("INIT")
    late.release.set()
    assert late.sent.wait(5)
    with pytest.raises(InstrumentError, match="unasked"):
        supply.query("MEAS:CURR?")
    assert supply.query("MEAS:CURR?") == "22.2"


def test_a_peer_that_takes_nothing_is_no_hang(session: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        told = threading.Event()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"DEAF\n")
                told.wait(5)

        served = pool.submit(serve)
        supply = session(
            f"TCPIP::127.0.0.1::{listener.getsockname()[1]}::SOCKET", error_query="", timeout=SHORT
        )
        with pytest.raises(InstrumentError, match="takes no more bytes"):
            supply.write("x" * 20_000_000)
        told.set()
        served.result(5)


def test_write_then_query_is_not_delayed_by_nagle(script: Any, session: Any) -> None:
    supply = session(script(("CURR 1", None), ("MEAS:VOLT?", "52.1")).resource)
    medium = supply._medium.stream.medium
    assert medium.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
    supply.write("CURR 1")
    assert supply.query("MEAS:VOLT?") == "52.1"


def test_confirm_waits_and_looks_at_the_error_queue(script: Any, session: Any) -> None:
    session(script(("VOLT 52;*OPC?;:SYST:ERR?", '1;+0,"No error"')).resource).confirm("VOLT 52")


def test_confirm_tells_all_errors_and_leaves_none_behind(script: Any, session: Any) -> None:
    instrument = script(
        ("VOLT 99;*OPC?;:SYST:ERR?", '1;-222,"Data out of range;VOLT 99"'),
        ("SYST:ERR?", '-350,"Queue overflow"'),
        ("SYST:ERR?", '0,"No error"'),
        ("VOLT 52;*OPC?;:SYST:ERR?", '1;0,"No error"'),
    )
    supply = session(instrument.resource)
    with pytest.raises(InstrumentError, match=r"-222,\"Data out of range;VOLT 99\", -350,\"Queue overflow\""):
        supply.confirm("VOLT 99")
    supply.confirm("VOLT 52")


def test_an_endless_error_queue_ends(script: Any, session: Any) -> None:
    endless = [("SYST:ERR?", '-100,"Command error"')] * 20
    supply = session(script(("VOLT 52;*OPC?;:SYST:ERR?", '1;-100,"Command error"'), *endless).resource)
    with pytest.raises(InstrumentError, match="refused"):
        supply.confirm("VOLT 52")


def test_an_instrument_without_error_queue_is_not_asked_for_one(script: Any, session: Any) -> None:
    instrument = script(("*IDN?", "SMALL"), ("VOLT 52;*OPC?", "1"), greeted=False)
    session(instrument.resource, error_query="").confirm("VOLT 52")


@pytest.mark.parametrize("reply", ["1", "52;1", "0;0,", "52;0;0,", ""])
def test_an_incomplete_answer_to_a_setting_is_an_error(script: Any, session: Any, reply: str) -> None:
    supply = session(script(("VOLT 52;:VOLT?;*OPC?;:SYST:ERR?", reply)).resource)
    with pytest.raises(InstrumentError, match="VOLT 52"):
        supply.apply("VOLT 52", "VOLT?")


@pytest.mark.parametrize(
    "reply", ["9.9E37", "9.91E37", "-9.9e37", "nan", "inf", "banana", "1.2.3", "5 apples"]
)
def test_no_reading_is_an_error_not_a_number(script: Any, session: Any, reply: str) -> None:
    supply = session(script(("MEAS:VOLT?", reply)).resource)
    with pytest.raises(InstrumentError, match=r"'MEAS:VOLT\?'.*answered"):
        supply.number("MEAS:VOLT?")


def test_every_exchange_and_error_is_in_the_journal(script: Any, session: Any, journal: Any) -> None:
    written: list[tuple[str, str, str | None]] = []
    journal.exchange = lambda *exchange: written.append(exchange)
    instrument = script(("VOLT 52", None), ("MEAS:VOLT?", "52.0"), ("MEAS:CURR?", script.hang_up()))
    supply = session(instrument.resource)
    supply.write("VOLT 52")
    supply.query("MEAS:VOLT?")
    with pytest.raises(InstrumentError):
        supply.query("MEAS:CURR?")
    assert written == [
        ("supply", "*IDN?", "BMSHIL,SCRIPT,1,1.0"),
        ("supply", "*CLS;*OPC?", "1"),
        ("supply", "VOLT 52", None),
        ("supply", "MEAS:VOLT?", "52.0"),
        ("supply", "MEAS:CURR?", None),
    ]
    (event,) = journal.events(0, 1, "instrument_error")
    assert event.source == "supply"
    assert event.data == {"cause": "closed the connection", "command": "MEAS:CURR?"}


def test_a_closed_session_says_so_and_closes_twice(script: Any, session: Any) -> None:
    supply = session(script().resource)
    supply.close()
    supply.close()
    with pytest.raises(InstrumentError, match="closed; open it first"):
        supply.query("MEAS:VOLT?")


def test_a_session_is_a_context_and_leaves_no_socket(script: Any) -> None:
    with Session("meter", script(("MEAS:VOLT?", "1.5")).resource) as meter:
        assert meter.number("MEAS:VOLT?") == 1.5
    del meter
    gc.collect()  # a leaked socket would warn here, and warnings are errors


def test_threads_on_one_session_get_their_own_replies(session: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(5) as pool:

        def echo() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rwb", buffering=0) as lines:
                for line in lines:
                    lines.write(line)

        served = pool.submit(echo)
        supply = session(f"TCPIP::127.0.0.1::{listener.getsockname()[1]}::SOCKET", error_query="")

        def ask(who: int) -> bool:
            return all(supply.query(f"{who}:{k}?") == f"{who}:{k}?" for k in range(200))

        assert all(pool.map(ask, range(4)))
        supply.close()
        served.result(5)


def test_errors_travel_between_processes(session: Any) -> None:
    with pytest.raises(InstrumentError) as caught:
        session(refused_resource())
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own bytes


def test_a_session_works_without_a_journal(script: Any) -> None:
    supply = Session("supply", script(("MEAS:VOLT?", script.hang_up())).resource)
    supply.open()
    with pytest.raises(InstrumentError):
        supply.query("MEAS:VOLT?")
    supply.close()
