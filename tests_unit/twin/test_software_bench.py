"""The software bench through the doors of a real one: python-can, pyvisa and pymodbus on loopback."""

import struct
import threading
from collections.abc import Iterator
from typing import Any

import can
import pytest
import pyvisa
from pymodbus.client import ModbusTcpClient
from pyvisa.resources import MessageBasedResource

from bmshil.errors import InputError
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus
from bmshil.twin.software_bench import SoftwareBench

READBACK = {
    "unit": 1,
    "running": (3,),
    "state": {"address": 20},
    "soc": {"address": 100, "scale": 0.001, "signed": False, "words": 1, "table": "input"},
    "voltage": {"address": 101, "scale": 0.01},
    "current": {"address": 102, "scale": 0.1, "signed": True},
    "cvl": {"address": 103, "scale": 0.1},
    "ccl": {"address": 104, "scale": 0.1},
    "dcl": {"address": 105, "scale": 0.1},
    "alarm": {"address": 106},
    "packs": {"address": 107},
    "capacity": {"address": 108, "scale": 0.1, "words": 2, "table": "holding"},
}
USUAL = {"dc_main": 1, "dc_precharge": 2, "dc_discharge": 3, "ac_grid": 4, "pv": 5}
TERMINATORS = {"can_term_a": 7, "can_term_b": 8}


class Lab:
    """A software bench, three packs that talk on its bus, and sessions with its instruments."""

    def __init__(self, **setup: Any) -> None:
        self.timeline = SimulatedTimeline()
        can_medium.create("software_bench", self.timeline)
        self.inverter_bus = TwinBus("software_bench")
        self.medium = self.inverter_bus.medium
        self.bus = TwinBus("software_bench", error_frames=False)
        self.bench = SoftwareBench(
            self.timeline,
            {"readback": READBACK, "module_count": "dynamic"},
            self.inverter_bus,
            packs=3,
            medium=self.inverter_bus.medium,
            setup={"capacities": [100.0, 50.0, 100.0]} | setup,
        )
        self.bench.start()
        self.sessions = [self._open(name) for name in ("supply", "meter", "load", "relays", "ohmmeter")]
        self.supply, self.meter, self.load, self.relays, self.ohmmeter = self.sessions
        self.speaking = self.timeline.every(1.0, self._speak, phase=0.05)

    def close(self) -> None:
        self.speaking.cancel()
        for session in self.sessions:
            session.close()
        self.bench.stop()
        self.bus.shutdown()
        self.inverter_bus.shutdown()
        can_medium.remove("software_bench")

    def energise(self) -> None:
        self.supply.query("VOLT 52;:RES 0.02;:OUTP ON;*OPC?")
        self.relays.query("ROUT:CLOS (@2);*OPC?")
        self.timeline.run(6.0)
        self.relays.query("ROUT:CLOS (@1,4);*OPC?")

    def _open(self, name: str) -> MessageBasedResource:
        session = pyvisa.ResourceManager("@py").open_resource(
            self.bench.resources[name], read_termination="\n", write_termination="\n", timeout=2000
        )
        assert isinstance(session, MessageBasedResource)
        return session

    def _speak(self) -> None:
        for step in (0, 0x100, 0x200):
            for identifier, data in (
                (0x351, struct.pack("<HhhH", 560, 240, 240, 450)),
                (0x355, struct.pack("<HH", 60 if step else 80, 99)),
                (0x356, struct.pack("<hhh", 5200, 0, 250)),
                (0x359, bytes(7)),
            ):
                self.bus.send(can.Message(arbitration_id=identifier + step, is_extended_id=False, data=data))


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.close()


def test_it_charges_a_bank_as_an_inverter_would(lab: Lab) -> None:
    lab.energise()
    lab.timeline.run(20.0)
    assert float(lab.meter.query("MEAS:CURR:DC?")) == pytest.approx(72.0, abs=0.15)  # 3 x 24 A
    assert float(lab.meter.query("MEAS:VOLT:DC?")) == pytest.approx(53.728, abs=0.006)  # + 24 mohm x 72 A
    assert lab.supply.query("VOLT 52.1;:MEAS:CURR?") == "-72.0000"
    assert lab.supply.query("*IDN?").startswith("BMSHIL,PSB-TWIN,")
    message = lab.bus.recv(1.5)
    assert message is not None
    assert (message.arbitration_id, bytes(message.data)) == (0x305, bytes(8))


