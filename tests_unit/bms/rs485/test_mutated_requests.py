"""Whatever comes over the line, a battery neither breaks nor takes a wrong checksum for a right one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bmshil.dialects import Report
from bmshil.dialects.pack_data import PackData
from bmshil.dialects.pylontech_rs485 import Command, frame, parse, request, set_points
from bmshil.dialects.pylontech_rs485.set_points import SetPoints

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms.rs485.pylontech_slave import PylontechSlave

REPORT = Report(53.25, 37.0, 37.0, 47.0, 0.8, 0.99, 49.5, -12.5, 23.0, 3.301, 3.299, capacity=74.0)
PACK = PackData(1, REPORT, (3.301, *(3.3,) * 13, 3.299), (23.0,) * 5, 59.2)

REQUESTS = [
    *(request(command, address) for command in Command for address in (2, 3, 0x12)),
    set_points.request(SetPoints(52.0, 48.0, 20.0, 20.0), 2),
    request(Command.ANALOG, 2, all_packs=True),
]

WHOLE = st.builds(
    frame,
    st.sampled_from([1, 2, 3, 4, 0x12, 0x22, 0xFF]),
    st.integers(0, 255),
    st.binary(max_size=12),
    ver=st.sampled_from([0x20, 0x21, 0x28, 0x33, 0xFF]),
    cid1=st.sampled_from([0x46, 0x4A]),
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A request with bytes changed, dropped, doubled or put in."""
    data = bytearray(draw(st.sampled_from(REQUESTS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data) - 1)) if data else 0
        kind = draw(st.sampled_from(["change", "hex", "drop", "double", "insert", "cut"]))
        if kind == "change":
            data[at : at + 1] = bytes([draw(st.integers(0, 255))])
        elif kind == "hex":
            data[at : at + 1] = draw(st.sampled_from(b"0123456789ABCDEF").map(lambda one: bytes([one])))
        elif kind == "drop":
            del data[at : at + 1]
        elif kind == "double":
            data[at:at] = data[at : at + 3]
        elif kind == "insert":
            data[at:at] = draw(st.binary(min_size=1, max_size=4))
        else:
            del data[at:]
    return bytes(data)


def independent_checksum_is_right(data: bytes) -> bool:
    """As the document words it: sum the characters, invert, add one, 16 bits."""
    try:
        return (~sum(data[1:-5]) + 1) & 0xFFFF == int(data[-5:-1].decode("ascii"), 16)
    except ValueError:
        return False


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.one_of(mutated(), WHOLE, st.binary(max_size=40)))
def test_no_request_breaks_a_battery_and_no_wrong_checksum_is_accepted(
    wires: Callable[..., Any], slave: Callable[..., PylontechSlave], sent: bytes
) -> None:
    line = wires()
    slave(line, PACK, PACK)
    answers = [parse(heard) for heard in line.ask(sent, wait=0.2)] if sent else []
    frames = [part[part.rindex(b"~") :] + b"\r" for part in sent.split(b"\r")[:-1] if b"~" in part]
    assert sum(answer.cid2 == 0 for answer in answers) <= sum(map(independent_checksum_is_right, frames))
    assert {answer.adr for answer in answers} <= {2, 3, 0x12, 0x13}
    # and it answers the next one
    (heard,) = line.ask(request(Command.SYSTEM_ANALOG, 2), wait=0.2)
    assert parse(heard).cid2 == 0
