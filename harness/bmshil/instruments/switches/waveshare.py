"""The Waveshare Modbus RTU relay boards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError
from bmshil.instruments.byte_instrument import ByteInstrument
from bmshil.instruments.roles import PERMIT, Capability
from bmshil.instruments.switches.board import RelayBoard
from bmshil.instruments.switches.modbus_rtu import framed, is_exception, unframed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.instruments.byte_session import ByteSession

READ_COILS, WRITE_COIL = 0x01, 0x05
CLOSE, OPEN = 0xFF00, 0x0000
FLASH_ON = 0x0200
"""Added to the number of a coil: close for a time and open by itself."""

UNIT = 0.1
"""Of a timed closure, s."""

LONGEST = 0x7FFF
"""Of a timed closure, in units."""


class WaveshareRelays(RelayBoard, ByteInstrument):
    """Relays over Modbus RTU: function 05 switches one, function 01 reads all of them.

    As the permit it is a dead-man: a timed closure opens by itself, although the computer has died. It lasts
    never longer than asked for.

    What is read back is what the board believes: see :class:`RelayBoard`.

    Args:
        session: open session; owned from now on.
        channels: channel number of each role that is wired, from 1.
        address: of the board on its line.
        relays: how many the board has.

    Raises:
        InputError: an unknown role, two roles on one channel, or a channel that the board does not have.

    Source: the maker's page on the Modbus RTU Relay, through mbmap-library: 9600 8N1, address 1, function 05
    with FF00 or 0000, function 01 for the states, "flash on" at 0x0200 with the time in 100 ms.
    """

    maker = "Waveshare"
    models = "Modbus RTU Relay (8 channels) and its sisters"
    verified = "maker's protocol description, as third parties have mapped it"
    unverified = (
        "that a timed closure under way is prolonged by the next one",
        "boards with another number of relays",
    )
    capabilities = Capability.CONFIRMS | Capability.READ_BACK | Capability.TIMED
    options = frozenset({"channels", "address", "relays"})

    def __init__(
        self, session: ByteSession, channels: Mapping[str, int], address: int = 1, relays: int = 8
    ) -> None:
        ByteInstrument.__init__(self, session)
        RelayBoard.__init__(self, session, channels, range(1, relays + 1))
        if not 1 <= address <= 247:
            raise InputError(f"{session.name}: address {address}: Modbus has 1 to 247")
        self._address = address
        self._relays = relays

    def hold(self, seconds: float) -> None:
        """Close the permit for so long, s, at most; it opens by itself. A next time starts the time anew.

        Raises:
            InstrumentError: refused, or reads back as open.
            InputError: no permit is wired to this board, or a time that it cannot keep.
        """
        units = int(seconds / UNIT + 1e-6)
        if not 1 <= units <= LONGEST:
            raise InputError(
                f"{self.name}: it can close for {UNIT:g} to {LONGEST * UNIT:g} s, not {seconds:g} s"
            )
        channel = self._channel(PERMIT)
        request = self._write(FLASH_ON + channel - 1, units)
        self._confirm(request, channel, closed=True)
        self._note(PERMIT, closed=True)

    def _greet(self) -> None:
        self._states()

    def _drive(self, channel: int, closed: bool) -> None:
        request = self._write(channel - 1, CLOSE if closed else OPEN)
        self._confirm(request, channel, closed=closed)

    def _driven(self, channel: int) -> bool:
        return bool(self._states() >> (channel - 1) & 1)

    def _confirm(self, request: bytes, channel: int, *, closed: bool) -> None:
        self._check(request.hex(" ").upper(), self._driven(channel), closed)

    def _write(self, coil: int, value: int) -> bytes:
        request = framed(bytes((self._address, WRITE_COIL, *coil.to_bytes(2), *value.to_bytes(2))))
        echo = self._ask(request, len(request))
        if echo != request[2:-2]:
            raise self._session.refused(request, f"repeated {echo.hex(' ').upper()} instead of the command")
        return request

    def _states(self) -> int:
        """Which coils are on, one bit each, the first one lowest."""
        request = framed(bytes((self._address, READ_COILS, 0, 0, *self._relays.to_bytes(2))))
        size = (self._relays + 7) // 8
        data = self._ask(request, 5 + size)
        if data[0] != size:
            raise self._session.refused(request, f"announced {data[0]} bytes of states instead of {size}")
        return int.from_bytes(data[1:], "little")

    def _ask(self, request: bytes, length: int) -> bytes:
        reply = self._session.exchange(request, length, is_exception)
        try:
            return unframed(request, reply)
        except ValueError as error:
            raise self._session.refused(request, str(error)) from error
