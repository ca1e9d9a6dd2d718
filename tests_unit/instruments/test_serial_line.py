"""The same session over a serial line, where a late reply survives closing and opening."""

from __future__ import annotations

import os
import pty
import select
import threading
import tty
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.errors import InstrumentError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Line:
    """An instrument on the other end of a pseudo-terminal."""

    def __init__(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.resource = f"ASRL{os.ttyname(self._slave)}::INSTR"
        self.replies: dict[bytes, list[bytes]] = {}
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        os.write(self._stopped, b"x")
        self._thread.join(5)
        for descriptor in (self._master, self._slave, self._stop, self._stopped):
            os.close(descriptor)

    def _serve(self) -> None:
        received = b""
        while self._stop not in select.select([self._master, self._stop], [], [])[0]:
            received += os.read(self._master, 1000)
            while b"\n" in received:
                question, received = received.split(b"\n", 1)
                os.write(self._master, self.replies[question].pop(0))


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


def test_a_serial_instrument_answers(line: Line, session: Any) -> None:
    line.replies = {b"*IDN?": [b"SERIAL,1\r\n"], b"*CLS;*OPC?": [b"1\r\n"], b"MEAS:VOLT?": [b"52.1\r\n"]}
    supply = session(line.resource, settings={"baud_rate": 115200})
    assert supply.identity == "SERIAL,1"
    assert supply.number("MEAS:VOLT?") == 52.1


def test_a_late_reply_on_a_serial_line_is_thrown_away(line: Line, session: Any) -> None:
    # The reply to MEAS:VOLT? only comes with the next identity: late, on the line that is still the same.
    line.replies = {
        b"*IDN?": [b"SERIAL,1\n", b"11.1\nSERIAL,1\n"],
        b"*CLS;*OPC?": [b"1\n", b"1\n"],
        b"MEAS:VOLT?": [b""],
        b"MEAS:CURR?": [b"22.2\n"],
    }
    supply = session(line.resource, timeout=0.25)
    with pytest.raises(InstrumentError, match=r"no reply within 0.25 s"):
        supply.query("MEAS:VOLT?")
    assert supply.query("MEAS:CURR?") == "22.2"
