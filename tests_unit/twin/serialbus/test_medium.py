"""The serial line of the twin: bytes with their times, collisions, speeds, and ``twin://`` for pyserial."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import PortError
from bmshil.timeline import Nanoseconds, SimulatedTimeline
from bmshil.twin.serialbus import SerialStation, create, free_name, medium, remove
from bmshil.twin.serialbus.uart import Burst, heard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.twin.serialbus import SerialMedium

NAME = "serial-test"


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[SerialMedium]:
    monkeypatch.setattr(
        serial, "protocol_handler_packages", [*serial.protocol_handler_packages, "bmshil.twin.serialbus"]
    )
    yield create(NAME, SimulatedTimeline())
    remove(NAME)


def ear(line: SerialMedium, baud: int = 9600) -> tuple[SerialStation, list[tuple[float, bytes]]]:
    """A station, and what it hears, with the time in ms."""
    got: list[tuple[float, bytes]] = []
    return SerialStation(line, lambda when, data: got.append((when / 1e6, data)), baud=baud), got


@pytest.mark.parametrize(("characters", "milliseconds"), [(18, 18.75), (36, 37.5)])
def test_a_message_takes_ten_bits_for_each_byte(
    line: SerialMedium, characters: int, milliseconds: float
) -> None:
    one, own = ear(line)
    _, got = ear(line)
    one.send(b"~" * characters)
    line.timeline.run(1.0)
    assert got == [(milliseconds, b"~" * characters)]
    assert own == []
    assert line.bytes_carried == characters


def test_messages_of_one_station_follow_each_other(line: SerialMedium) -> None:
    one, _ = ear(line)
    _, got = ear(line)
    one.send(b"a" * 18)
    one.send(b"b" * 18)
    line.timeline.run(1.0)
    assert got == [(18.75, b"a" * 18), (37.5, b"b" * 18)]
    assert line.collisions == 0


def test_two_at_once_are_garbled_and_counted(line: SerialMedium) -> None:
    one, _ = ear(line)
    two, _ = ear(line)
    _, got = ear(line)
    one.send(b"\x7e\x32\x30")
    two.send(b"\x0f\x33\x31")
    line.timeline.run(1.0)
    assert [data for _, data in got] == [b"\x0e\x32\x30"]
    assert line.collisions == 1


def test_a_collision_out_of_step_is_none_of_both(line: SerialMedium) -> None:
    one, _ = ear(line)
    two, _ = ear(line)
    _, got = ear(line)
    one.send(b"~20024600")
    line.timeline.at(Nanoseconds(350_000), lambda: two.send(b"~20034600"))
    line.timeline.run(1.0)
    ((when, data),) = got
    assert when == pytest.approx(9.725)
    assert b"~20024600" not in data
    assert b"~20034600" not in data


def test_an_unplugged_station_neither_hears_nor_is_heard(line: SerialMedium) -> None:
    one, heard_by_one = ear(line)
    two, heard_by_two = ear(line)
    two.connected = False
    one.send(b"x")
    line.timeline.run(1.0)
    two.send(b"y")
    line.timeline.run(1.0)
    assert heard_by_two == heard_by_one == []
    two.connected = True
    one.send(b"z")
    line.timeline.run(1.0)
    assert [data for _, data in heard_by_two] == [b"z"]


def test_another_speed_is_heard_as_other_bytes(line: SerialMedium) -> None:
    one, _ = ear(line)
    _, fast = ear(line, baud=115_200)
    _, right = ear(line)
    one.send(b"~20024661")
    line.timeline.run(1.0)
    assert [data for _, data in right] == [b"~20024661"]
    assert all(b"~2002" not in data for _, data in fast)


@given(st.binary(min_size=1, max_size=20), st.sampled_from([1200, 9600, 115_200]))
def test_a_receiver_reads_bit_by_bit_what_was_sent(data: bytes, baud: int) -> None:
    silent = Burst(b"\xff", 0, baud)  # nothing in it drives after its start bit
    later = Burst(data, 5_000_000_000 // baud * 10, baud)
    assert heard([silent, later], baud) == b"\xff" + data


def test_a_third_of_the_speed_reads_every_third_bit() -> None:
    # 0xB2 at 9600 is 0 0100 1101 1 on the line. Three of them, looked at in the middle of each third bit from
    # the second on: 0 for the start, 0 0 0 0 1 1 1 1, and 1 for the stop.
    assert heard([Burst(b"\xb2" * 3, 0, 9600)], 3200) == b"\xf0"


class TestUrl:
    """What pyserial opens as ``twin://NAME``."""

    def test_reading_lets_time_pass(self, line: SerialMedium) -> None:
        one, got = ear(line)
        with serial.serial_for_url(f"twin://{NAME}", baudrate=9600, timeout=0.5) as host:
            one.send(b"hello")
            assert host.in_waiting == 0
            assert host.read(5) == b"hello"
            assert line.timeline.seconds == pytest.approx(0.005208333, abs=1e-9)
            assert host.read(1) == b""
            assert line.timeline.seconds == pytest.approx(0.505208333, abs=1e-9)
            host.write(b"yes")
            line.timeline.run(0.1)
        assert [data for _, data in got] == [b"yes"]

    def test_its_speed_can_be_changed(self, line: SerialMedium) -> None:
        _, got = ear(line, baud=115_200)
        with serial.serial_for_url(f"twin://{NAME}", baudrate=9600) as host:
            host.baudrate = 115_200
            host.write(b"x" * 115)
            line.timeline.run(0.1)
        ((when, data),) = got
        assert when == pytest.approx(9.982639, abs=1e-5)
        assert data == b"x" * 115

    def test_input_can_be_dropped(self, line: SerialMedium) -> None:
        one, _ = ear(line)
        with serial.serial_for_url(f"twin://{NAME}", timeout=0) as host:
            one.send(b"old")
            line.timeline.run(0.1)
            host.reset_input_buffer()
            assert host.read(3) == b""

    def test_a_closed_one_is_off_the_line(self, line: SerialMedium) -> None:
        one, _ = ear(line)
        host = serial.serial_for_url(f"twin://{NAME}")
        host.close()
        one.send(b"x")
        line.timeline.run(0.1)
        with pytest.raises(serial.PortNotOpenError):
            host.read(1)
        with pytest.raises(serial.PortNotOpenError):
            host.write(b"x")

    def test_unknown_names_are_told(self, line: SerialMedium) -> None:
        assert line.name == NAME
        with pytest.raises(serial.SerialException, match=f"'nowhere' does not exist.*{NAME}"):
            serial.serial_for_url("twin://nowhere")

    def test_another_thread_has_no_simulated_time(self, line: SerialMedium) -> None:
        assert line.timeline.simulated
        errors: list[Exception] = []

        def use() -> None:
            try:
                serial.serial_for_url(f"twin://{NAME}")
            except serial.SerialException as error:
                errors.append(error)

        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
        assert "only its owner thread" in str(errors[0])


def test_names_are_taken_once(line: SerialMedium) -> None:
    assert medium(NAME) is line
    assert free_name(NAME) == f"{NAME}-2"
    assert free_name("other") == "other"
    with pytest.raises(PortError, match="exists already"):
        create(NAME, line.timeline)
