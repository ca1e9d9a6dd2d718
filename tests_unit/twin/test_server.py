"""The server of the software bench: clients come, misbehave and go, and nothing is left behind."""

import socket
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from bmshil.timeline import SimulatedTimeline, WallTimeline
from bmshil.twin.doors import TcpDoor
from bmshil.twin.instruments import Faults, Meter, PowerSupply, Session
from bmshil.twin.modbus import ModbusSession, RegisterMap
from bmshil.twin.server import Conversation, Server
from bmshil.twin.world import World

Connect = Callable[..., socket.socket]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Return a function that serves one kind of conversation and connects to it."""
    server = Server()
    clients = []

    def connect(converse: Callable[[], Conversation], faults: Faults | None = None) -> socket.socket:
        door = TcpDoor(server, converse, faults)
        server.start()
        clients.append(socket.create_connection(("127.0.0.1", door.port), timeout=2))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()
    server.stop()
    server.stop()


def supply() -> Callable[[], Conversation]:
    return partial(Session, PowerSupply(World(SimulatedTimeline())))


def registers() -> Callable[[], Conversation]:
    return partial(ModbusSession, RegisterMap({"soc": {"address": 5, "scale": 0.001}}, lambda: {"soc": 0.5}))


def test_messages_may_come_in_pieces_or_together(connect: Connect) -> None:
    client = connect(supply())
    client.sendall(b"*OP")
    client.sendall(b"C?\r\n*OPC?\nVOLT 3;VOLT?\n")
    received = b""
    while received.count(b"\n") < 3:
        received += client.recv(100)
    assert received == b"1\n1\n3.0000\n"


def test_bytes_that_are_no_text_are_an_undefined_header(connect: Connect) -> None:
    client = connect(supply())
    client.sendall(b"\xff\xfe\n;;:\nSYST:ERR?\n")
    assert client.recv(100) == b'-113,"Undefined header"\n'


def test_a_silent_instrument_carries_out_what_it_is_told(connect: Connect) -> None:
    instrument = PowerSupply(World(SimulatedTimeline()))
    client = connect(instrument.converse, instrument.faults)
    instrument.faults.silent = True
    client.sendall(b"VOLT 7;VOLT?\n")
    client.settimeout(0.05)
    with pytest.raises(TimeoutError):
        client.recv(100)
    instrument.faults.silent = False
    client.settimeout(2)
    client.sendall(b"VOLT?\n")
    assert client.recv(100) == b"7.0000\n"


def test_a_wrong_identity(connect: Connect) -> None:
    instrument = PowerSupply(World(SimulatedTimeline()))
    instrument.faults.identity = "ACME,TOASTER,0,1"
    client = connect(partial(Session, instrument))
    client.sendall(b"*IDN?\n")
    assert client.recv(100) == b"ACME,TOASTER,0,1\n"


def test_modbus_reads_its_register(connect: Connect) -> None:
    client = connect(registers())
    client.sendall(bytes.fromhex("0007 0000 0006 01 04 0005 0001"))
    assert client.recv(100) == bytes.fromhex("0007 0000 0005 01 04 02 01F4")  # 500: 0.5 in steps of 0.001


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("0001 0000 0006 01 04 0005 0002", "0001 0000 0003 01 84 02"),  # no such register
        ("0001 0000 0006 01 03 0005 0001", "0001 0000 0003 01 83 02"),  # it stands in the other table
        ("0001 0000 0006 01 04 0005 0000", "0001 0000 0003 01 84 03"),  # nothing asked for
        ("0001 0000 0006 01 06 0005 0001", "0001 0000 0003 01 86 01"),  # writing
        ("0001 0000 0005 01 04 0005 00", "0001 0000 0003 01 84 03"),  # cut short
        ("0001 0000 0006 07 04 0005 0001", "0001 0000 0003 07 84 0B"),  # another unit
    ],
)
def test_modbus_refuses(connect: Connect, request_: str, reply: str) -> None:
    client = connect(registers())
    client.sendall(bytes.fromhex(request_))
    assert client.recv(100) == bytes.fromhex(reply)


def test_modbus_hangs_up_on_something_else(connect: Connect) -> None:
    client = connect(registers())
    client.sendall(b"GET / HTTP/1.1\r\n\r\n")
    assert client.recv(100) == b""


def test_a_client_that_goes_away_disturbs_nobody(connect: Connect) -> None:
    converse = supply()
    first = connect(converse)
    port = first.getpeername()[1]
    first.sendall(b"MEAS:VOLT?\n")
    first.close()
    with socket.create_connection(("127.0.0.1", port), timeout=2) as second:
        second.sendall(b"*OPC?\n")
        assert second.recv(100) == b"1\n"


def test_a_server_that_never_started_stops() -> None:
    server = Server()
    TcpDoor(server, supply())
    server.stop()


def test_the_world_moves_on_on_wall_time(connect: Connect) -> None:
    timeline = WallTimeline()
    try:
        world = World(timeline)
        client = connect(partial(Session, Meter(world, seed=1)))
        world.set_supply(voltage=50.0)
        world.switch_supply(True)
        world.switch_relay("dc_precharge", True)
        timeline.run(0.3)
        client.sendall(b"MEAS:VOLT?\n")
        assert 9.0 < float(client.recv(100)) < 50.1  # 1 - exp(-0.3 / 1.2) of 50 V, or later
    finally:
        timeline.close()
