"""A bank on one RS485 bus whose packs are asked one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bms import ArchitectureSettings, Override, Silence
from bmshil.bms.architectures.polled import Polled
from bmshil.bms.multidrop import Multidrop
from bmshil.dialects.pylontech_rs485 import Command, FrameFault, analog, management, parse, request
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms import Fleet
    from bmshil.timeline import Nanoseconds, Timeline


@dataclass(eq=False)
class Inverter:
    """Asks, and keeps what it hears."""

    timeline: Timeline
    line: Multidrop
    heard: list[bytes] = field(default_factory=list)

    def hear(self, _when: Nanoseconds, data: bytes) -> None:
        self.heard.append(data)

    def ask(self, address: int, command: Command = Command.ANALOG) -> list[bytes]:
        self.heard.clear()
        self.timeline.call(lambda: self.line.send(self, request(command, address)))
        self.timeline.run(0.3)
        return list(self.heard)


@dataclass(frozen=True)
class Bus:
    made: Any
    fleet: Fleet
    polled: Polled
    inverter: Inverter


@pytest.fixture
def bus(scene: Callable[..., Any]) -> Callable[..., Bus]:
    def make(packs: int = 3, **options: Any) -> Bus:
        made = scene(packs, architecture=ArchitectureSettings("polled"), **options)
        polled = made.fleet.architecture
        assert isinstance(polled, Polled)
        line = Multidrop(made.timeline, name="bank", baud=9600)
        inverter = Inverter(made.timeline, line)
        line.attach(inverter)
        polled.serve(line)
        made.timeline.run(2)
        return Bus(made, made.fleet, polled, inverter)

    return make


def test_three_packs_answer_at_three_addresses_with_their_own_values(bus: Callable[..., Bus]) -> None:
    one = bus()
    one.made.bank[2].soc = 0.25
    said = {}
    for address in (2, 3, 4):
        (heard,) = one.inverter.ask(address)
        assert parse(heard).adr == address
        said[address] = analog.decode(parse(heard).info).packs[0].remaining
    assert said == {2: 60.0, 3: 25.0, 4: 60.0}
    assert one.polled.addresses == {1: 2, 2: 3, 3: 4}
    assert one.polled.replies == {1: 1, 2: 1, 3: 1}
    assert one.inverter.ask(5) == []


def test_nobody_is_on_can_and_all_are_on_air(bus: Callable[..., Bus]) -> None:
    one = bus()
    one.made.timeline.run(10)
    assert one.made.sender.sent == []
    assert one.polled.speakers == (1, 2, 3)
    assert one.polled.speaking
    assert len(one.polled.said) == 3
    assert one.fleet.asks().ccl == 150.0


def test_a_pack_that_is_off_starting_up_or_silenced_does_not_answer(bus: Callable[..., Bus]) -> None:
    one = bus(start_up=5.0)
    assert one.inverter.ask(2) == []
    assert not one.polled.speaking
    one.made.timeline.run(5)
    assert len(one.inverter.ask(2)) == 1
    with one.fleet[2].faults.on(Silence()):
        assert one.inverter.ask(3) == []
        assert [node.number for node in one.fleet if node.on_air] == [1, 3]
    assert len(one.inverter.ask(3)) == 1
    one.fleet[3].stop()
    assert one.inverter.ask(4) == []


def test_two_packs_with_one_address_garble_each_other(bus: Callable[..., Bus]) -> None:
    one = bus()
    one.made.bank[2].soc = 0.25
    one.polled.readdress(2, 2)
    assert one.polled.addresses == {1: 2, 2: 2, 3: 4}
    (heard,) = one.inverter.ask(2)
    with pytest.raises(FrameFault):
        parse(heard)
    assert one.inverter.line.collisions == 1
    (heard,) = one.inverter.ask(2, Command.SYSTEM_ALARMS)  # both say the same, but not at the same time
    with pytest.raises(FrameFault):
        parse(heard)
    assert one.inverter.ask(3) == []
    assert len(one.inverter.ask(4)) == 1
    assert one.made.events("architecture") == [("pack2", {"address": 2, "before": 3})]
    one.fleet.reset()
    assert one.polled.addresses == {1: 2, 2: 3, 3: 4}


@pytest.mark.parametrize("address", [0, 255, -1])
def test_an_address_that_does_not_exist_is_refused(bus: Callable[..., Bus], address: int) -> None:
    with pytest.raises(InputError, match=f"pack 2: address {address} does not exist"):
        bus().polled.readdress(2, address)


def test_a_pack_that_does_not_exist_has_no_address(bus: Callable[..., Bus]) -> None:
    with pytest.raises(InputError, match="no pack 9"):
        bus().polled.readdress(9, 2)


def test_switches_move_an_address_and_a_plug_silences(bus: Callable[..., Bus]) -> None:
    one = bus()
    one.fleet[3].panel.dip = "1000"  # the offset of pack 2
    assert one.polled.addresses == {1: 2, 2: 3, 3: 3}
    one.fleet[3].panel.dip = None
    one.fleet[3].panel.can_port = False
    assert one.polled.addresses == {1: 2, 2: 3, 3: 4}
    assert one.inverter.ask(4) == []
    one.fleet.reset()
    assert len(one.inverter.ask(4)) == 1


def test_a_host_turns_a_pack_off_and_finds_it_silent(bus: Callable[..., Bus]) -> None:
    one = bus()
    assert len(one.inverter.ask(3, Command.OFF)) == 1
    assert not one.fleet[2].running
    assert not one.made.bank[2].connected
    assert one.inverter.ask(3) == []


def test_thresholds_are_those_of_the_node(bus: Callable[..., Bus]) -> None:
    (heard,) = bus().inverter.ask(2, Command.PARAMETERS)
    # 3.8, 2.8, 2.5 V; 70 and -5 degC; 120 A; 60.8, 44.8, 40.0 V; 75 and -20 degC; -150 A
    assert parse(heard).info.hex().upper() == "000ED80AF009C40D670A7904B0ED80AF009C400D9909E3FA24"


def test_a_value_that_does_not_fit_is_told_once_in_the_journal(bus: Callable[..., Bus]) -> None:
    one = bus()
    with one.fleet[2].faults.on(Override(cvl=67.2)):
        heard = [one.inverter.ask(3, Command.MANAGEMENT)[0] for _ in range(3)]
    assert [management.decode(parse(said).info).cvl for said in heard] == [65.535] * 3
    assert one.made.events("clamped") == [("pack2", {"name": "cvl", "value": 67.2})]


def test_a_bank_is_on_one_line(bus: Callable[..., Bus]) -> None:
    one = bus()
    with pytest.raises(InputError, match="on a line already"):
        one.polled.serve(one.inverter.line)
