"""HiSLIP: messages over two connections, with numbers, so that a late reply answers no other question.

Source: IVI-6.1 HiSLIP, revision 1.1: as much of synchronised mode as a client needs to ask, clear and
read the status.
"""

import itertools
from collections.abc import Callable
from functools import partial
from struct import Struct

from bmshil.twin.doors.exchange import Answers, cut
from bmshil.twin.doors.tcp import TcpDoor
from bmshil.twin.instruments.faults import Faults
from bmshil.twin.server import Conversation, Server

_HEADER = Struct("!2sBBIQ")  # prologue, type, control code, parameter, length of what follows
_SIZE = Struct("!Q")
_PROLOGUE = b"HS"
_VERSION = 0x0100
_LARGEST = 1 << 20

_INITIALIZE, _INITIALIZED = 0, 1
_ERROR = 3
_LOCK, _LOCKED = 4, 5
_DATA, _DATA_END = 6, 7
_CLEAR_COMPLETE, _CLEARED = 8, 9
_SIZE_ASKED, _SIZE_TOLD = 15, 16
_ASYNC_INITIALIZE, _ASYNC_INITIALIZED = 17, 18
_CLEAR, _CLEARING = 19, 23
_STATUS_ASKED, _STATUS_TOLD = 21, 22
_UNKNOWN_TYPE = 1

_sessions = itertools.count(1)


class HislipTalk:
    """One of the two connections of a client; which one, the first message tells.

    Args: as of :class:`bmshil.twin.doors.exchange.Exchange`.
    """

    def __init__(
        self,
        server: Server,
        conversation: Conversation,
        faults: Faults | None,
        send: Callable[[bytes], object],
    ) -> None:
        self._faults = faults or Faults()
        self._send = send
        self._answers = Answers(server, conversation, self._faults, self._say)
        self._received = bytearray()
        self._message = 0

    def hear(self, chunk: bytes) -> bool:
        """Take what the client says, and answer; tell whether the connection stays."""
        self._received += chunk
        while len(self._received) >= _HEADER.size:
            prologue, kind, _, parameter, length = _HEADER.unpack_from(self._received)
            if prologue != _PROLOGUE:
                return False
            if len(self._received) < _HEADER.size + length:
                break
            payload = bytes(self._received[_HEADER.size : _HEADER.size + length])
            del self._received[: _HEADER.size + length]
            if not self._carry_out(kind, parameter, payload):
                return False
        return True

    def release(self) -> None:
        """Send what was held back while the instrument was busy."""
        self._answers.release()

    def _carry_out(self, kind: int, parameter: int, payload: bytes) -> bool:
        match kind:
            case _ if kind in {_DATA, _DATA_END}:
                self._message = parameter
                ended = kind == _DATA_END and not payload.endswith(b"\n")
                return self._answers.hear(payload + b"\n" if ended else payload)
            case _ if kind == _INITIALIZE:
                self._reply(_INITIALIZED, _VERSION << 16 | next(_sessions) & 0xFFFF)
            case _ if kind == _ASYNC_INITIALIZE:
                self._reply(_ASYNC_INITIALIZED, 0)
            case _ if kind == _SIZE_ASKED:
                self._reply(_SIZE_TOLD, 0, _SIZE.pack(_LARGEST))
            case _ if kind == _LOCK:
                self._reply(_LOCKED, 0, control=1)
            case _ if kind == _CLEAR:
                self._reply(_CLEARING, 0)
            case _ if kind == _CLEAR_COMPLETE:
                self._reply(_CLEARED, 0)
            case _ if kind == _STATUS_ASKED:
                self._reply(_STATUS_TOLD, 0)
            case _:
                self._reply(_ERROR, 0, b"Unrecognized message type", control=_UNKNOWN_TYPE)
        return True

    def _say(self, reply: bytes) -> None:
        self._reply(_DATA_END, self._message, reply)

    def _reply(self, kind: int, parameter: int, payload: bytes = b"", *, control: int = 0) -> None:
        message = _HEADER.pack(_PROLOGUE, kind, control, parameter, len(payload)) + payload
        self._send(cut(message, self._faults))


hislip_door = partial(TcpDoor, talk=HislipTalk, name="TCPIP::127.0.0.1::hislip0,{port}::INSTR")
"""Makes a door that speaks HiSLIP."""
