"""Modbus RTU as bytes: published frames, requests found on a shared line, fields of a block."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.dialects.modbus import (
    READ_ONLY,
    Block,
    Field,
    Layout,
    Reason,
    Refusal,
    Request,
    RequestSplitter,
    answer,
    read,
    refused,
    words_of,
    write,
)
from bmshil.errors import CodecError


class Fixed:
    """Registers 0x10 to 0x1F, whose values are their addresses."""

    def read(self, address: int, count: int) -> list[int]:
        if address < 0x10 or address + count > 0x20:
            raise Refusal("not there", Reason.ADDRESS)
        return list(range(address, address + count))

    def write(self, address: int, words: tuple[int, ...]) -> None:
        if words != (0,):
            raise Refusal(f"{words} at {address}", Reason.VALUE)


# Captures of other people: requests by their bytes.
READS = {
    "01 03 00 15 00 01 95 CE": (1, 0x15, 1),  # V46, Growatt
    "01 03 00 13 00 06 34 0D": (1, 0x13, 6),  # V47, Growatt
    "01 03 00 10 00 01 85 CF": (1, 0x10, 1),  # V49, Voltronic
    "01 03 00 C9 00 21 55 EC": (1, 0xC9, 0x21),  # V50, Pace
}


@pytest.mark.parametrize(("text", "said"), READS.items())
def test_published_reads(text: str, said: tuple[int, int, int]) -> None:
    device, address, count = said
    assert read(device, address, count) == bytes.fromhex(text)
    assert Request.decode(bytes.fromhex(text)) == Request(device, 3, address, count)


def test_other_functions() -> None:
    # V42 and V43: Seplos V3 reads with function 4
    assert read(2, 0x1000, 0x12, function=4) == bytes.fromhex("02 04 10 00 00 12 74 F4")
    assert read(2, 0x1100, 0x1A, function=4) == bytes.fromhex("02 04 11 00 00 1A 74 CE")
    # V50: Pace writes one register with function 10H
    assert write(1, 0xC8, [0]) == bytes.fromhex("01 10 00 C8 00 01 02 00 00 B6 18")
    assert Request.decode(bytes.fromhex("01 10 00 C8 00 01 02 00 00 B6 18")) == Request(1, 16, 0xC8, 1, (0,))


def test_published_replies() -> None:
    assert words_of(bytes.fromhex("01 03 02 0C D8 BD 1E")) == (3288,)  # V41, JK: 3.288 V
    assert words_of(bytes.fromhex("01 03 02 14 50 B7 78")) == (5200,)  # V51, Pace: 52.00 V
    assert refused(0, 0x04, 2) == bytes.fromhex("00 84 02 93 01")  # V45, Seplos V3 as device 0
    with pytest.raises(Refusal, match="device 0 refused function 4 with code 2") as caught:
        words_of(bytes.fromhex("00 84 02 93 01"))
    assert caught.value.reason is Reason.ADDRESS
    assert pickle.loads(pickle.dumps(caught.value)).reason is Reason.ADDRESS  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    "reply", ["01 03 02 0C D8 BD 1F", "01 03 04 0C D8 BC 97", "01 03 B8 21", "01"], ids=str
)
def test_damaged_replies(reply: str) -> None:
    with pytest.raises(CodecError, match="modbus"):
        words_of(bytes.fromhex(reply))


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        (read(1, 0x15, 1), "01 03 02 00 15 79 8B"),
        (read(1, 0x1F, 2), refused(1, 3, 2).hex()),  # reaches over the end
        (read(1, 0x15, 0), refused(1, 3, 3).hex()),
        (read(1, 0x15, 126), refused(1, 3, 3).hex()),
        (read(1, 0x15, 1, function=4), refused(1, 4, 1).hex()),  # a function that it has not
        (write(1, 0xC8, [0]), "01 10 00 C8 00 01 80 37"),  # V50
        (write(1, 0xC8, [1]), refused(1, 16, 3).hex()),
        (write(1, 0xC8, []), refused(1, 16, 3).hex()),
        (Request(1, 6, 0xC8, 1, (0,)).encode(), Request(1, 6, 0xC8, 1, (0,)).encode().hex()),
    ],
    ids=range(9),
)
def test_answers(request_: bytes, reply: str) -> None:
    assert answer(Request.decode(request_), Fixed()) == bytes.fromhex(reply)


def test_a_device_serves_the_functions_that_it_has() -> None:
    assert answer(Request.decode(write(1, 0xC8, [0])), Fixed(), functions=READ_ONLY) == refused(1, 16, 1)


def test_addresses_may_count_bytes() -> None:
    block = Block(0x1200, bytes.fromhex("0CD8 0CD9 0CDA"), step=2)
    assert block.words(0x1202, 2) == (0x0CD9, 0x0CDA)
    for address, count in ((0x1201, 1), (0x1204, 2), (0x11FE, 1)):
        with pytest.raises(Refusal, match="not all there"):
            block.words(address, count)


MINE = read(1, 0x15, 1)


@pytest.mark.parametrize(
    "before",
    [
        "05 03 02 00 42 C9 B5",  # a reply of another device, which breaks pymodbus 3.16.1
        "05 03 00 15 00 01 94 4A",  # a request to another device
        "01 03 00 15 00",  # a request that was never finished
        "01 10 00 C8 00 40 80 00 00",  # a long write that was never finished
        "01 01 01 01 01 01 01",
        "FF 00 FF",
        "01 03 02 00 42 38 75",  # one's own reply, as an adapter with echo hands it back
    ],
)
def test_foreign_traffic_does_not_cost_the_next_request(before: str) -> None:
    splitter = RequestSplitter({1})
    assert splitter.feed(bytes.fromhex(before)) == []
    assert splitter.feed(MINE) == [Request(1, 3, 0x15, 1)]


def test_several_requests_in_one_piece() -> None:
    splitter = RequestSplitter({1, 2})
    heard = MINE + read(2, 0x10, 2) + read(3, 0x10, 2) + write(1, 0x13, [0x0C00])
    assert splitter.feed(heard) == [
        Request(1, 3, 0x15, 1),
        Request(2, 3, 0x10, 2),
        Request(1, 16, 0x13, 1, (0x0C00,)),
    ]
    assert splitter.noise == 8


@given(
    noise=st.lists(
        st.one_of(st.binary(max_size=40), st.sampled_from([b"\x01", b"\x01\x10", b"\x01\x03\x00"]))
    ),
    sizes=st.lists(st.integers(1, 11), min_size=1),
)
@settings(max_examples=100, deadline=None)
def test_requests_come_out_whatever_lies_between_and_however_it_is_cut(
    noise: list[bytes], sizes: list[int]
) -> None:
    stream = b"".join(part + MINE for part in [*noise, b""])
    splitter = RequestSplitter({1})
    found: list[Request] = []
    at, turn = 0, 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        found += splitter.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
        assert len(splitter._kept) < 265
    # Noise may hold a request by chance, so none fewer rather than just as many.
    assert found.count(Request(1, 3, 0x15, 1)) >= len(noise) + 1


@given(st.binary(max_size=600))
@settings(max_examples=100, deadline=None)
def test_no_bytes_stop_the_splitter(heard: bytes) -> None:
    splitter = RequestSplitter(range(256))
    for request in splitter.feed(heard):
        answer(request, Fixed())
    splitter.clear()
    assert splitter.noise + 8 * len(RequestSplitter(range(256)).feed(heard)) <= len(heard)


LAYOUT = Layout(
    16,
    Field("voltage", 0, "u16", 0.01),
    Field("current", 2, "s16", 0.01),
    Field("kelvin", 4, "u16", 0.1, -273.1, count=2),
    Field("energy", 8, "u32"),
    Field("name", 12, "text", count=4),
)


def test_fields_become_bytes_and_come_back() -> None:
    values = {"voltage": 26.31, "current": -6.09, "kelvin": (20.0,), "energy": 155219, "name": "JK"}
    data = LAYOUT.encode(values)
    assert data == bytes.fromhex("0A47 FD9F 0B73 0000 00025E53 4A4B0000")
    assert LAYOUT.encode(values, "little") == bytes.fromhex("470A 9FFD 730B 0000 535E0200 4A4B0000")
    back = LAYOUT.decode(data)
    assert back["voltage"] == pytest.approx(26.31)
    assert back["current"] == pytest.approx(-6.09)
    assert back["kelvin"] == pytest.approx((20.0, -273.1))
    assert (back["energy"], back["name"]) == (155219, "JK")
    assert list(LAYOUT.decode(data[:4])) == ["voltage", "current"]


def test_what_does_not_fit_is_clamped_and_told_and_what_is_unknown_is_marked() -> None:
    told: list[tuple[str, float]] = []
    values = {"voltage": 670.4, "current": -400.0, "energy": float("nan")}
    data = LAYOUT.encode(values, tell=lambda name, value: told.append((name, value)))
    assert data[:4] == bytes.fromhex("FFFF 8000")
    assert told == [("voltage", 670.4), ("current", -400.0)]
    marked = Layout(4, Field("a", 0, "s16", unknown=0x8000), Field("b", 2, "u16", unknown=0xFFFF))
    assert marked.encode({}) == bytes.fromhex("8000 FFFF")


def test_layouts_that_cannot_be() -> None:
    with pytest.raises(CodecError, match="field b at byte 1 overlaps"):
        Layout(4, Field("a", 0, "u16"), Field("b", 1, "u16"))
    with pytest.raises(CodecError, match="field a at byte 2 overlaps another or the end"):
        Layout(4, Field("a", 2, "u32"))
    with pytest.raises(CodecError, match="3 values, but there is room for 2"):
        LAYOUT.encode({"kelvin": (1.0, 2.0, 3.0)})
