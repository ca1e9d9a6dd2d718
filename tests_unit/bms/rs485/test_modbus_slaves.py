"""JK, Growatt and Voltronic batteries on a pair of wires."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bms.rs485.growatt_slave import GrowattSlave
from bmshil.bms.rs485.jk_slave import JkSlave
from bmshil.bms.rs485.pack_data import pack_data
from bmshil.bms.rs485.voltronic_slave import VoltronicSlave
from bmshil.dialects import Report, jk_modbus, voltronic_rs485
from bmshil.dialects.jk_modbus import ask
from bmshil.dialects.modbus import read, refused, words_of, write
from bmshil.dialects.pack_data import PackData
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

Make = Any
"""Makes wires with a host; see conftest.py."""

REPORT = Report(
    cvl=28.0,
    ccl=50.0,
    dcl=80.0,
    dvl=22.4,
    soc=0.66,
    soh=0.98,
    voltage=26.31,
    current=0.0,
    temperature=20.0,
    cell_max=3.290,
    cell_min=3.287,
    capacity=100.0,
)
PACK = PackData(1, REPORT, (3.289, 3.289, 3.290, 3.288, 3.287, 3.289, 3.289, 3.289), (22.0, 20.0), 66.0)
SILENCE: list[bytes] = []


def always(pack: PackData | None) -> Callable[[], PackData | None]:
    return lambda: pack


# -- Growatt, and what all have in common --


# V46
def test_a_growatt_battery_answers_as_captured(wires: Make) -> None:
    host = wires(9600)
    GrowattSlave(host.line, always(PACK))
    assert host.ask(bytes.fromhex("01 03 00 15 00 01 95 CE")) == [bytes.fromhex("01 03 02 00 42 38 75")]


def test_the_reply_comes_after_the_turnaround_and_takes_its_time(wires: Make) -> None:
    host = wires(9600)
    slave = GrowattSlave(host.line, always(PACK), delay=0.020)
    host.ask(read(1, 0x15, 1))
    # 8 bytes, 20 ms, 7 bytes, at 960 bytes a second
    assert host.heard[0][0] == pytest.approx(8 / 960 + 0.020 + 7 / 960, abs=1e-6)
    assert slave.replies == 1


@pytest.mark.parametrize("request_", [read(2, 0x15, 1), read(0, 0x15, 1), read(1, 0x15, 1)[:-1] + b"\x00"])
def test_what_is_for_others_is_met_with_silence(wires: Make, request_: bytes) -> None:
    host = wires(9600)
    slave = GrowattSlave(host.line, always(PACK))
    assert host.ask(request_) == SILENCE
    assert slave.replies == 0


def test_a_battery_without_values_is_silent(wires: Make) -> None:
    host = wires(9600)
    GrowattSlave(host.line, always(None))
    assert host.ask(read(1, 0x15, 1)) == SILENCE


def test_the_reply_of_another_device_does_not_cost_the_next_request(wires: Make) -> None:
    host = wires(9600)
    slave = GrowattSlave(host.line, always(PACK))
    assert host.ask(bytes.fromhex("05 03 02 00 42 C9 B5")) == SILENCE  # pymodbus 3.16.1 is lost after this
    assert host.ask(read(1, 0x15, 1)) == [bytes.fromhex("01 03 02 00 42 38 75")]
    assert slave.noise == 7


def test_requests_may_come_in_pieces_and_together(wires: Make) -> None:
    host = wires(9600)
    GrowattSlave(host.line, always(PACK))
    request = read(1, 0x15, 1)
    assert host.ask(request[:3]) == SILENCE
    assert host.ask(request[3:]) == [bytes.fromhex("01 03 02 00 42 38 75")]
    answers = host.ask(request + request)
    assert answers == [bytes.fromhex("01 03 02 00 42 38 75")] * 2


@pytest.mark.parametrize("greeting", [0x0000, 0x0C00])
def test_an_inverter_greets(wires: Make, greeting: int) -> None:
    host = wires(9600)
    slave = GrowattSlave(host.line, always(PACK))
    assert slave.greeted is None
    host.timeline.run(3.0)
    assert host.ask(write(1, 0x13, [greeting]))[0][:6] == bytes.fromhex("01 10 00 13 00 01")
    assert slave.greeted == pytest.approx(3.0, abs=0.05)


def test_nothing_else_can_be_written(wires: Make) -> None:
    host = wires(9600)
    slave = GrowattSlave(host.line, always(PACK))
    assert host.ask(write(1, 0x13, [7])) == [refused(1, 16, 3)]
    assert host.ask(write(1, 0x19, [0])) == [refused(1, 16, 2)]
    assert host.ask(write(1, 0x13, [0, 0])) == [refused(1, 16, 2)]
    assert host.ask(read(1, 0x15, 1, function=4)) == [refused(1, 4, 1)]
    assert slave.greeted is None


# -- JK --


def test_a_jk_pack_answers_at_its_address(wires: Make) -> None:
    host = wires()
    for number in (1, 2):
        cells = (3.288 + number / 1000,) * 8
        JkSlave(host.line, always(replace(PACK, number=number, cells=cells)), address=number)
    assert [words_of(host.ask(read(number, 0x1200, 1))[0]) for number in (1, 2)] == [(3289,), (3290,)]
    assert host.ask(read(3, 0x1200, 1)) == SILENCE
    assert host.ask(read(1, 0x1201, 1)) == [refused(1, 3, 2)]
    assert host.ask(write(1, 0x1070, [0, 0])) == [refused(1, 16, 2)]


def test_the_captured_first_cell(wires: Make) -> None:
    host = wires()
    JkSlave(host.line, always(replace(PACK, cells=(3.288,) * 16)), address=1)
    assert host.ask(read(1, 0x1200, 1)) == [bytes.fromhex("01 03 02 0C D8 BD 1E")]  # V41


@pytest.mark.parametrize(("uart1", "answers"), [(False, 0), (True, 1)])
def test_the_master_answers_on_its_other_port_alone(wires: Make, uart1: bool, answers: int) -> None:
    host = wires()
    JkSlave(host.line, always(PACK), address=0, uart1=uart1)
    assert len(host.ask(read(0, 0x1200, 1))) == answers


@pytest.mark.parametrize("order", ["after", "before"])
def test_a_write_calls_for_a_long_frame(wires: Make, order: Any) -> None:
    host = wires()
    JkSlave(host.line, always(PACK), address=3, acknowledges=order)
    heard = host.ask(bytes.fromhex("03 10 16 20 00 01 02 00 00 CF 91"))  # V38
    frame, acknowledgement = heard if order == "after" else reversed(heard)
    assert acknowledgement == bytes.fromhex("03 10 16 20 00 01 05 A9")
    assert (len(frame), frame[:6]) == (300, bytes.fromhex("55AAEB900200"))
    assert jk_modbus.decode(frame).report["voltage"] == pytest.approx(26.31)
    again = host.ask(ask(3, jk_modbus.Kind.SETTINGS))
    assert bytes.fromhex("55AAEB900101") in {message[:6] for message in again}


def test_the_long_frame_of_one_pack_costs_no_other_its_request(wires: Make) -> None:
    host = wires()
    for number in (1, 2, 3):
        JkSlave(host.line, always(replace(PACK, number=number)), address=number)
    for _ in range(2):
        for number in (1, 2, 3):
            assert [len(heard) for heard in host.ask(ask(number))] == [300, 8]


def test_a_silent_pack_sends_no_long_frame(wires: Make) -> None:
    host = wires()
    JkSlave(host.line, always(None), address=3)
    assert host.ask(ask(3)) == SILENCE


def test_an_address_that_switches_cannot_show(wires: Make) -> None:
    with pytest.raises(InputError, match="JK address 16: four switches show 0 to 15"):
        JkSlave(wires().line, always(PACK), address=16)


def test_a_node_of_a_bank_answers(wires: Make, scene: Make) -> None:
    host = wires()
    bank = scene(2, soc=0.6, timeline=host.timeline)
    JkSlave(host.line, lambda: pack_data(bank.fleet[2]), address=2)
    host.timeline.run(2.0)
    soc = words_of(host.ask(read(2, 0x12A6, 1))[0])[0] & 0xFF
    assert soc == 60


# -- Voltronic --


def test_any_pack_answers_for_all_and_its_own_address_for_itself(wires: Make) -> None:
    host = wires(9600)
    packs = [
        replace(PACK, number=number, report=replace(REPORT, current=-10.0 * number)) for number in (1, 2)
    ]
    VoltronicSlave(host.line, lambda: packs, own=5)
    words = voltronic_rs485.words_of
    assert words(host.ask(read(1, 0x31, 1))[0]) == (300,)
    assert words(host.ask(read(5, 0x31, 1))[0]) == (100,)
    assert words(host.ask(read(1, 0x36, 1))[0]) == (2,)
    assert host.ask(read(6, 0x31, 1)) == SILENCE


def test_a_voltronic_battery_answers_as_captured(wires: Make) -> None:
    host = wires(9600)
    slave = VoltronicSlave(host.line, lambda: [PACK])
    assert host.ask(bytes.fromhex("01 03 00 10 00 01 85 CF")) == [bytes.fromhex("01 03 00 01 00 08 15 CC")]
    assert host.ask(write(1, 0x70, [0])) == [refused(1, 16, 1)]
    assert slave.replies == 2


def test_two_packs_wired_to_one_inverter_answer_at_once(wires: Make) -> None:
    host = wires(9600)
    for _ in range(2):
        VoltronicSlave(host.line, lambda: [PACK])
    host.ask(read(1, 0x10, 1))
    assert host.line.collisions == 1


def test_no_pack_no_answer(wires: Make) -> None:
    host = wires(9600)
    VoltronicSlave(host.line, list, own=2)
    assert host.ask(read(1, 0x10, 1)) == SILENCE
    assert host.ask(read(2, 0x10, 1)) == SILENCE
