"""Whom a battery on RS485 answers, with what, and when it is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.dialects import Report
from bmshil.dialects.pack_data import PackData
from bmshil.dialects.pylontech_rs485 import (
    Command,
    FrameFault,
    Rtn,
    analog,
    frame,
    parse,
    request,
    system_limits,
)
from bmshil.dialects.pylontech_rs485.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms.rs485.pylontech_slave import PylontechSlave

REPORT = {"cvl": 53.25, "ccl": 37.0, "dcl": 37.0, "dvl": 47.0, "soc": 0.8, "soh": 0.99, "voltage": 49.5}
REPORT |= {"current": -12.5, "temperature": 23.0, "cell_max": 3.301, "cell_min": 3.299, "capacity": 74.0}


def pack(number: int, **changes: Any) -> PackData:
    report = Report(**(REPORT | changes))
    cells = (3.301, *(3.3,) * 13, 3.299)
    return PackData(number, report, cells, (23.0,) * 5, 59.2, 31, "US3000C", f"K{number}")


CELLS = "0CE5" + "0CE4" * 13 + "0CE3"
TEMPERATURES = "05" + "0B91" * 5

ANSWERS = {
    # -12.5 A, 49.5 V, capacities elsewhere, 31 cycles, 59.2 of 74 Ah
    "20024642E00202FD33": f"00020F{CELLS}{TEMPERATURES}FF83C15CFFFF04FFFF001F00E740012110",
    # two bytes of INFO: real batteries take no notice of the second
    "20024642C0040201FCD2": f"00020F{CELLS}{TEMPERATURES}FF83C15CFFFF04FFFF001F00E740012110",
    # normal, all switches on, discharging
    "20024644E00202FD31": "00020F" + "00" * 15 + "05" + "00" * 5 + "000000" + "00" + "0E" + "40" + "0000",
    # 53.25 and 47.0 V, 37.0 and -37.0 A, both enabled
    "20024692E00202FD2E": "02D002B7980172FE8EC0",
    "20024693E00202FD2D": "024B31" + "00" * 14,
    "20024696E00202FD2A": "020100010000",
    "200246510000FDAC": "5553333030304300000001" + "00" + "50594C4F4E" + "2D" * 15,
    "200246600000FDAC": "5553333030304300000050594C4F4E" + "00" * 15 + "0100" + "01" + "4B31" + "00" * 14,
    # 49.5 V, -12.50 A, 80 %, 31 cycles, 99 %; cells 1 and 15 of pack 1; 23.0 degC everywhere
    "200246610000FDAB": "C15CFB1E50001F001F63630CE501010CE3010F" + "0B910B9101010B910101" * 3,
    "200246620000FDAA": "00000000",
    # limits are positive here
    "200246630000FDA9": "D002B79801720172C0",
    # V5: the version stands in the header, the odd INFO is accepted
    "2002464FC0048520FCB2": "",
    "2002464F0000FD98": "",
}


@pytest.mark.parametrize(("asked", "info"), ANSWERS.items())
def test_every_command_has_its_answer(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave], asked: str, info: str
) -> None:
    line = wires()
    slave(line, pack(1))
    (heard,) = line.ask(b"~" + asked.encode() + b"\r")
    assert parse(heard).info.hex().upper() == info
    assert heard[1:9] == b"20024600"


def test_thresholds_are_told_where_there_are_any(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    """V17, a US5000."""
    told = Parameters(3.65, 3.05, 2.8, 60.0, -10.0, 100.0, 54.0, 46.0, 43.0, 60.0, -10.0, 100.0)
    with_them, without = wires(), wires()
    slave(with_them, pack(1), parameters=lambda _place: told)
    slave(without, pack(1))
    assert with_them.text("200246470000FDA7") == [
        "20024600B032000E420BEA0AF00D030A4703E8D2F0B3B0A7F80D030A47FC18F280"
    ]
    assert without.text("200246470000FDA7") == ["200246040000FDAE"]


@pytest.mark.parametrize(
    ("asked", "replied"),
    [
        pytest.param("200246610000FDAC", "200246020000FDB0", id="checksum"),
        pytest.param("20024661F0020000", "200246030000FDAF", id="checksum of the length"),
        pytest.param("200246990000FDA0", "200246040000FDAE", id="unknown command"),
        pytest.param("200246500000FDAD", "200246040000FDAE", id="unknown command between known ones"),
        pytest.param("200246610000FDAB00", "200246050000FDAD", id="longer than told"),
        pytest.param("20024642E00203FD32", "200246060000FDAC", id="another pack in INFO"),
        pytest.param("200246420000FDAC", "200246060000FDAC", id="no pack in INFO"),
        pytest.param("20024692E002FFFD04", "200246060000FDAC", id="all packs of a command for one"),
        pytest.param("300246610000FDAA", "200246010000FDB1", id="version 3"),
    ],
)
def test_what_cannot_be_answered_gets_its_return_code(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave], asked: str, replied: str
) -> None:
    line = wires()
    made = slave(line, pack(1))
    assert line.text(asked) == [replied]
    assert (made.replies, made.refused) == ([1], 1)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("200346610000FDAA", id="another address"),
        pytest.param("200046610000FDAD", id="address 0"),
        pytest.param("20FF46610000FD81", id="address 255"),
        pytest.param("202246610000FDA9", id="group 2"),
        pytest.param("20034642E00203FD31", id="another address, with INFO"),
        pytest.param("200346610000FFFF", id="another address, wrong checksum"),
        pytest.param("20024A610000FDA0", id="another kind of device"),
        pytest.param("200246000000FDB2", id="an answer"),
        pytest.param("200246020000FDB0", id="a return code"),
        pytest.param("200246900000FDA9", id="return code 90, or command 90"),
        pytest.param("200246910000FDA8", id="return code 91, or command 91"),
        pytest.param("2002460000000000", id="a garbled answer"),
        pytest.param("2xx246610000FDAB", id="no address to be read"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_for_it_is_met_with_silence(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave], asked: str
) -> None:
    line = wires()
    made = slave(line, pack(1))
    assert line.text(asked) == []
    assert made.replies == [0]


def test_an_answer_of_another_battery_with_the_same_address_is_not_answered(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    line = wires()
    slave(line, pack(1), delay=0.002)
    slave(line, pack(1), delay=0.1)
    heard = line.ask(request(Command.SYSTEM_ALARMS, 2))
    assert [parse(one).info for one in heard] == [bytes(4), bytes(4)]


def test_noise_before_a_request_and_a_request_in_pieces_are_no_trouble(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    line = wires()
    made = slave(line, pack(1))
    asked = request(Command.SYSTEM_ALARMS, 2)
    assert line.ask(b"\x00\xffAT\r\n~2002") == []
    assert line.ask(asked[:7]) == []
    assert len(line.ask(asked[7:])) == 1
    assert made.noise == 6 + 5


def test_a_poll_of_12_reaches_a_single_group_and_is_answered_from_either_address(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    line = wires()
    made = slave(line, pack(1))
    assert line.text("201246620000FDA9") == ["20124600800800000000FC21"]
    made.replies_from = "own"
    assert line.text("201246620000FDA9") == ["20024600800800000000FC22"]
    assert line.text("200246620000FDAA") == ["20024600800800000000FC22"]


def test_a_group_has_its_own_addresses_alone(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    """Group 3, slave 6 has 37H: the example of the document."""
    line = wires()
    slave(line, *(pack(number) for number in range(1, 7)), group=3)
    heard = line.ask(request(Command.ANALOG, 0x37))
    assert parse(heard[0]).adr == 0x37
    assert analog.decode(parse(heard[0]).info).command == 0x37
    assert line.ask(request(Command.ANALOG, 0x02)) == []
    assert line.ask(request(Command.ANALOG, 0x12)) == []
    assert line.ask(request(Command.ANALOG, 0x38)) == []


def test_all_packs_are_told_at_the_first_address(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    line = wires()
    slave(line, pack(1), pack(2, current=3.0), pack(3, current=4.5))
    (heard,) = line.ask(request(Command.ANALOG, 2, all_packs=True))
    said = analog.decode(parse(heard).info)
    assert said.command == 3
    assert [one.current for one in said.packs] == [-12.5, 3.0, 4.5]
    (heard,) = line.ask(frame(3, Command.ANALOG, b"\xff"))
    assert parse(heard).cid2 == Rtn.INFO


def test_more_packs_than_a_frame_carries_are_refused(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    """36 packs of 15 cells need 36 x 59 + 2 bytes, and a frame carries 2047."""
    line = wires()
    slave(line, *(pack(number) for number in range(1, 37)))
    assert line.text("20024642E002FFFD09") == ["200246060000FDAC"]


def test_each_pack_of_a_group_is_told_at_its_own_address_and_counted(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    line = wires()
    made = slave(line, pack(1), pack(2, current=3.0), pack(3, current=4.5))
    for address, current in ((2, -12.5), (3, 3.0), (4, 4.5), (4, 4.5)):
        (heard,) = line.ask(request(Command.ANALOG, address))
        said = analog.decode(parse(heard).info)
        assert (said.command, [one.current for one in said.packs]) == (address, [current])
    assert line.ask(request(Command.ANALOG, 5)) == []
    assert made.replies == [1, 1, 2]


def test_the_system_answers_at_the_first_address_with_its_own_report(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    whole = Report(**(REPORT | {"ccl": 111.0, "dcl": 222.0}))
    line = wires()
    slave(line, pack(1), pack(2), pack(3), report=lambda: whole)
    (heard,) = line.ask(request(Command.SYSTEM_LIMITS, 2))
    said = system_limits.decode(parse(heard).info)
    assert (said.ccl, said.dcl) == (111.0, 222.0)
    assert line.ask(request(Command.SYSTEM_LIMITS, 3)) == []


def test_without_fresh_values_it_is_silent(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    line = wires()
    made = slave(line, None, pack(2))
    assert line.ask(request(Command.ANALOG, 2)) == []
    assert line.text("200246610000FFFF") == []
    assert len(line.ask(request(Command.ANALOG, 3))) == 1
    assert made.replies == [0, 1]


def test_set_points_hold_for_ten_seconds_and_longer_when_repeated(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    line = wires()
    slave(line, pack(1))
    own, set_ = "02D002B7980172FE8EC0", "02CB20BB8000C8FF38C0"  # 52.0 and 48.0 V, 20.0 A both ways

    def says() -> str:
        (heard,) = line.ask(request(Command.MANAGEMENT, 2), wait=0.1)
        return parse(heard).info.hex().upper()

    asked = frame(2, Command.SET, bytes.fromhex("02CB20BB8000C8FF38"))
    assert says() == own
    (heard,) = line.ask(asked, wait=8.0)
    assert parse(heard)[2:] == (0x46, 0x00, b"")
    assert says() == set_
    line.ask(asked, wait=9.5)
    assert says() == set_
    (heard,) = line.ask(request(Command.SYSTEM_LIMITS, 2), wait=0.1)
    assert parse(heard).info.hex().upper() == "CB20BB8000C800C8C0"
    line.timeline.run(0.5)
    assert says() == own


def test_set_points_cannot_open_a_direction_that_the_pack_forbids(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    line = wires()
    slave(line, pack(1, charge_enabled=False, ccl=0.0))
    line.ask(frame(2, Command.SET, bytes.fromhex("02CB20BB8000C8FF38")))
    (heard,) = line.ask(request(Command.MANAGEMENT, 2))
    assert parse(heard).info.hex().upper() == "02CB20BB800000FF3840"


def test_set_points_that_end_in_the_middle_are_refused(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    line = wires()
    slave(line, pack(1))
    (heard,) = line.ask(frame(2, Command.SET, bytes.fromhex("02CB20BB80")))
    assert parse(heard).cid2 == Rtn.INFO


def test_a_pack_is_turned_off_where_that_is_possible(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    off: list[int] = []
    line, other = wires(), wires()
    slave(line, pack(1), pack(2), switch_off=off.append)
    (heard,) = line.ask(request(Command.OFF, 3))
    assert parse(heard)[1:] == (3, 0x46, 0x00, b"")
    assert off == [1]
    slave(other, pack(1))
    (heard,) = other.ask(request(Command.OFF, 2))
    assert parse(heard).cid2 == Rtn.CID2


@pytest.mark.parametrize(
    ("baud", "after"),
    [
        # 18 characters asked, 70 ms, 116 characters answered; 10 bits each
        (115_200, 0.0015625 + 0.070 + 0.0100694),
        (9_600, 0.01875 + 0.070 + 0.1208333),
    ],
)
def test_an_answer_takes_its_delay_and_the_time_of_its_bytes(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave], baud: int, after: float
) -> None:
    line = wires(baud)
    slave(line, pack(1), delay=0.070)
    (heard,) = line.ask(request(Command.SYSTEM_ANALOG, 2))
    assert len(heard) == 116
    assert line.heard[0][0] == pytest.approx(after, abs=1e-6)


def test_values_that_do_not_fit_are_told(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    told: list[tuple[str, float]] = []
    line = wires()
    slave(line, pack(1, cvl=67.2), tell=lambda name, value: told.append((name, value)))
    (heard,) = line.ask(request(Command.SYSTEM_LIMITS, 2))
    assert system_limits.decode(parse(heard).info).cvl == 65.535
    assert told == [("cvl", 67.2)]


def test_two_batteries_with_one_address_garble_each_other(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    line = wires()
    slave(line, pack(1))
    slave(line, pack(1, voltage=50.1, soc=0.3))
    (heard,) = line.ask(request(Command.SYSTEM_ANALOG, 2))
    with pytest.raises(FrameFault):
        parse(heard)
    assert line.line.collisions == 1


def test_limits_that_are_not_admitted_are_not_told_whoever_has_set_them(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave]
) -> None:
    """The device bears 63 V: neither a pack's own 65 V nor those of a host's 0x94 get out."""
    line = wires()
    slave(line, pack(1), pack(2, cvl=65.0), admits=lambda report: report.cvl <= 63.0)
    assert len(line.ask(request(Command.MANAGEMENT, 2))) == 1
    assert line.ask(request(Command.MANAGEMENT, 3)) == []
    assert len(line.ask(request(Command.ANALOG, 3))) == 1  # carries no limits
    asked = frame(2, Command.SET, bytes.fromhex("02FDE8BB8000C8FF38"))  # 65.0 V
    assert len(line.ask(asked)) == 1
    assert line.ask(request(Command.MANAGEMENT, 2)) == []
    line.timeline.run(10.0)
    assert len(line.ask(request(Command.MANAGEMENT, 2))) == 1
