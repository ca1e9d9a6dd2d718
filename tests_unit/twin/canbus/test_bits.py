"""Frame lengths against an independent bit-by-bit reference and literal bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.twin.canbus.bits import arbitration_key, frame_bits


def reference_bits(identifier: int, data: bytes, *, extended: bool, remote_length: int | None) -> int:
    """Lay the frame out as a string of bits, as the drawings of ISO 11898-1 show it."""
    remote = "0" if remote_length is None else "1"
    length = f"{len(data) if remote_length is None else remote_length:04b}"
    if extended:
        full = f"{identifier:029b}"
        frame = "0" + full[:11] + "1" + "1" + full[11:] + remote + "00" + length
    else:
        frame = "0" + f"{identifier:011b}" + remote + "0" + "0" + length
    frame += "".join(f"{byte:08b}" for byte in data)

    # CRC as the remainder of a long division, not as a shift register
    remainder = int(frame + "0" * 15, 2)
    for shift in range(len(frame) - 1, -1, -1):
        if remainder >> (shift + 15) & 1:
            remainder ^= 0b1100010110011001 << shift
    frame += f"{remainder:015b}"

    wire = ""
    for bit in frame:
        wire += bit
        if wire[-5:] in ("00000", "11111"):
            wire += "1" if bit == "0" else "0"
    return len(wire + "1" + "01" + "1111111" + "111")


payload = st.binary(max_size=8) | st.lists(
    st.sampled_from([0x00, 0xFF, 0x3C, 0xF0, 0x0F, 0x1F, 0xE0, 0x78]), max_size=8
).map(bytes)


@given(st.integers(0, 0x7FF), payload)
def test_standard_frames_equal_the_reference(identifier: int, data: bytes) -> None:
    assert frame_bits(identifier, data) == reference_bits(
        identifier, data, extended=False, remote_length=None
    )


@given(st.integers(0, 0x1FFFFFFF), payload)
def test_extended_frames_equal_the_reference(identifier: int, data: bytes) -> None:
    assert frame_bits(identifier, data, True) == reference_bits(
        identifier, data, extended=True, remote_length=None
    )


@given(st.integers(0, 0x7FF), st.integers(0, 8), st.booleans())
def test_remote_frames_equal_the_reference(identifier: int, length: int, extended: bool) -> None:
    assert frame_bits(identifier, b"", extended, remote_length=length) == reference_bits(
        identifier, b"", extended=extended, remote_length=length
    )


@given(st.integers(0, 0x7FF), st.binary(min_size=8, max_size=8))
def test_eight_bytes_with_11_bits_take_111_to_135_bits(identifier: int, data: bytes) -> None:
    assert 111 <= frame_bits(identifier, data) <= 135


@given(st.integers(0, 0x1FFFFFFF), st.binary(min_size=8, max_size=8))
def test_eight_bytes_with_29_bits_take_131_to_160_bits(identifier: int, data: bytes) -> None:
    assert 131 <= frame_bits(identifier, data, True) <= 160


def test_the_longest_known_standard_frame() -> None:
    assert frame_bits(0x07C, bytes.fromhex("3C3C000BFF041003")) == 130


def test_the_keep_alive_of_zeros() -> None:
    assert frame_bits(0x305, bytes(8)) == 125


def test_bytearray_and_bytes_are_equal() -> None:
    assert frame_bits(0x351, bytearray(b"\x12\x34")) == frame_bits(0x351, b"\x12\x34")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0x351, False, False), (0x355, False, False)),
        ((0x351, False, False), (0x351, False, True)),  # data before remote
        ((0x351, False, True), (0x351 << 18, True, False)),  # standard before extended, even remote
        ((0x351 << 18, True, False), (0x351 << 18, True, True)),
        ((0x351 << 18, True, True), (0x351 << 18 | 1, True, False)),
        ((0x350 << 18 | 0x3FFFF, True, True), (0x351, False, False)),
        ((0x351 << 18 | 0x3FFFF, True, True), (0x352, False, False)),
    ],
)
def test_arbitration_order(first: tuple[int, bool, bool], second: tuple[int, bool, bool]) -> None:
    assert arbitration_key(*first) < arbitration_key(*second)
