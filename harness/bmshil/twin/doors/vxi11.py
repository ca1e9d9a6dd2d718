"""VXI-11: instrument calls over ONC RPC. The port stands in the resource name, which saves a port mapper.

Source: VXI-11 TCP/IP Instrument Protocol 1.0, core channel; RFC 5531 (RPC version 2) and RFC 4506 (XDR).
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from struct import Struct

from bmshil.twin.doors.exchange import Answers, cut
from bmshil.twin.doors.tcp import TcpDoor
from bmshil.twin.instruments.faults import Faults
from bmshil.twin.server import Conversation, Server

_MARK = Struct(">I")  # length of the record, its highest bit on the last fragment
_LAST = 0x8000_0000
_CALL = Struct(">6I")  # xid, call, RPC version, program, version, procedure
_CREDENTIALS = 16  # two empty ones: flavour and length each
_ACCEPTED = Struct(">6I")  # xid, reply, accepted, no verifier (2), state
_UNAVAILABLE = 3

_CREATE_LINK, _WRITE, _READ, _STATUS, _CLEAR, _DESTROY_LINK = 10, 11, 12, 13, 15, 23
_NO_ERROR, _TIMED_OUT = 0, 15
_END = 4
_LARGEST = 1 << 16


class Vxi11Talk:
    """The core channel of one client.

    Args: as of :class:`bmshil.twin.doors.exchange.Exchange`.
    """

    def __init__(
        self,
        server: Server,
        conversation: Conversation,
        faults: Faults | None,
        send: Callable[[bytes], object],
    ) -> None:
        self._server = server
        self._faults = faults or Faults()
        self._send = send
        self._answers = Answers(server, conversation, self._faults, self._say)
        self._received = bytearray()
        self._said: deque[bytes] = deque()
        self._reading: int | None = None

    def hear(self, chunk: bytes) -> bool:
        """Take what the client says, and answer; tell whether the connection stays."""
        self._received += chunk
        while len(self._received) >= _MARK.size:
            (mark,) = _MARK.unpack_from(self._received)
            length = mark & ~_LAST
            if not mark & _LAST or length < _CALL.size + _CREDENTIALS:
                return False  # no client of an instrument sends fragments
            if len(self._received) < _MARK.size + length:
                break
            call = bytes(self._received[_MARK.size : _MARK.size + length])
            del self._received[: _MARK.size + length]
            xid, _, _, _, _, procedure = _CALL.unpack_from(call)
            if not self._carry_out(xid, procedure, call[_CALL.size + _CREDENTIALS :]):
                return False
        return True

    def release(self) -> None:
        """Send what was held back while the instrument was busy."""
        self._answers.release()

    def _carry_out(self, xid: int, procedure: int, arguments: bytes) -> bool:
        match procedure:
            case _ if procedure == _CREATE_LINK:
                self._reply(xid, _words(_NO_ERROR, 1, 0, _LARGEST))
            case _ if procedure == _WRITE:
                # link, time, time for a lock, flags, data
                (length,) = _MARK.unpack_from(arguments, 16)
                message = arguments[20 : 20 + length]
                if not self._answers.hear(message if message.endswith(b"\n") else message + b"\n"):
                    return False
                self._reply(xid, _words(_NO_ERROR, length))
            case _ if procedure == _READ:
                # link, bytes, time in ms
                (patience,) = _MARK.unpack_from(arguments, 8)
                self._reading = xid
                self._server.after(patience / 1000, partial(self._give_up, xid))
                self._deliver()
            case _ if procedure == _STATUS:
                self._reply(xid, _words(_NO_ERROR, 0))
            case _ if procedure in {_CLEAR, _DESTROY_LINK}:
                self._said.clear()
                self._reply(xid, _words(_NO_ERROR))
            case _:
                self._reply(xid, b"", state=_UNAVAILABLE)
        return True

    def _say(self, reply: bytes) -> None:
        self._said.append(reply)
        self._deliver()

    def _deliver(self) -> None:
        """Answer the read that waits, if there is something to read."""
        if self._reading is not None and self._said:
            xid, self._reading = self._reading, None
            data = self._said.popleft()
            self._reply(xid, _words(_NO_ERROR, _END, len(data)) + data + bytes(-len(data) % 4))

    def _give_up(self, xid: int) -> None:
        if self._reading == xid:
            self._reading = None
            self._reply(xid, _words(_TIMED_OUT, 0, 0))

    def _reply(self, xid: int, results: bytes, *, state: int = 0) -> None:
        body = _ACCEPTED.pack(xid, 1, 0, 0, 0, state) + results
        self._send(cut(_MARK.pack(_LAST | len(body)) + body, self._faults))


def _words(*values: int) -> bytes:
    return b"".join(_MARK.pack(value) for value in values)


vxi11_door = partial(TcpDoor, talk=Vxi11Talk, name="TCPIP::127.0.0.1,{port}::inst0::INSTR")
"""Makes a door that speaks VXI-11."""
