"""The frame of Pylontech RS485, against published frames: right ones, and those with known errors."""

import pickle
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.dialects.pylontech_rs485 import (
    Frame,
    FrameFault,
    Rtn,
    Splitter,
    checksum,
    frame,
    length,
    parse,
    peek,
)
from bmshil.errors import CodecError, InputError

REQUESTS = {
    # V1, V3: vendor documents V3.3 and V2.8
    "20024642E00202FD33": Frame(0x20, 0x02, 0x46, 0x42, b"\x02"),
    "20014642E00201FD35": Frame(0x20, 0x01, 0x46, 0x42, b"\x01"),
    # V5..V11: captured from a US2000 Plus, with INFO of two bytes
    "2002464FC0048520FCB2": Frame(0x20, 0x02, 0x46, 0x4F, b"\x85\x20"),
    "20024651C0040000FCD5": Frame(0x20, 0x02, 0x46, 0x51, b"\x00\x00"),
    "20024642C0040201FCD2": Frame(0x20, 0x02, 0x46, 0x42, b"\x02\x01"),
    "20024644C0040201FCD0": Frame(0x20, 0x02, 0x46, 0x44, b"\x02\x01"),
    "20024692C0040201FCCD": Frame(0x20, 0x02, 0x46, 0x92, b"\x02\x01"),
    "20024696C0040201FCC9": Frame(0x20, 0x02, 0x46, 0x96, b"\x02\x01"),
    # V17, V18: US5000, and all packs of group 0
    "200246470000FDA7": Frame(0x20, 0x02, 0x46, 0x47, b""),
    "20024642E002FFFD09": Frame(0x20, 0x02, 0x46, 0x42, b"\xff"),
    # V25: the bare requests of address 02
    "200246600000FDAC": Frame(0x20, 0x02, 0x46, 0x60, b""),
    "200246620000FDAA": Frame(0x20, 0x02, 0x46, 0x62, b""),
    "200246630000FDA9": Frame(0x20, 0x02, 0x46, 0x63, b""),
    "2002464F0000FD98": Frame(0x20, 0x02, 0x46, 0x4F, b""),
    "200246510000FDAC": Frame(0x20, 0x02, 0x46, 0x51, b""),
    # V26: what inverters of the SRNE and Easun kind poll
    "201246610000FDAA": Frame(0x20, 0x12, 0x46, 0x61, b""),
    "201246620000FDA9": Frame(0x20, 0x12, 0x46, 0x62, b""),
    "201246630000FDA8": Frame(0x20, 0x12, 0x46, 0x63, b""),
    "201246600000FDAB": Frame(0x20, 0x12, 0x46, 0x60, b""),
    # V27: single packs
    "20024644E00202FD31": Frame(0x20, 0x02, 0x46, 0x44, b"\x02"),
    "20024692E00202FD2E": Frame(0x20, 0x02, 0x46, 0x92, b"\x02"),
    "20024693E00202FD2D": Frame(0x20, 0x02, 0x46, 0x93, b"\x02"),
    "20024696E00202FD2A": Frame(0x20, 0x02, 0x46, 0x96, b"\x02"),
    # V31: error replies
    "200246010000FDB1": Frame(0x20, 0x02, 0x46, Rtn.VER, b""),
    "200246020000FDB0": Frame(0x20, 0x02, 0x46, Rtn.CHKSUM, b""),
    "200246030000FDAF": Frame(0x20, 0x02, 0x46, Rtn.LCHKSUM, b""),
    "200246040000FDAE": Frame(0x20, 0x02, 0x46, Rtn.CID2, b""),
    "200246050000FDAD": Frame(0x20, 0x02, 0x46, Rtn.FORMAT, b""),
    "200246060000FDAC": Frame(0x20, 0x02, 0x46, Rtn.INFO, b""),
    "200246900000FDA9": Frame(0x20, 0x02, 0x46, Rtn.ADR, b""),
    "200246910000FDA8": Frame(0x20, 0x02, 0x46, Rtn.INTERNAL, b""),
}


def wire(text: str) -> bytes:
    return b"~" + text.encode() + b"\r"


@pytest.mark.parametrize(("text", "said"), REQUESTS.items())
def test_published_frames_are_read_and_written_byte_for_byte(text: str, said: Frame) -> None:
    assert parse(wire(text)) == said
    assert frame(said.adr, said.cid2, said.info, ver=said.ver, cid1=said.cid1) == wire(text)


def test_the_documents_checksum_example_is_read_as_corrected() -> None:
    """The document prints FC72 for this body, and its sum gives FC71."""
    assert checksum(b"1203400456ABCEFE") == 0xFC71


@pytest.mark.parametrize(
    ("characters", "told"),
    [
        (0, 0x0000),
        (0x12, 0xD012),
        (2, 0xE002),
        (0x14, 0xB014),
        (0x62, 0x8062),
        (0x08, 0x8008),
        (0x97, 0x0097),
    ],
)
def test_the_length_carries_its_own_checksum(characters: int, told: int) -> None:
    """A sum of the digits of 0 or 16 gives 0, where naive programs give 10 hexadecimal."""
    assert length(characters) == told


