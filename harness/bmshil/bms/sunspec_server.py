"""Modbus TCP for a SunSpec device: the server of pymodbus, on a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from typing import TYPE_CHECKING, Protocol

from bmshil.dialects.modbus import Function, Refusal
from bmshil.errors import PortError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pymodbus.constants import ExcCodes
    from pymodbus.server import ModbusTcpServer

MOST_REGISTERS = 0x10000
PATIENCE = 5.0
"""How long the server may take to begin or to end, s."""


class Device(Protocol):
    """What is served: registers that may be read and written from the server's thread."""

    unit: int

    def read(self, address: int, count: int) -> Sequence[int]:
        """Return registers. Raises Refusal for those that there are not."""

    def write(self, address: int, words: Sequence[int]) -> object:
        """Take registers over. Raises Refusal for what is not taken."""


class SunSpecServer:
    """Serves one device over Modbus TCP, on either time: it never waits for simulated time.

    Args:
        device: what is served.
        host: address to listen at.
        port: 502 is the one of SunSpec; 0 takes a free one.

    Attributes:
        host: as given.
        port: where it listens, once it has started.
    """

    def __init__(self, device: Device, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host = host
        self.port = port
        self._device = device
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: ModbusTcpServer | None = None
        self._begun: queue.Queue[Exception | None] = queue.Queue()

    def start(self) -> None:
        """Listen.

        Raises:
            PortError: the port cannot be had.
        """
        self._thread = threading.Thread(target=self._run, name="sunspec-server", daemon=True)
        self._thread.start()
        trouble = self._begun.get(timeout=PATIENCE)
        if trouble is not None:
            self._thread.join(PATIENCE)
            self._thread = None
            raise PortError(
                f"sunspec {self.host}:{self.port}: no server: {trouble}: "
                "is the port free, and below 1024 allowed?"
            ) from trouble

    def stop(self) -> None:
        """Hang up. May be called twice."""
        loop, server, thread = self._loop, self._server, self._thread
        self._loop = self._server = self._thread = None
        if loop is not None and server is not None and thread is not None:
            asyncio.run_coroutine_threadsafe(server.shutdown(), loop)  # type: ignore[no-untyped-call]  # pymodbus
            thread.join(PATIENCE)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - the starting thread raises it
            self._begun.put(error)

    async def _serve(self) -> None:
        # Slow to import, and most banks have no such server.
        from pymodbus.server import ModbusTcpServer  # noqa: PLC0415
        from pymodbus.simulator import DataType, SimData, SimDevice  # noqa: PLC0415

        # What it logs beside are requests that a client got an answer to.
        logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)
        registers = SimData(0, count=MOST_REGISTERS, values=0, datatype=DataType.REGISTERS)
        device = SimDevice(self._device.unit, simdata=[registers], action=self._act)
        server = ModbusTcpServer(device, address=(self.host, self.port))
        if not await server.listen():
            raise PortError("it cannot be bound")
        if isinstance(server.transport, asyncio.Server):
            self.port = server.transport.sockets[0].getsockname()[1]
        self._loop, self._server = asyncio.get_running_loop(), server
        self._begun.put(None)
        await server.serving

    async def _act(  # noqa: PLR0917 - as pymodbus calls it
        self,
        function: int,
        start: int,
        address: int,
        count: int,
        registers: list[int],
        values: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        """Fill in what is read, or take what is written; pymodbus calls it for each request."""
        from pymodbus.constants import ExcCodes  # noqa: PLC0415 - see _serve

        if function not in {Function.READ_HOLDING, Function.WRITE_ONE, Function.WRITE}:
            return ExcCodes.ILLEGAL_FUNCTION
        try:
            if values:
                self._device.write(address, [int(value) for value in values])
            else:  # also after a write, for the reply
                registers[address - start : address - start + count] = self._device.read(address, count)
        except Refusal as refusal:
            return ExcCodes(refusal.reason)
        return None
