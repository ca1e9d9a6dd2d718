"""A bank answers the twin's inverter in Modbus dialects; the tables of the twin are its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bms.multidrop import Multidrop
from bmshil.bms.rs485.of_bank import slave_of_bank
from bmshil.dialects import Report
from bmshil.dialects.modbus import read, words_of
from bmshil.dialects.pack_data import PackData
from bmshil.errors import InputError
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.inverter.polling import Poller, Reading
from bmshil.twin.inverter.polling.settings import DEFAULTS, read_polling

if TYPE_CHECKING:
    from bmshil.timeline import Nanoseconds

ONE = Report(
    cvl=56.4,
    ccl=50.0,
    dcl=100.0,
    dvl=44.8,
    soc=0.6,
    soh=1.0,
    voltage=52.8,
    current=-7.5,
    temperature=-4.0,
    cell_max=3.31,
    cell_min=3.29,
    capacity=100.0,
)
BANK = replace(ONE, ccl=120.0, dcl=200.0, current=-15.0, capacity=200.0, discharge_enabled=False)
PACKS = [
    PackData(
        number, replace(ONE, discharge_enabled=False), (3.3,) * 16, (-4.0, -4.0), remaining=60.0, cycles=5
    )
    for number in (1, 2)
]


class Inverter:
    """The asking side of the twin's inverter, on a line."""

    def __init__(self, protocol: str, dialect: str) -> None:
        self.timeline = SimulatedTimeline()
        self._line = Multidrop(self.timeline, name="inverter", baud=9600)
        self._line.attach(self)
        self.slave = slave_of_bank(dialect, self._line, lambda: PACKS, lambda: BANK)
        self.known: dict[str, Any] = {}
        rules = read_polling({**DEFAULTS, "protocol": protocol, "addresses": [1]})
        assert rules is not None
        self._poller = Poller(self.timeline, self, rules, self._learn)
        self.timeline.call(self._poller.start)
        self.timeline.run(5.0)

    @property
    def missed(self) -> int:
        return self._poller.missed + self._poller.garbled + self._poller.refused

    def send(self, data: bytes) -> None:
        self._line.send(self, data)

    def hear(self, when: Nanoseconds, data: bytes) -> None:
        self._poller.hear(when, data)

    def _learn(self, number: int, reading: Reading, _when: Nanoseconds) -> None:
        assert number == 1
        self.known |= {name: value for name, value in reading._asdict().items() if value is not None}


@pytest.mark.parametrize(
    ("protocol", "dialect", "charge", "discharge", "enables"),
    [
        ("growatt-1xsxxp", "growatt-rs485", 120.0, 200.0, (True, False)),
        # Its document adds up the limits of the packs, whatever a master would say of them.
        ("voltronic-bms485", "voltronic-rs485", 100.0, 200.0, (True, False)),
    ],
)
def test_the_inverter_learns_what_the_bank_says(
    protocol: str, dialect: str, charge: float, discharge: float, enables: tuple[bool, bool]
) -> None:
    inverter = Inverter(protocol, dialect)
    known = inverter.known
    assert known["limits"][:3] == pytest.approx((56.4, charge, discharge))
    assert known["soc"] == pytest.approx(0.6)
    assert known["measured"] == pytest.approx((52.8, -15.0, -4.0))
    assert known["capacity"] == pytest.approx(200.0)
    assert known["enables"] == enables
    assert (inverter.missed, inverter.slave.replies > 10) == (0, True)


def test_a_jk_master_speaks_for_the_bank() -> None:
    timeline = SimulatedTimeline()
    line = Multidrop(timeline, name="jk", baud=115_200)
    heard: list[bytes] = []

    class Host:
        def hear(self, _when: Nanoseconds, data: bytes) -> None:
            heard.append(data)

    host = Host()
    line.attach(host)
    slave_of_bank("jk-modbus", line, lambda: PACKS, lambda: BANK)
    for address in (0x1298, 0x12A8, 0x12AC):  # current, remaining, full
        line.send(host, read(1, address, 2))
        timeline.run(0.1)
    raws = [high << 16 | low for high, low in map(words_of, heard)]
    assert raws == [0x1_0000_0000 - 15_000, 120_000, 200_000]


def test_other_dialects_are_no_modbus() -> None:
    line = Multidrop(SimulatedTimeline(), name="x", baud=9600)
    with pytest.raises(InputError, match="'pylontech-rs485' is no dialect over Modbus: take one of jk"):
        slave_of_bank("pylontech-rs485", line, lambda: PACKS, lambda: BANK)