DOCUMENT_EXAMPLE = (
    "20024600F07A11020F0D450D440D450D440D450D440D3E0D450D4A0D4A0D4B0D4A0D4A0D4A0D4A050BC30BC30BC30BCD0BCD"
    "0000C725FFFF04FFFF000200CA580121"
)
TOO_LONG = "25014600F07A0001100CC7" + "0CC7" * 29


@pytest.mark.parametrize(
    ("bad", "rtn"),
    [
        pytest.param("1203400456ABCEFEFC72", Rtn.FORMAT, id="the sum example as a frame"),
        pytest.param(DOCUMENT_EXAMPLE + "10E1A2", Rtn.CHKSUM, id="V2 as printed"),
        pytest.param(TOO_LONG + "E1E4", Rtn.FORMAT, id="V37: 122 told, more there"),
        pytest.param("20024642E00202FD34", Rtn.CHKSUM, id="checksum one too many"),
        pytest.param("20024642E00202FD32", Rtn.CHKSUM, id="checksum modulo 65535"),
        pytest.param("20024642F00202FD32", Rtn.LCHKSUM, id="length checksum"),
        pytest.param("2002464200020202FD33", Rtn.LCHKSUM, id="length without checksum"),
        pytest.param("200246420000FDAC00", Rtn.FORMAT, id="more than told"),
        pytest.param("30024661 0000FDAA", Rtn.FORMAT, id="a space"),
        pytest.param("200246610000fdab", Rtn.FORMAT, id="lower case"),
        pytest.param("300246610000FDAA", Rtn.VER, id="version 3.0"),
        pytest.param("2002466100FDAB", Rtn.FORMAT, id="too short"),
        pytest.param("20024661F00102FD30", Rtn.FORMAT, id="half a byte"),
        pytest.param("", Rtn.FORMAT, id="empty"),
    ],
)
def test_wrong_frames_are_refused_with_their_return_code(bad: str, rtn: Rtn) -> None:
    with pytest.raises(FrameFault) as fault:
        parse(wire(bad))
    assert fault.value.rtn is rtn
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("data", [b"", b"~", b"\r", b"200246610000FDAB\r", b"~200246610000FDAB", b"~\xff\r"])
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(FrameFault):
        parse(data)


def test_the_corrected_example_of_the_document_is_accepted() -> None:
    assert parse(wire(DOCUMENT_EXAMPLE + "10E27A")).info[-3:] == b"\x01\x21\x10"


def test_a_request_for_the_version_may_carry_any_version() -> None:
    assert parse(wire("0002464F0000FD9A")).cid2 == 0x4F


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (b"~201246610000FDAA\r", (0x12, 0x46, 0x61)),
        (b"~2012466100000000\r", (0x12, 0x46, 0x61)),
        (b"~2x1246", None),
        (b"~20124661", (0x12, 0x46, 0x61)),
        (b"~201 4661", None),
        (b"", None),
    ],
)
def test_whom_a_frame_is_for_can_be_seen_before_it_is_checked(
    data: bytes, seen: tuple[int, int, int] | None
) -> None:
    assert peek(data) == seen


def test_a_fault_travels_between_processes() -> None:
    with pytest.raises(InputError, match="checksum is 0000, should be FD33") as caught:
        parse(wire("20024642E002020000"))
    fault = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert fault.rtn is Rtn.CHKSUM


def test_a_frame_has_room_for_2047_bytes() -> None:
    assert len(frame(2, 0, bytes(2047))) == 18 + 4094
    assert parse(frame(2, 0, bytes(2047))).info == bytes(2047)
    with pytest.raises(CodecError, match="2048 bytes"):
        frame(2, 0, bytes(2048))


@settings(deadline=None)
@given(st.binary(max_size=60), st.integers(0, 255), st.integers(0, 255))
def test_what_is_written_is_read_again(info: bytes, adr: int, cid2: int) -> None:
    assert parse(frame(adr, cid2, info)) == Frame(0x20, adr, 0x46, cid2, info)


@settings(deadline=None)
@given(st.data())
def test_one_changed_character_is_never_accepted_as_the_same_sum(data: st.DataObject) -> None:
    right = wire("201246610000FDAA")
    at = data.draw(st.integers(0, len(right) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != right[at]))
    with pytest.raises(FrameFault):
        parse(right[:at] + bytes([other]) + right[at + 1 :])


FRAMES = [wire("201246610000FDAA"), wire("20024642E00202FD33")]


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), max_size=6))
def test_frames_are_found_however_the_bytes_are_cut(cuts: list[int]) -> None:
    stream = b"\x00\xffnoise" + FRAMES[0] + b"\r" + b"~2002" + FRAMES[1] + b"~20"
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    splitter = Splitter()
    found = [one for a, b in pairwise(edges) for one in splitter.feed(stream[a:b])]
    assert found == FRAMES
    assert splitter.noise == 7 + 1 + 5
    splitter.clear()
    assert splitter.noise == 16


def test_a_stream_without_end_is_not_kept() -> None:
    splitter = Splitter()
    assert splitter.feed(b"~" + b"0" * 5000) == []
    assert splitter.noise == 5001
    for _ in range(5):
        assert splitter.feed(b"~" + b"0" * 1000) == []
    assert splitter.feed(b"~" + b"0" * 5000 + b"\r") == []
    assert splitter.feed(FRAMES[0]) == [FRAMES[0]]
    assert splitter.noise == 5001 + 5005 + 5002
