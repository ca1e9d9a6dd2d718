"""What is said to the instruments of a served twin can be read afterwards, with its moment."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from bmshil.bench.assembly.exchange_log import ExchangeLog
from bmshil.errors import InputError
from bmshil.twin.overheard import Overheard

if TYPE_CHECKING:
    from pathlib import Path


class Echo:
    """Answers each complete line with itself; hangs up at "bye"."""

    def answer(self, received: bytearray) -> bytes | None:
        end = received.rfind(b"\n") + 1
        said = bytes(received[:end])
        del received[:end]
        return None if said == b"bye\n" else said


def test_every_exchange_is_a_line_with_its_moment(tmp_path: Path) -> None:
    path = tmp_path / "log"
    before = time.monotonic()
    with ExchangeLog(path) as log:
        log.write("load", 3, before, b"INP OFF;*OPC?\n", b"1\n")
        log.write("relays", 4, before + 1, b"\x01\x05", b"\xa0\x00")
        log.write("meter", 5, before + 2, b"MEAS?\n", None)
        lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == [
        [pytest.approx(before, abs=1e-5), "load", 3, "INP OFF;*OPC?", "1"],
        [pytest.approx(before + 1, abs=1e-5), "relays", 4, "\x01\x05", "\\xa0\x00"],
        [pytest.approx(before + 2, abs=1e-5), "meter", 5, "MEAS?", None],
    ]


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--log .*: No such file or directory"):
        ExchangeLog(tmp_path / "nowhere" / "log")


def test_who_listens_hears_what_was_answered_and_changes_nothing() -> None:
    heard: list[tuple[bytes, bytes | None]] = []
    before = time.monotonic()
    moments: list[float] = []

    def hear(when: float, request: bytes, reply: bytes | None) -> None:
        moments.append(when)
        heard.append((request, reply))

    both = Overheard(Echo(), hear)
    received = bytearray(b"one\ntw")
    assert both.answer(received) == b"one\n"
    assert received == b"tw"
    assert both.answer(received) == b""
    received += b"o\n"
    assert both.answer(received) == b"two\n"
    assert both.answer(bytearray(b"bye\n")) is None
    assert heard == [(b"one\n", b"one\n"), (b"two\n", b"two\n"), (b"bye\n", None)]
    assert before <= moments[0] <= moments[-1] <= time.monotonic()
