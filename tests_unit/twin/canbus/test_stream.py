"""The bits of a frame on the wire."""

import can
from hypothesis import given
from hypothesis import strategies as st

from bmshil.twin.canbus.bits import frame_bits
from bmshil.twin.canbus.stream import stuffed_bits


def wire(identifier: int, data: bytes = b"", **more: object) -> str:
    options = {"is_extended_id": False, **more}
    return "".join(map(str, stuffed_bits(can.Message(arbitration_id=identifier, data=data, **options))))


def test_start_bit_identifier_and_control_field_of_a_standard_frame() -> None:
    # start, 0x355 = 01101010101, RTR, IDE, reserved, length 1000
    assert wire(0x355, bytes(8)).startswith("0" + "01101010101" + "000" + "1000")


def test_a_sixth_equal_bit_is_kept_off_by_a_stuff_bit() -> None:
    # start and eleven zeros and three more: a recessive bit after each five
    assert wire(0x000, b"\xff").startswith("000001" + "000001" + "000001")


def test_an_extended_frame_has_two_recessive_bits_in_its_identifier() -> None:
    # 0x0AAA5555: eleven bits 00101010101, SRR and IDE recessive, eighteen bits 00 0101 0101 0101 0101
    assert wire(0x0AA95555, b"", is_extended_id=True).startswith(
        "0" + "01010101010" + "11" + "010101010101010101"
    )


def test_a_remote_frame_has_a_recessive_rtr_and_no_data() -> None:
    assert wire(0x355, is_remote_frame=True, dlc=1).startswith("0" + "01101010101" + "1" + "00" + "0001")


@given(st.integers(0, 0x1FFFFFFF), st.binary(max_size=8), st.booleans())
def test_no_six_equal_bits_and_the_length_that_the_medium_counts_with(
    identifier: int, data: bytes, extended: bool
) -> None:
    identifier &= 0x1FFFFFFF if extended else 0x7FF
    bits = wire(identifier, data, is_extended_id=extended)
    assert "000000" not in bits
    assert "111111" not in bits
    # CRC delimiter, two bits of acknowledgement, 7 bits end of frame, 3 bits intermission
    assert len(bits) + 1 + 2 + 7 + 3 == frame_bits(identifier, data, extended)