def test_it_tells_over_modbus_what_it_believes(lab: Lab) -> None:
    lab.energise()
    lab.timeline.run(20.0)
    host, port = lab.bench.modbus
    client = ModbusTcpClient(host, port=port, timeout=2, retries=0)
    try:
        assert client.connect()
        shown = client.read_input_registers(100, count=8, device_id=1).registers
        # 80/60/60 % of 100/50/100 Ah, 53.73 V, 72.0 A, 56.0 V, 72.0 A, 72.0 A, no alarm, three batteries
        assert shown == [680, 5373, 720, 560, 720, 720, 0, 3]
        assert client.read_holding_registers(108, count=2, device_id=1).registers == [0, 2500]
        assert client.read_input_registers(20, count=1, device_id=1).registers == [3]
        assert client.read_input_registers(99, count=2, device_id=1).exception_code == 2
        assert client.read_input_registers(100, count=1, device_id=9).exception_code == 11
        assert client.read_coils(100, count=1, device_id=1).exception_code == 1
        lab.speaking.cancel()
        lab.timeline.run(62.0)
        shown = client.read_input_registers(100, count=8, device_id=1).registers
        assert shown[2] == 0
        assert shown[6:] == [0x80, 0]
    finally:
        client.close()


def test_a_discharge_counts_down_in_twos_complement(lab: Lab) -> None:
    lab.energise()
    lab.timeline.run(15.0)
    assert lab.load.query("FUNC POW;:POW 4000;:INP ON;*OPC?") == "1"
    lab.timeline.run(10.0)
    host, port = lab.bench.modbus
    client = ModbusTcpClient(host, port=port, timeout=2, retries=0)
    try:
        assert client.read_input_registers(102, count=1, device_id=1).registers == [0x10000 - 720]
    finally:
        client.close()
    assert float(lab.load.query("MEAS:POW?")) == 4000.0


def test_power_cycling_by_relays_restarts_the_inverter(lab: Lab) -> None:
    lab.energise()
    lab.timeline.run(15.0)
    lab.relays.query("ROUT:OPEN (@1,2,4);*OPC?")
    lab.supply.query("OUTP OFF;*OPC?")
    lab.relays.query("ROUT:CLOS (@3);*OPC?")
    lab.timeline.run(5.0)
    assert float(lab.meter.query("MEAS:VOLT:DC?")) < 5.0
    assert lab.bench.inverter.display.state.name == "OFF"
    lab.relays.query("ROUT:OPEN (@3);*OPC?")
    lab.energise()
    lab.timeline.run(20.0)
    assert float(lab.meter.query("MEAS:CURR:DC?")) == pytest.approx(72.0, abs=0.15)


# The CAN cable


def test_an_inverter_is_off_the_bus_without_power_and_acknowledges_while_it_boots(lab: Lab) -> None:
    lab.timeline.run(3.0)
    assert lab.inverter_bus.connected is False
    assert lab.medium.frames == 0
    lab.supply.query("VOLT 52;:RES 0.02;:OUTP ON;*OPC?")
    lab.relays.query("ROUT:CLOS (@2);*OPC?")
    assert lab.timeline.until(lambda: lab.bench.inverter.display.state.name == "BOOT", 10.0)
    assert lab.inverter_bus.connected is True
    lab.timeline.run(1.0)
    assert lab.medium.frames >= 12
    assert lab.bench.inverter.display.state.name == "BOOT"
    lab.timeline.run(5.0)
    lab.energise()
    lab.timeline.run(20.0)
    assert float(lab.meter.query("MEAS:CURR:DC?")) == pytest.approx(72.0, abs=0.15)
    lab.relays.query("ROUT:OPEN (@1,2,4);*OPC?")
    lab.relays.query("ROUT:CLOS (@3);*OPC?")
    lab.timeline.run(5.0)
    assert lab.inverter_bus.connected is False


