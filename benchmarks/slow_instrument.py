"""An instrument that answers after a while, for the benchmarks that need a slow one."""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

READINGS = {"MEAS:VOLT": "52.0", "MEAS:VOLT:DC": "52.0", "MEAS:CURR": "-10.0", "STAT:LIM": "0", "*OPC": "1"}

START = 60.0
"""How long the process may take to start, s."""


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
        # On a busy machine a process takes seconds to start; nobody shall wait for its first answer.
        with socket.create_connection(("127.0.0.1", port), START) as probe:
            probe.sendall(b"*IDN?\n")
            probe.recv(64)
        yield f"TCPIP::127.0.0.1::{port}::SOCKET"
    finally:
        server.terminate()
        server.join()


def _serve(listener: socket.socket, delay: float) -> None:
    """Give every client a thread."""
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_converse, args=(client, delay), daemon=True).start()


def _converse(client: socket.socket, delay: float) -> None:
    values = dict(READINGS) | {"*IDN": "BENCHMARK,INSTRUMENT,1,1", "SYST:ERR": '0,"No error"'}
    with client, client.makefile("rb") as lines:
        for line in lines:
            answers = []
            for part in line.decode().strip().split(";"):
                header, _, value = part.removeprefix(":").partition(" ")
                if header.endswith("?"):
                    answers.append(values[header[:-1]])
                else:
                    values[header] = value
            if answers:
                if delay:
                    time.sleep(delay)
                client.sendall(";".join(answers).encode() + b"\n")
