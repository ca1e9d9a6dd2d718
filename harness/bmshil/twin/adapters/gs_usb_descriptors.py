"""Who a candleLight says it is when it is plugged in.

Sources: USB 2.0, chapter 9; candleLight_fw, src/usbd_desc.c and src/usbd_gs_can.c. Its second interface, for
loading firmware, is left out.
"""

from __future__ import annotations

import struct

VENDOR, PRODUCT = 0x1D50, 0x606F
ENDPOINT_IN, ENDPOINT_OUT = 0x81, 0x02
PACKET = 64  # bytes, of every endpoint

_DEVICE, _CONFIGURATION, _STRING, _INTERFACE, _ENDPOINT = 1, 2, 3, 4, 5
_BULK = 2
_VENDOR_SPECIFIC = 0xFF
_ENGLISH = 0x0409

GET_STATUS, GET_DESCRIPTOR = 0, 6
"""Standard requests (``bRequest``)."""


def descriptor(value: int, serial: str) -> bytes | None:
    """Answer a GET_DESCRIPTOR request.

    Args:
        value: ``wValue`` of the request: type in the high byte, index in the low one.
        serial: serial number of this adapter.

    Returns:
        The descriptor, or None when there is no such one.
    """
    kind, index = value >> 8, value & 0xFF
    if kind == _DEVICE:
        return struct.pack(
            "<BBH4BHHH4B", 18, _DEVICE, 0x0200, 0, 0, 0, PACKET, VENDOR, PRODUCT, 0, 1, 2, 3, 1
        )
    if kind == _CONFIGURATION:
        parts = _interface() + _endpoint(ENDPOINT_IN) + _endpoint(ENDPOINT_OUT)
        return struct.pack("<BBH5B", 9, _CONFIGURATION, 9 + len(parts), 1, 1, 0, 0x80, 75) + parts
    texts = ("bytewerk", "candleLight USB to CAN adapter", serial)
    if kind == _STRING and index == 0:
        return struct.pack("<BBH", 4, _STRING, _ENGLISH)
    if kind == _STRING and index <= len(texts):
        text = texts[index - 1].encode("utf-16-le")
        return bytes((2 + len(text), _STRING)) + text
    return None


def _interface() -> bytes:
    return bytes((9, _INTERFACE, 0, 0, 2, _VENDOR_SPECIFIC, _VENDOR_SPECIFIC, _VENDOR_SPECIFIC, 0))


def _endpoint(address: int) -> bytes:
    return struct.pack("<BBBBHB", 7, _ENDPOINT, address, _BULK, PACKET, 0)