def test_the_inverter_leaves_the_bus_while_can_break_is_open() -> None:
    lab = Lab(relays={**USUAL, "can_break": 6})
    try:
        lab.energise()
        lab.timeline.run(20.0)
        assert lab.bench.inverter.display.state.name == "WAITING"
        assert lab.medium.frames == 0
        lab.relays.query("ROUT:CLOS (@6);*OPC?")
        lab.timeline.run(10.0)
        assert lab.bench.inverter.display.state.name == "RUNNING"
        lab.relays.query("ROUT:OPEN (@6);*OPC?")
        lab.timeline.run(62.0)
        assert lab.bench.inverter.display.state.name == "LOST"
    finally:
        lab.close()


def test_terminators_behind_relays_are_measured() -> None:
    lab = Lab(relays={**USUAL, **TERMINATORS})
    lab.speaking.cancel()
    try:
        read = [lab.ohmmeter.query("MEAS:RES?")]
        for channel in (7, 8):
            lab.relays.query(f"ROUT:CLOS (@{channel});*OPC?")
            read.append(lab.ohmmeter.query("MEAS:RES?"))
        assert read == ["9.9E37", "120.00", "60.00"]
        assert lab.ohmmeter.query("*IDN?").startswith("BMSHIL,OHM-TWIN,")
    finally:
        lab.close()


def test_contacts_may_be_closed_by_hand() -> None:
    lab = Lab(relays={**USUAL, **TERMINATORS, "can_break": 6})
    try:
        lab.bench.close_can()
        assert lab.relays.query("ROUT:CLOS? (@1:8)") == "0,0,0,0,0,1,1,1"
        assert lab.bench.wiring.resistance == 60.0
        lab.energise()
        lab.timeline.run(20.0)
        assert lab.bench.inverter.display.state.name == "RUNNING"
    finally:
        lab.close()


@pytest.mark.parametrize(("terminators", "ohms"), [(1, "120.00"), (3, "40.00"), (8, "15.00")])
def test_a_live_cable_reads_wrong(terminators: int, ohms: str) -> None:
    lab = Lab(wire={"terminators": terminators})
    try:
        lab.speaking.cancel()
        assert lab.ohmmeter.query("MEAS:RES?") == ohms
        lab.energise()
        lab.timeline.run(1.0)
        assert float(lab.ohmmeter.query("MEAS:RES?")) >= float(ohms) + 30.0
    finally:
        lab.close()


def test_a_badly_laid_cable_loses_frames_only_at_power() -> None:
    lab = Lab(wire={"coupling": 0.9})
    try:
        lab.energise()
        lab.relays.query("ROUT:OPEN (@4);*OPC?")
        lab.timeline.run(10.0)
        alone = lab.medium.error_frames  # from the time when nobody acknowledged
        lab.timeline.run(100.0)
        assert lab.medium.error_frames == alone
        lab.relays.query("ROUT:CLOS (@4);*OPC?")
        lab.timeline.run(110.0)
        # 72 A for 100 s, 13 frames a second, on a cable that is as bad as one beside the DC bus at 58 A
        assert 30 < lab.medium.error_frames - alone < 130
    finally:
        lab.close()


def test_a_hung_up_instrument_closes_the_connection_only(lab: Lab) -> None:
    lab.bench.instruments["meter"].faults.hang_up = True
    lab.meter.timeout = 50
    with pytest.raises((pyvisa.VisaIOError, OSError)):
        lab.meter.query("*IDN?")
    assert lab.supply.query("*OPC?") == "1"


def test_stopping_leaves_no_thread_and_may_be_repeated() -> None:
    lab = Lab()
    assert "twin-server" in {thread.name for thread in threading.enumerate()}
    lab.close()
    lab.bench.stop()
    assert "twin-server" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(
    ("setup", "word"),
    [
        ({"capacity": [1]}, "setup.capacity"),
        ({"wiring": {"cabel": 1}}, "setup.wiring.cabel"),
        ({"wire": {"ohms": 60}}, "setup.wire.ohms"),
        ({"relays": {"dc_main": 1, "pv": 1}}, "two roles"),
    ],
)
def test_a_mistake_in_the_setup_is_named(setup: dict[str, Any], word: str) -> None:
    timeline = SimulatedTimeline()
    can_medium.create("mistake", timeline)
    bus = TwinBus("mistake")
    try:
        with pytest.raises(InputError, match=word):
            SoftwareBench(timeline, {}, bus, packs=3, setup=setup)
    finally:
        bus.shutdown()
        can_medium.remove("mistake")
