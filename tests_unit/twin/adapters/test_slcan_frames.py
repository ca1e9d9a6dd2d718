"""Frames as lines, with the examples of the CAN232 manual, version 3 (Lawicel AB, 2010)."""

import can
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.twin.adapters.slcan_frames import decode, encode


def standard(identifier: int, data: str) -> can.Message:
    return can.Message(arbitration_id=identifier, is_extended_id=False, data=bytes.fromhex(data))


@pytest.mark.parametrize(
    ("line", "identifier", "extended", "data"),
    [
        (b"t10021133", 0x100, False, "1133"),
        (b"t0200", 0x20, False, ""),
        (b"T0000010021133", 0x100, True, "1133"),
        (b"t7FF8DEADBEEF00112233", 0x7FF, False, "deadbeef00112233"),
        (b"T1FFFFFFF0", 0x1FFFFFFF, True, ""),
    ],
)
def test_data_frames(line: bytes, identifier: int, extended: bool, data: str) -> None:
    message = decode(line)
    assert message is not None
    assert (message.arbitration_id, message.is_extended_id) == (identifier, extended)
    assert (message.data.hex(), message.dlc) == (data, len(data) // 2)
    assert not message.is_remote_frame
    assert encode(message) == line + b"\r"


@pytest.mark.parametrize(
    ("line", "identifier", "extended", "length"),
    [(b"r1002", 0x100, False, 2), (b"R000001002", 0x100, True, 2), (b"r7FF8", 0x7FF, False, 8)],
)
def test_remote_frames(line: bytes, identifier: int, extended: bool, length: int) -> None:
    message = decode(line)
    assert message is not None
    assert message.is_remote_frame
    assert (message.arbitration_id, message.is_extended_id, message.dlc) == (identifier, extended, length)
    assert encode(message) == line + b"\r"


def test_lower_case_digits_are_read() -> None:
    message = decode(b"t7ff1ab")
    assert message is not None
    assert (message.arbitration_id, message.data.hex()) == (0x7FF, "ab")


@pytest.mark.parametrize(
    ("milliseconds", "line"),
    [(0x4D67, b"t100211334D67\r"), (0, b"t100211330000\r"), (59_999, b"t10021133EA5F\r")],
)
def test_time_stamps_stand_at_the_end(milliseconds: int, line: bytes) -> None:
    assert encode(standard(0x100, "1133"), milliseconds) == line


@pytest.mark.parametrize(
    "line",
    [
        b"t",
        b"t10",
        b"t100",
        b"t8000",  # more than 11 bits
        b"T200000000",  # more than 29 bits
        b"T10000",
        b"t1009" + b"00" * 9,
        b"t1002113",
        b"t100211334D67",
        b"t10021 33",
        b"t+100",
        b"t0x10",
        b"t1002zz33",
        b"r1009",
        b"r100211",
        b"R1002",
        b"d10021133",
        b" t1000",
        b"t1000\n",
    ],
)
def test_what_is_no_frame_is_not_taken_for_one(line: bytes) -> None:
    assert decode(line) is None


@given(
    identifier=st.integers(0, 0x1FFFFFFF),
    extended=st.booleans(),
    data=st.binary(max_size=8),
    remote=st.booleans(),
)
def test_what_is_written_is_read_again(identifier: int, extended: bool, data: bytes, remote: bool) -> None:
    sent = can.Message(
        arbitration_id=identifier if extended else identifier & 0x7FF,
        is_extended_id=extended,
        is_remote_frame=remote,
        dlc=len(data),
        data=None if remote else data,
    )
    got = decode(encode(sent).removesuffix(b"\r"))
    assert got is not None
    assert got.equals(sent, timestamp_delta=None)
