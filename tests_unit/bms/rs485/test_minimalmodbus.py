"""An RTU master of another library reads emulated JK packs over pseudo-terminals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bmshil.bms.multidrop import Multidrop
from bmshil.bms.rs485.jk_slave import JkSlave
from bmshil.dialects import Report
from bmshil.dialects.pack_data import PackData
from bmshil.journal import Journal
from bmshil.ports import SerialPort
from bmshil.timeline import WallTimeline
from bmshil.twin.serialbus import SerialAdapter, SerialMedium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Host = Callable[[int], "minimalmodbus.Instrument"]
    from pathlib import Path

    import minimalmodbus
else:
    minimalmodbus = pytest.importorskip("minimalmodbus", reason="pip install 'bmshil[peers]'")

pytestmark = pytest.mark.wall

BAUD = 115_200
REPORT = Report(
    cvl=55.2,
    ccl=140.0,
    dcl=200.0,
    dvl=44.8,
    soc=0.55,
    soh=0.99,
    voltage=52.695,
    current=-16.25,
    temperature=19.7,
    cell_max=3.295,
    cell_min=3.293,
    capacity=280.0,
)
PACK = PackData(
    1,
    REPORT,
    (3.293,) * 8 + (3.295,) * 8,
    (20.3, 19.5, -4.5),
    remaining=155.219,
    cycles=62,
    name="JK_PB2A16S",
)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """Packs 1, 2 and the master 0 on a line; a call gives the master of the line that asks one of them."""
    timeline = WallTimeline(realtime=False)
    medium = SerialMedium(timeline, "jk")
    adapters = [SerialAdapter(medium, tmp_path / name, baud=BAUD) for name in ("bank", "host")]
    for adapter in adapters:
        adapter.start()
    port = SerialPort(timeline, Journal(timeline), role="emulator", url=str(adapters[0].link), baud=BAUD)
    port.open()
    line = Multidrop(timeline, name="jk", baud=BAUD, port=port)
    for number in (0, 1, 2):
        pack = replace(PACK, number=number, remaining=100.0 + number)
        JkSlave(line, lambda pack=pack: pack, address=number)
    opened: list[minimalmodbus.Instrument] = []

    def ask(device: int) -> minimalmodbus.Instrument:
        instrument = minimalmodbus.Instrument(str(adapters[1].link), device)
        instrument.serial.baudrate = BAUD
        instrument.serial.timeout = 1.0
        opened.append(instrument)
        return instrument

    yield ask
    for instrument in opened:
        instrument.serial.close()
    port.close()
    for adapter in adapters:
        adapter.stop()
    timeline.close()


def test_it_reads_the_map(host: Host) -> None:
    jk = host(1)
    assert jk.read_registers(0x1200, 17) == [3293] * 8 + [3295] * 8 + [0]
    assert jk.read_long(0x1240) == 0xFFFF
    assert jk.read_long(0x1290) == 52_695
    assert jk.read_long(0x1298, signed=True) == -16_250
    assert jk.read_register(0x129E, 1, signed=True) == -4.5
    assert jk.read_register(0x12A6) & 0xFF == 55
    assert jk.read_long(0x12A8) == 101_000
    assert jk.read_long(0x12AC) == 280_000
    assert jk.read_long(0x12B0) == 62
    assert jk.read_long(0x1020) == 3450
    assert jk.read_string(0x1400, 8).rstrip("\0") == "JK_PB2A16S"


def test_it_is_refused_what_there_is_not(host: Host) -> None:
    jk = host(1)
    jk.serial.timeout = 0.3  # it waits for a whole reply, and an exception is shorter
    with pytest.raises(minimalmodbus.IllegalRequestError):
        jk.read_register(0x1201)
    with pytest.raises(minimalmodbus.IllegalRequestError):
        jk.write_long(0x1070, 0)
    with pytest.raises(minimalmodbus.IllegalRequestError):
        jk.read_register(0x1200, functioncode=4)


def test_packs_answer_for_themselves_and_nobody_for_an_address_that_is_free(host: Host) -> None:
    assert [host(number).read_long(0x12A8) for number in (1, 2)] == [101_000, 102_000]
    free = host(3)
    free.serial.timeout = 0.1
    with pytest.raises(minimalmodbus.NoResponseError):
        free.read_register(0x1200)
    assert host(2).read_long(0x12A8) == 102_000
