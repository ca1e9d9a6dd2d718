"""The option --sunspec: the bank over Modbus TCP, beside whatever else it speaks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench import House

SUNSPEC_HELP = (
    "also answer at this address over Modbus TCP, unit 1: SunSpec models 1, 802 and 803, one string for one "
    "pack; commands are refused (host: 127.0.0.1; port 0: a free one)"
)

LOCAL = "127.0.0.1"
MOST_PORT = 65535


def sunspec_address(text: str) -> tuple[str, int]:
    """Read ``[HOST:]PORT``.

    Raises:
        InputError: it is none.
    """
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) <= MOST_PORT):
        raise InputError(f"--sunspec {text}: write a port or host:port, for example 127.0.0.1:5020")
    return host or LOCAL, int(port)


@contextmanager
def sunspec_served(house: House, address: tuple[str, int] | None) -> Iterator[str | None]:
    """Serve the bank of an open house; gives ``host:port``, or None without an address.

    Raises:
        PortError: nobody can listen there.
    """
    if address is None:
        yield None
        return
    from bmshil.bms.gate import everything
    from bmshil.bms.sunspec_bank import SunSpecBank
    from bmshil.bms.sunspec_server import SunSpecServer

    admits = everything if house.gate is None else house.gate.admits_report
    bank = SunSpecBank(house.bank, house.timeline, house.journal, admits=admits)
    house.timeline.call(bank.start)
    server = SunSpecServer(bank, host=address[0], port=address[1])
    try:
        server.start()
        yield f"{server.host}:{server.port}"
    finally:
        server.stop()
        house.timeline.call(bank.stop)
