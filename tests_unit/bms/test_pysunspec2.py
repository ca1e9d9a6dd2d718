"""An independent SunSpec client reads the emulated bank over Modbus TCP, and is refused commands."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bms.sunspec_bank import SunSpecBank
from bmshil.bms.sunspec_server import SunSpecServer
from bmshil.errors import PortError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

modbus = pytest.importorskip("sunspec2.modbus.modbus", reason="pip install 'bmshil[peers]'")
client = pytest.importorskip("sunspec2.modbus.client", reason="pip install 'bmshil[peers]'")

Scene = Any
Reader = Any


@pytest.fixture
def served(scene: Callable[..., Scene]) -> Iterator[tuple[Scene, SunSpecBank, Reader]]:
    """Three packs at 60 %, charged with 30 A, five seconds old; and a client that knows their models."""
    made = scene(3, soc=0.6)
    made.timeline.every(
        0.1, lambda: made.bank.step(30.0 if any(pack.connected for pack in made.bank) else 0.0, 0.1)
    )
    bank = SunSpecBank(made.fleet, made.timeline, made.journal)
    made.timeline.run(2.0)
    bank.start()
    made.timeline.run(3.0)
    server = SunSpecServer(bank)
    server.start()
    reader = client.SunSpecModbusClientDeviceTCP(slave_id=1, ipaddr="127.0.0.1", ipport=server.port)
    try:
        reader.scan()
        yield made, bank, reader
    finally:
        reader.close()
        server.stop()
        server.stop()
        bank.stop()


def points(model: Any) -> dict[str, Any]:
    model.read()
    return {name: point.cvalue for name, point in model.points.items()}


def test_it_finds_the_models_and_reads_the_bank(served: tuple[Scene, SunSpecBank, Reader]) -> None:
    _, _, reader = served
    assert [name for name in reader.models if isinstance(name, int)] == [1, 802, 803]
    assert reader.common[0].Mn.value == "bmshil"
    told = points(reader.battery[0])
    assert told["AHRtg"] == 300
    assert told["SoC"] == pytest.approx(60.0, abs=0.2)
    assert told["A"] == pytest.approx(30.0, abs=0.1)  # into the battery
    assert told["W"] == pytest.approx(30.0 * told["V"], abs=10.0)
    assert (told["ChaSt"], told["State"], told["Typ"]) == (4, 3, 4)
    assert told["CellVMin"] <= told["CellVAvg"] <= told["CellVMax"]
    assert told["Evt1"] == 0
    assert told["WarrDt"] is None


def test_one_string_is_one_pack(served: tuple[Scene, SunSpecBank, Reader]) -> None:
    _, _, reader = served
    model = reader.lithium_ion_bank[0]
    told = points(model)
    assert (told["NStr"], told["NStrCon"], len(model.groups["string"])) == (3, 3, 3)
    strings = [{name: point.cvalue for name, point in one.points.items()} for one in model.groups["string"]]
    assert [one["StrSoC"] for one in strings] == pytest.approx([60.0] * 3, abs=0.2)
    assert sum(one["StrA"] for one in strings) == pytest.approx(30.0, abs=0.2)
    assert [one["StrSt"] for one in strings] == [3, 3, 3]


def test_the_heartbeat_counts_seconds_of_the_timeline(served: tuple[Scene, SunSpecBank, Reader]) -> None:
    made, _, reader = served
    before = points(reader.battery[0])["Hb"]
    made.timeline.run(7.0)
    assert points(reader.battery[0])["Hb"] == before + 7
    made.timeline.run(0.5)
    assert points(reader.battery[0])["Hb"] == before + 7


def command(model: Any, point: str, value: int) -> None:
    model.points[point].value = value
    model.write()


@pytest.mark.parametrize(("point", "value"), [("SetOp", 2), ("AlmRst", 1), ("SetInvState", 1)])
def test_commands_are_refused_without_authorisation(
    served: tuple[Scene, SunSpecBank, Reader], point: str, value: int
) -> None:
    made, bank, reader = served
    with pytest.raises(modbus.ModbusClientException, match="exception: 1"):
        command(reader.battery[0], point, value)
    assert [pack.connected for pack in made.bank] == [True, True, True]
    assert made.events("sunspec") == [("bank", {"point": point, "value": value, "taken": False})]
    bank.authorised = True
    made.timeline.run(1.0)
    assert points(reader.battery[0])["LocRemCtl"] == 0
    command(reader.battery[0], point, value)
    assert made.events("sunspec")[-1] == ("bank", {"point": point, "value": value, "taken": True})


def test_a_string_is_disconnected_and_connected(served: tuple[Scene, SunSpecBank, Reader]) -> None:
    made, bank, reader = served
    model = reader.lithium_ion_bank[0]
    second = model.groups["string"][1]
    with pytest.raises(modbus.ModbusClientException):
        command(second, "StrSetCon", 2)
    bank.authorised = True
    command(second, "StrSetCon", 2)
    assert [pack.connected for pack in made.bank] == [True, False, True]
    assert points(model)["NStrCon"] == 2
    command(second, "StrSetCon", 1)
    assert [pack.connected for pack in made.bank] == [True, True, True]


def test_a_disabled_string_stays_off(served: tuple[Scene, SunSpecBank, Reader]) -> None:
    made, bank, reader = served
    bank.authorised = True
    third = reader.lithium_ion_bank[0].groups["string"][2]
    command(third, "StrSetEna", 2)
    command(third, "StrSetCon", 1)
    assert not made.bank[3].connected
    command(third, "StrSetEna", 1)
    command(third, "StrSetCon", 1)
    assert made.bank[3].connected


def test_the_whole_bank_and_its_alarms(served: tuple[Scene, SunSpecBank, Reader]) -> None:
    made, bank, reader = served
    bank.authorised = True
    command(reader.battery[0], "SetOp", 2)
    assert [pack.connected for pack in made.bank] == [False, False, False]
    made.timeline.run(1.0)
    assert points(reader.battery[0])["State"] == 1
    command(reader.battery[0], "SetOp", 1)
    made.fleet[2].contactor.latch.trip("short circuit")
    made.fleet[2].contactor.open("short circuit")
    command(reader.battery[0], "AlmRst", 1)
    assert not made.fleet[2].contactor.latch.latched
    assert made.bank[2].connected
    assert points(reader.battery[0])["AlmRst"] == 0


def test_a_controller_may_count_and_write_nothing_else(served: tuple[Scene, SunSpecBank, Reader]) -> None:
    _, _, reader = served
    command(reader.battery[0], "CtrlHb", 17)
    assert points(reader.battery[0])["CtrlHb"] == 17
    for address, words, code in ((40_081, b"\x00\x01", 2), (40_120, b"\x00\x09", 3)):
        with pytest.raises(modbus.ModbusClientException, match=f"exception: {code}"):
            reader.write(address, words)
    with pytest.raises(modbus.ModbusClientException, match="exception 2"):
        reader.read(40_300, 4)


def test_a_port_that_is_taken(scene: Callable[..., Scene]) -> None:
    made = scene(1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = SunSpecServer(SunSpecBank(made.fleet, made.timeline, made.journal), port=port)
        with pytest.raises(PortError, match=f"sunspec 127.0.0.1:{port}: no server"):
            server.start()
