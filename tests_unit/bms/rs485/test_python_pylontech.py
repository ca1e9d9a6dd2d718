"""The emulated bank under python-pylontech, an independent client, over a pseudo-terminal at 115200 bit/s."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
import serial

from bmshil.bms import Override
from bmshil.bms.multidrop import Multidrop
from bmshil.bms.rs485.pack_data import pack_data, parameters
from bmshil.bms.rs485.pylontech_slave import PylontechSlave
from bmshil.ports import SerialPort
from bmshil.timeline import WallTimeline
from bmshil.twin.serialbus import SerialAdapter, create, remove

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pylontech = pytest.importorskip("pylontech", reason="python-pylontech is not installed: pip install .[peers]")

pytestmark = pytest.mark.wall

SILENCE = 0.25  # s; the client takes a frame for complete when nothing more comes

CURRENTS = (-2.6, -2.5, 3.7, 0.0, 12.5, -30.1, 7.0, 0.1)


@pytest.fixture
def client(
    scene: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], Any]]:
    """Put a bank of some packs on a line, and the client on a pseudo-terminal at its other end."""
    packages = [*serial.protocol_handler_packages, "bmshil.twin.serialbus"]
    monkeypatch.setattr(serial, "protocol_handler_packages", packages)
    with ExitStack() as stack:

        def make(packs: int) -> Any:
            wall = WallTimeline(realtime=False)
            stack.callback(wall.close)
            medium = create("peer", wall)
            stack.callback(remove, "peer")
            adapter = SerialAdapter(medium, tmp_path / "rs485", baud=115_200)
            adapter.start()
            stack.callback(adapter.stop)
            made = scene(packs, kind="us3000c", soc=0.5, scheme="<<12", timeline=wall, start=False)
            port = SerialPort(wall, made.journal, role="emulator", url="twin://peer", baud=115_200)
            port.open()
            stack.callback(port.close)
            for node, current in zip(made.fleet, CURRENTS, strict=False):
                said = {"voltage": 49.5 + node.number / 1000, "cell_max": 3.305, "cell_min": 3.295}
                node.faults.on(Override(current=current, temperature=20.0 + node.number, **said))
            wall.call(
                lambda: PylontechSlave(
                    Multidrop(wall, name="bank", baud=115_200, port=port),
                    lambda: [pack_data(node) for node in made.fleet],
                    parameters=lambda place: parameters(made.fleet[place + 1]),
                    places=packs,
                )
            )
            made.fleet.start()
            assert wall.until(lambda: all(node.told for node in made.fleet), 10.0)
            client = pylontech.Pylontech(str(adapter.link), 115_200)
            stack.callback(client.s.close)
            client.s.timeout = SILENCE
            return client

        yield make


@pytest.mark.parametrize("packs", [1, 3, 8])
def test_it_reads_all_packs_at_once(client: Callable[[int], Any], packs: int) -> None:
    read = client(packs).get_values()
    assert read.NumberOfModules == packs
    assert [module.Current for module in read.Module] == list(CURRENTS[:packs])
    assert [module.Voltage for module in read.Module] == [
        49.501, 49.502, 49.503, 49.504, 49.505, 49.506, 49.507, 49.508
    ][:packs]  # fmt: skip
    assert [module.AverageBMSTemperature for module in read.Module] == [
        21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0
    ][:packs]  # fmt: skip
    for module in read.Module:
        assert module.NumberOfCells == 15
        assert (module.CellVoltages[0], module.CellVoltages[14]) == (3.305, 3.295)
        assert round(sum(module.CellVoltages), 3) == module.Voltage
        assert (module.RemainingCapacity, module.TotalCapacity) == (37.0, 74.0)
    assert read.StateOfCharge == 0.5


def test_it_reads_each_of_three_packs_at_its_address(client: Callable[[int], Any]) -> None:
    reader = client(3)
    for address, current, voltage in ((2, -2.6, 49.501), (3, -2.5, 49.502), (4, 3.7, 49.503)):
        read = reader.get_values_single(address)
        assert (read.NumberOfModule, read.Current, read.Voltage) == (address, current, voltage)
    assert reader.scan_for_batteries(1, 6) == {
        2: "BMSHIL0000000001",
        3: "BMSHIL0000000002",
        4: "BMSHIL0000000003",
    }


def test_it_reads_limits_thresholds_and_maker(client: Callable[[int], Any]) -> None:
    reader = client(1)
    limits = reader.get_management_info(2)
    assert (limits.ChargeVoltageLimit, limits.DischargeVoltageLimit) == (53.25, 47.0)
    assert (limits.ChargeCurrentLimit, limits.DischargeCurrentLimit) == (37.0, -37.0)
    assert limits.status.ChargeEnable
    assert limits.status.DischargeEnable
    assert not limits.status.ShouldCharge
    thresholds = reader.get_system_parameters(2)
    assert (thresholds.CellHighVoltageLimit, thresholds.CellUnderVoltageLimit) == (3.8, 2.5)
    assert (thresholds.ModuleHighVoltageLimit, thresholds.ModuleUnderVoltageLimit) == (57.0, 37.5)
    assert (thresholds.ChargeCurrentLimit, thresholds.DischargeCurrentLimit) == (88.8, -111.0)
    assert (thresholds.ChargeHighTemperatureLimit, thresholds.ChargeLowTemperatureLimit) == (70.0, -5.0)
    # It asks address 0 by itself, which the vendor's document reserves; a battery has 2.
    reader.send_cmd(2, 0x51)
    maker = reader.manufacturer_info_fmt.parse(reader.read_frame().info)
    assert maker.DeviceName == b"US3000C\0\0\0"
    assert maker.SoftwareVersion == [1, 0]
    assert maker.ManufacturerName == b"PYLON---------------"
