"""Frames and checksums, with the vectors of the specification and of the maker's page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.instruments.switches.modbus_rtu import crc16, framed, is_exception, unframed

REQUEST = bytes.fromhex("01 01 00 00 00 08 3D CC")


@pytest.mark.parametrize(
    ("data", "check"),
    [
        ("02 07", "41 12"),  # MODBUS over Serial Line V1.02, appendix B
        ("01 05 00 00 FF 00", "8C 3A"),
        ("01 05 00 00 00 00", "CD CA"),
        ("01 05 02 00 00 07", "8D B0"),
        ("01 01 00 00 00 08", "3D CC"),
        ("11 01 00 13 00 25", "0E 84"),
    ],
)
def test_the_checksum_is_that_of_the_specification(data: str, check: str) -> None:
    assert crc16(bytes.fromhex(data)) == bytes.fromhex(check)


@given(data=st.binary(min_size=2, max_size=12), place=st.integers(0, 200), bit=st.integers(0, 7))
def test_one_wrong_bit_never_passes(data: bytes, place: int, bit: int) -> None:
    frame = bytearray(framed(data))
    frame[place % len(frame)] ^= 1 << bit
    with pytest.raises(ValueError, match="checksum is wrong"):
        unframed(REQUEST, bytes(frame))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("02 01 01 00 51 CC", "address 2 answered instead of 1"),
        ("01 03 01 00 F0 48", "answered function 3 instead of 1"),
        ("01 81 02 C1 91", "refused: no such relay"),
        ("01 81 0B 01 97", "refused: exception 11"),
    ],
)
def test_a_reply_to_another_question_is_none(reply: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        unframed(REQUEST, bytes.fromhex(reply))


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [
        ("01 81 02 C1 91", True),
        ("01 81 02 C1 92", False),
        ("01 81 02", False),
        ("01 01 01 00 51", False),
        ("", False),
    ],
)
def test_an_exception_is_known_by_its_length_bit_and_checksum(reply: str, refusal: bool) -> None:
    assert is_exception(bytes.fromhex(reply)) is refusal
