"""Stand-ins that several benchmarks measure against."""

from __future__ import annotations

import multiprocessing
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def scpi_server(delay: float) -> Iterator[str]:
    """Run an instrument in a process of its own that answers every question with a number.

    Args:
        delay: from question to answer, s.

    Yields:
        VISA resource string.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(listener, delay), daemon=True)
    server.start()
    listener.close()
    try:
        yield f"TCPIP::127.0.0.1::{port}::SOCKET"
    finally:
        server.terminate()
        server.join()


def _serve(listener: socket.socket, delay: float) -> None:
    """Answer clients one after the other."""
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with client, client.makefile("rb") as lines:
            for line in lines:
                if delay:
                    time.sleep(delay)
                client.sendall(_answer(line))


def _answer(line: bytes) -> bytes:
    """One answer per question of the message."""
    questions = [part for part in line.decode().strip().split(";") if part.endswith("?")]
    answers = {"*IDN?": "BENCHMARK,PEER,1,1", ":SYST:ERR?": '0,"No error"', "*OPC?": "1"}
    return ";".join(answers.get(one, "12.5") for one in questions).encode() + b"\n" if questions else b""
