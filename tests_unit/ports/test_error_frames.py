"""The layout of error frames; the literals are those of linux/can/error.h."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.ports.error_frames import decode


@pytest.mark.parametrize(
    ("frame", "kind", "transmitting", "state", "counters"),
    [
        # CAN_ERR_ACK
        ("020#00 00 00 00 00 00 00 00", "acknowledge", True, None, None),
        # CAN_ERR_ACK | CAN_ERR_BUSERROR | CAN_ERR_CNT, place 19: the slot of the acknowledgement
        ("2A0#00 00 00 19 00 00 80 00", "acknowledge", True, "error-passive", (128, 0)),
        # CAN_ERR_PROT, place 19, as sja1000 reports a missing acknowledgement
        ("088#00 00 80 19 00 00 08 00", "acknowledge", True, None, None),
        # CAN_ERR_PROT | CAN_ERR_BUSERROR: form, stuff, bit, dominant bit, recessive bit, while sending
        ("088#00 00 02 00 00 00 00 00", "form", False, None, None),
        ("088#00 00 04 00 00 00 00 00", "stuff", False, None, None),
        ("088#00 00 81 00 00 00 00 00", "bit", True, None, None),
        ("088#00 00 88 00 00 00 00 00", "bit", True, None, None),
        ("088#00 00 90 00 00 00 00 00", "bit", True, None, None),
        # CRC sequence (08) without a kind
        ("088#00 00 00 08 00 00 00 00", "crc", False, None, None),
        # CAN_ERR_CRTL: RX and TX warning, RX and TX passive, active again
        ("004#00 04 00 00 00 00 00 60", "state", False, "error-warning", (0, 96)),
        ("004#00 08 00 00 00 00 60 00", "state", False, "error-warning", (96, 0)),
        ("204#00 10 00 00 00 00 05 80", "state", False, "error-passive", (5, 128)),
        ("204#00 20 00 00 00 00 80 00", "state", False, "error-passive", (128, 0)),
        ("204#00 40 00 00 00 00 5F 00", "state", False, "error-active", (95, 0)),
        # CAN_ERR_BUSOFF, CAN_ERR_RESTARTED
        ("040#00 00 00 00 00 00 00 00", "state", False, "bus-off", None),
        ("240#00 00 00 00 00 00 FF 00", "state", False, "bus-off", (255, 0)),
        ("100#00 00 00 00 00 00 00 00", "state", False, "error-active", None),
        # CAN_ERR_LOSTARB, CAN_ERR_TRX, CAN_ERR_BUSERROR alone
        ("002#00 00 00 00 00 00 00 00", "other", False, None, None),
        ("010#00 00 00 00 00 00 00 00", "other", False, None, None),
        ("080#00 00 00 00 00 00 00 00", "other", False, None, None),
    ],
)
def test_error_frames_are_read_as_the_kernel_writes_them(
    frame: str, kind: str, transmitting: bool, state: str | None, counters: Any
) -> None:
    classes, data = frame.split("#")
    assert decode(int(classes, 16), bytes.fromhex(data)) == (kind, transmitting, state, counters)


@given(classes=st.integers(0, 0x1FFFFFFF), data=st.binary(max_size=8))
def test_no_error_frame_is_too_strange(classes: int, data: bytes) -> None:
    fault = decode(classes, data)
    assert fault.kind in {"acknowledge", "form", "stuff", "bit", "crc", "state", "other"}
    assert fault.state in {None, "error-active", "error-warning", "error-passive", "bus-off"}
