"""What can be written to the device over Modbus, and the SunSpec models that can be read there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import can
import pytest
from pymodbus.client import ModbusTcpClient

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus
from bmshil.twin.software_bench import SoftwareBench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CODE, CLEAR, FORCE = 200, 201, 202
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3
# 0x351: 56.0 V, 0 A to charge, 100 A to discharge, 44.8 V. 0x355: 60 %, 100 %. 0x356: 53.0 V, 0 A, 25 degC.
FRAMES = {0x351: "3002 0000 E803 C001", 0x355: "3C00 6400", 0x356: "B414 0000 FA00", 0x35C: "C000"}
HOT = "10 00 00 00 01 50 4E 00"  # 0x359: high temperature, as a protection


class Device:
    """A device with a battery that allows no charging and is too warm, and clients of its Modbus port."""

    def __init__(self, **behaves: Any) -> None:
        self.timeline = SimulatedTimeline()
        can_medium.create("commands", self.timeline)
        self._inverter_bus = TwinBus("commands")
        self._battery = TwinBus("commands", error_frames=False)
        self.bench = SoftwareBench(
            self.timeline,
            {
                "batteries": "one",
                "id_scheme": "base",
                "readback": {
                    "unit": 1,
                    "state": {"address": 0},
                    "alarm": {"address": 1},
                    "running": (3,),
                    "writes": {"code": CODE, "clear_alarms": CLEAR, "force_charge": FORCE},
                },
                **behaves,
            },
            self._inverter_bus,
            packs=1,
            medium=self._inverter_bus.medium,
        )
        self.warm = True
        self.timeline.every(1.0, self._speak)
        self.bench.start()
        world = self.bench.world
        world.set_supply(voltage=53.0, resistance=0.01, source=150.0, sink=150.0)
        world.switch_supply(True)
        for role in ("dc_main", "ac_grid"):
            world.switch_relay(role, True)
        self.timeline.run(25.0)
        self._clients: list[ModbusTcpClient] = []

    def client(self) -> ModbusTcpClient:
        host, port = self.bench.modbus
        made = ModbusTcpClient(host, port=port, retries=0)
        assert made.connect()
        self._clients.append(made)
        return made

    @property
    def alarm(self) -> int:
        return self.bench.inverter.display.alarms

    def close(self) -> None:
        for made in self._clients:
            made.close()
        self.bench.stop()
        self._inverter_bus.shutdown()
        self._battery.shutdown()
        can_medium.remove("commands")

    def _speak(self) -> None:
        alarm = HOT if self.warm else "00" * 4 + "01504E00"
        for identifier, data in (FRAMES | {0x359: alarm}).items():
            payload = bytes.fromhex(data)
            self._battery.send(can.Message(arbitration_id=identifier, data=payload, is_extended_id=False))


@pytest.fixture
def device() -> Iterator[Callable[..., Device]]:
    made: list[Device] = []

    def make(**behaves: Any) -> Device:
        made.append(Device(**behaves))
        return made[-1]

    yield make
    for one in made:
        one.close()


def outcome(reply: Any) -> int:
    """The exception code of a reply; 0 where it is none."""
    return reply.exception_code if reply.isError() else 0


@pytest.mark.parametrize("register", [CLEAR, FORCE])
def test_commands_are_refused_to_whoever_has_not_given_the_code(
    device: Callable[..., Device], register: int
) -> None:
    made = device()
    client = made.client()
    raised = made.alarm
    assert raised
    assert outcome(client.write_register(register, 1)) == ILLEGAL_FUNCTION
    assert outcome(client.write_registers(register, [1])) == ILLEGAL_FUNCTION
    assert outcome(client.write_register(CODE, 4712)) == ILLEGAL_VALUE
    assert outcome(client.write_register(register, 1)) == ILLEGAL_FUNCTION
    made.timeline.run(3.0)
    assert made.alarm == raised
    assert made.bench.world.current == pytest.approx(0.0, abs=0.5)


def test_the_code_counts_for_the_connection_that_gave_it(device: Callable[..., Device]) -> None:
    made = device()
    knowing, other = made.client(), made.client()
    assert outcome(knowing.write_register(CODE, 4711)) == 0
    assert outcome(other.write_register(CLEAR, 1)) == ILLEGAL_FUNCTION
    assert outcome(knowing.write_register(CLEAR, 1)) == 0
    made.timeline.run(3.0)
    assert made.alarm == 0


def test_a_cleared_alarm_is_overlooked_until_it_goes_away(device: Callable[..., Device]) -> None:
    made = device(writes="open")
    assert outcome(made.client().write_register(CLEAR, 1)) == 0
    made.timeline.run(5.0)
    assert made.alarm == 0
    made.warm = False
    made.timeline.run(5.0)
    made.warm = True
    made.timeline.run(5.0)
    assert made.alarm


def test_a_forced_charge_flows_and_is_taken_back(device: Callable[..., Device]) -> None:
    made = device(writes="open")
    client = made.client()
    assert outcome(client.write_register(FORCE, 1)) == 0
    made.timeline.run(10.0)
    assert made.bench.world.current > 50.0
    assert outcome(client.write_register(FORCE, 0)) == 0
    made.timeline.run(10.0)
    assert made.bench.world.current == pytest.approx(0.0, abs=0.5)


def test_a_clear_brings_back_a_device_that_waits_for_a_reset(device: Callable[..., Device]) -> None:
    made = device(writes="open", recovery={"mode": "manual"}, timeouts={"all": 5.0})
    made.warm = False
    client = made.client()
    made.bench.inverter.plug(False)
    made.timeline.run(10.0)
    made.bench.inverter.plug(True)
    made.timeline.run(20.0)
    assert made.bench.inverter.display.state == 4  # lost
    assert outcome(client.write_register(CLEAR, 1)) == 0
    made.timeline.run(20.0)
    assert made.bench.inverter.display.state == 3  # running


def test_what_else_is_written_is_refused(device: Callable[..., Device]) -> None:
    client = device(writes="open").client()
    assert outcome(client.write_register(7, 1)) == ILLEGAL_ADDRESS
    assert outcome(client.write_register(CLEAR, 2)) == ILLEGAL_VALUE
    assert outcome(client.write_registers(CLEAR, [1, 1, 1])) == ILLEGAL_ADDRESS
    assert outcome(client.write_coil(CLEAR, True)) == ILLEGAL_FUNCTION


def test_an_independent_client_reads_the_inverter_models(device: Callable[..., Device]) -> None:
    sunspec = pytest.importorskip("sunspec2.modbus.client", reason="pip install 'bmshil[peers]'")
    made = device(writes="open")
    host, port = made.bench.modbus
    made.client().write_register(FORCE, 1)
    made.timeline.run(10.0)
    reader = sunspec.SunSpecModbusClientDeviceTCP(slave_id=1, ipaddr=host, ipport=port)
    try:
        reader.scan()
        assert [model for model in reader.models if isinstance(model, int)] == [1, 103]
        assert reader.common[0].Md.value == "twin inverter"
        inverter = reader.inverter_three_phase[0]
        world = made.bench.world
        assert inverter.DCV.cvalue == pytest.approx(world.voltage, abs=0.02)
        assert inverter.W.cvalue == pytest.approx(-world.voltage * world.current, abs=60.0)  # into it
        assert inverter.W.cvalue < -1000
        assert inverter.A.cvalue == pytest.approx(abs(inverter.W.cvalue) / 230.0, rel=0.02)
        assert (inverter.PhVphA.cvalue, inverter.Hz.cvalue) == (230.0, 50.0)
        assert inverter.St.value == 4
        assert inverter.EvtVnd1.value == made.alarm
        assert inverter.VAr.value is None
    finally:
        reader.close()
