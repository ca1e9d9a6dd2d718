"""What the device believes, asked over Modbus TCP."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING, NamedTuple

from bmshil.errors import InputError, InstrumentError
from bmshil.inverter.document import did_you_mean

if TYPE_CHECKING:
    from pymodbus.client import ModbusTcpClient

    from bmshil.inverter.registers import Register, Registers
    from bmshil.journal import Journal

TIMEOUT = 1.0
"""How long one answer may take, s."""

_REFUSALS = {1: "illegal function", 2: "illegal address", 3: "illegal value", 4: "device failure", 6: "busy"}


class _Block(NamedTuple):
    """Neighbouring registers that one request reads."""

    table: str
    address: int
    registers: dict[str, Register]

    @property
    def words(self) -> int:
        return sum(register.words for register in self.registers.values())


class Readback:
    """A session with the Modbus server of one device: request and response, so either time will do.

    It connects at the first question, and again after a failure.

    Args:
        address: ``host:port``.
        registers: what the profile declares.
        journal: where the dialogue is written.

    Raises:
        InputError: an address that is none.
    """

    def __init__(self, address: str, registers: Registers, journal: Journal) -> None:
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 0x10000:
            raise InputError(f"readback address {address!r}: write host:port, e.g. 192.168.0.20:502")
        self.address = address
        self._host = host.strip("[]")
        self._port = int(port)
        self._unit = registers.unit
        self._registers = registers.declared()
        self._running = registers.running
        self._commands = registers.writes.commands()
        self._journal = journal
        self._client: ModbusTcpClient | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What the device tells."""
        return tuple(self._registers)

    def read(self, name: str) -> float:
        """One value in the unit that its name has in :class:`Registers`.

        Raises:
            InputError: the profile declares no such register.
            InstrumentError: no connection, no answer, or a refusal.
        """
        if name not in self._registers:
            raise InputError(f"the profile reads back no {name!r}{did_you_mean(name, self._registers)}")
        return self._read({name: self._registers[name]})[name]

    def read_all(self) -> dict[str, float]:
        """Everything that the profile declares, by name.

        Raises:
            InstrumentError: no connection, no answer, or a refusal.
        """
        return self._read(self._registers)

    @property
    def commands(self) -> tuple[str, ...]:
        """Dangerous commands that the device has by its profile: clear_alarms, force_charge."""
        return tuple(self._commands)

    def try_command(self, name: str, value: int = 1) -> bool:
        """Write a command without any authorisation; say whether the device took it.

        Args:
            name: of the command.
            value: 1 gives it, 0 takes it back.

        Raises:
            InputError: the profile declares no such command.
            InstrumentError: no connection or no answer.
        """
        from pymodbus.exceptions import ModbusException  # noqa: PLC0415 - see _connect

        if name not in self._commands:
            raise InputError(f"the profile has no command {name!r}{did_you_mean(name, self._commands)}")
        client = self._client or self._connect()
        place = f"holding register {self._commands[name]} = {value} ({name})"
        try:
            reply = client.write_register(self._commands[name], value, device_id=self._unit)
        except (ModbusException, OSError) as error:
            self.close()
            self._journal.exchange("readback", place, None)
            raise InstrumentError(f"read-back {self.address}: no answer to {place}") from error
        refused = f"refused {getattr(reply, 'exception_code', 0)}" if reply.isError() else ""
        self._journal.exchange("readback", place, refused or "taken")
        return not refused

    def ready(self) -> bool:
        """Whether the device says that it works with its batteries and has no alarm, as far as it tells.

        Raises:
            InstrumentError: no connection, no answer, or a refusal.
        """
        told = self._read({n: r for n, r in self._registers.items() if n in ("state", "alarm")})
        return told.get("alarm", 0.0) == 0.0 and ("state" not in told or told["state"] in self._running)

    def close(self) -> None:
        """Hang up. May be called twice."""
        client, self._client = self._client, None
        if client is not None:
            client.close()  # type: ignore[no-untyped-call]  # pymodbus gives it no types

    def _read(self, registers: dict[str, Register]) -> dict[str, float]:
        values: dict[str, float] = {}
        for block in _blocks(registers):
            words = self._ask(block)
            for name, register in block.registers.items():
                start = register.address - block.address
                values[name] = register.value(words[start : start + register.words])
        return {name: values[name] for name in registers}

    def _ask(self, block: _Block) -> list[int]:
        from pymodbus.exceptions import ModbusException  # noqa: PLC0415 - see _connect

        client = self._client or self._connect()
        ask = client.read_input_registers if block.table == "input" else client.read_holding_registers
        place = f"{block.table} registers {block.address}+{block.words}"
        try:
            reply = ask(block.address, count=block.words, device_id=self._unit)
        except (ModbusException, OSError) as error:
            self.close()
            self._journal.exchange("readback", place, None)
            raise InstrumentError(f"read-back {self.address}: no answer to {place}") from error
        if reply.isError():
            code = getattr(reply, "exception_code", 0)
            self._journal.exchange("readback", place, f"refused {code}")
            raise InstrumentError(
                f"read-back {self.address}: {place} refused ({_REFUSALS.get(code, f'code {code}')}): "
                "compare the readback section of the profile with the device's register map"
            )
        words = list(reply.registers)
        self._journal.exchange("readback", place, " ".join(map(str, words)))
        if len(words) != block.words:
            self.close()
            raise InstrumentError(f"read-back {self.address}: {place} answered with {len(words)} registers")
        return words

    def _connect(self) -> ModbusTcpClient:
        from pymodbus.client import ModbusTcpClient  # noqa: PLC0415 - slow to import, most commands need none

        # Its own log lines would say the same as the one error that is raised here.
        logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)
        try:
            # pymodbus itself hides why a connection fails.
            connection = socket.create_connection((self._host, self._port), timeout=TIMEOUT)
        except OSError as error:
            raise InstrumentError(
                f"read-back {self.address}: {error.strerror or error}: "
                "is the device on, and Modbus TCP enabled?"
            ) from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = ModbusTcpClient(self._host, port=self._port, timeout=TIMEOUT, retries=0)
        client.socket = connection
        self._client = client
        return client


def _blocks(registers: dict[str, Register]) -> list[_Block]:
    """Join registers that stand side by side, so that they are read at one moment."""
    blocks: list[_Block] = []
    for name, register in sorted(registers.items(), key=lambda item: (item[1].table, item[1].address)):
        last = blocks[-1] if blocks else None
        if last and last.table == register.table and last.address + last.words == register.address:
            last.registers[name] = register
        else:
            blocks.append(_Block(register.table, register.address, {name: register}))
    return blocks
