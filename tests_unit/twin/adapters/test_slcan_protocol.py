"""Dialogues byte by byte, after the CAN232 manual, version 3 (Lawicel AB, 2010)."""

import can
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.twin.adapters.slcan_protocol import SlcanProtocol, Status


class Recorder:
    """A controller that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.takes = True

    def open(self, bitrate: int, *, listen_only: bool, one_shot: bool) -> None:
        self.told.append((bitrate, listen_only, one_shot))

    def close(self) -> None:
        self.told.append("closed")

    def send(self, message: can.Message) -> bool:
        self.told.append(message.arbitration_id)
        return self.takes

    def status(self) -> Status:
        return Status.ERROR_WARNING | Status.ERROR_PASSIVE | Status.BUS_ERROR


def dialogue(text: bytes, recorder: Recorder | None = None) -> bytes:
    return b"".join(SlcanProtocol(recorder or Recorder()).take(text))


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b"V\r", b"V1013\r"),
        (b"v\r", b"v1013\r"),
        (b"N\r", b"NA123\r"),
        (b"\r", b"\r"),
        (b"S6\rO\rC\r", b"\r\r\r"),
        (b"O\r", b"\a"),  # not set up
        (b"L\r", b"\a"),
        (b"C\r", b"\a"),  # not open
        (b"F\r", b"\a"),
        (b"t10021133\r", b"\a"),
        (b"S6\rO\rO\r", b"\r\r\a"),
        (b"S6\rO\rL\r", b"\r\r\a"),
        (b"S6\rO\rS4\r", b"\r\r\a"),
        (b"S6\rO\rs031C\r", b"\r\r\a"),
        (b"S6\rO\rZ1\r", b"\r\r\a"),
        (b"S6\rO\rM00000000\r", b"\r\r\a"),
        (b"S6\rO\rC\rO\r", b"\r\r\r\r"),  # the bit rate is remembered
        (b"S6\rO\rF\r", b"\r\rFA4\r"),
        (b"S6\rO\rt10021133\r", b"\r\rz\r"),
        (b"S6\rO\rT0000010021133\r", b"\r\rZ\r"),
        (b"S6\rO\rr1002\r", b"\r\rz\r"),
        (b"S6\rO\rR000001002\r", b"\r\rZ\r"),
        (b"S6\rL\rt10021133\r", b"\r\r\a"),  # listens only
        (b"S6\rO\rt1002113\r", b"\r\r\a"),  # data shorter than told
        (b"Z0\rZ1\rZ2\r", b"\r\r\a"),
        (b"M00000000\r", b"\a"),  # not initiated
        (b"S6\rM00000000\rmFFFFFFFF\rM1234\r", b"\r\r\r\a"),
        (b"S\rSA\rS66\ro\rX1\rP\r\n\rhello\r\x00\xff\r", b"\a" * 9),
    ],
)
def test_dialogue(said: bytes, heard: bytes) -> None:
    assert dialogue(said) == heard


@pytest.mark.parametrize(
    ("command", "bitrate"),
    [
        (b"S0", 10_000),
        (b"S1", 20_000),
        (b"S2", 50_000),
        (b"S3", 100_000),
        (b"S4", 125_000),
        (b"S5", 250_000),
        (b"S6", 500_000),
        (b"S7", 800_000),
        (b"S8", 1_000_000),
        (b"s031C", 125_000),  # the example of the manual
        (b"s001C", 500_000),  # SJA1000 at 16 MHz
        (b"s0014", 1_000_000),
    ],
)
def test_bit_rates(command: bytes, bitrate: int) -> None:
    recorder = Recorder()
    assert dialogue(command + b"\rO\r", recorder) == b"\r\r"
    assert recorder.told == [(bitrate, False, False)]


@pytest.mark.parametrize(
    ("commands", "listen_only", "one_shot"),
    [
        (b"O\r", False, False),
        (b"L\r", True, False),
        (b"M1\rO\r", True, False),  # as the CANable has it
        (b"M1\rM0\rO\r", False, False),
        (b"A0\rO\r", False, True),
        (b"A0\rA1\rO\r", False, False),
    ],
)
def test_ways_to_open(commands: bytes, listen_only: bool, one_shot: bool) -> None:
    recorder = Recorder()
    assert b"\a" not in dialogue(b"S6\r" + commands, recorder)
    assert recorder.told == [(500_000, listen_only, one_shot)]


def test_a_frame_that_the_controller_does_not_take_is_refused() -> None:
    recorder = Recorder()
    recorder.takes = False
    assert dialogue(b"S6\rO\rt10021133\r", recorder) == b"\r\r\a"


def test_the_way_that_python_can_opens_and_closes() -> None:
    recorder = Recorder()
    assert dialogue(b"C\rS6\r\rO\rO\rC\r", recorder) == b"\a\r\r\r\a\r"
    assert recorder.told == [(500_000, False, False), "closed"]


def test_a_line_that_never_ends_is_refused_when_it_does() -> None:
    protocol = SlcanProtocol(Recorder())
    for _ in range(1000):
        assert protocol.take(b"t" * 1000) == []
    assert protocol.take(b"\rV\r") == [b"\a", b"V1013\r"]


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([b"S6\r", b"O\r", b"C\r", b"t1000\r"]))))
def test_nothing_that_a_host_writes_raises_and_each_line_has_one_answer(chunks: list[bytes]) -> None:
    protocol = SlcanProtocol(Recorder())
    replies = [reply for chunk in chunks for reply in protocol.take(chunk)]
    assert len(replies) == b"".join(chunks).count(b"\r")
    assert all(reply.endswith((b"\r", b"\a")) for reply in replies)
