"""Error frames in SocketCAN's layout, which candleLight adapters and the twin share.

Source: ``linux/can/error.h``. The identifier holds the classes, ``data[1]`` the state of the controller,
``data[2]`` and ``data[3]`` kind and place of a protocol error, ``data[6]`` and ``data[7]`` the transmit
and receive error counters (valid with class CAN_ERR_CNT; older kernels fill them without it).
"""

from __future__ import annotations

from typing import NamedTuple

# classes, in the identifier
CAN_ERR_CRTL = 0x004
CAN_ERR_PROT = 0x008
CAN_ERR_ACK = 0x020
CAN_ERR_BUSOFF = 0x040
CAN_ERR_BUSERROR = 0x080
CAN_ERR_RESTARTED = 0x100
CAN_ERR_CNT = 0x200
# state of the controller, in data[1]
CRTL_WARNING = 0x04 | 0x08
CRTL_PASSIVE = 0x10 | 0x20
CRTL_ACTIVE = 0x40
# kind of a protocol error, in data[2]
PROT_FORM = 0x02
PROT_STUFF = 0x04
PROT_BIT = 0x01 | 0x08 | 0x10
PROT_TX = 0x80
# place of a protocol error, in data[3]
LOC_CRC_SEQUENCE = 0x08
LOC_ACK_SLOT = 0x19

WARNING_LIMIT = 96
PASSIVE_LIMIT = 128
ACTIVE, WARNING, PASSIVE, BUS_OFF = "error-active", "error-warning", "error-passive", "bus-off"


STATE_CLASSES = CAN_ERR_CRTL | CAN_ERR_BUSOFF | CAN_ERR_RESTARTED
ERROR_CLASSES = CAN_ERR_ACK | CAN_ERR_PROT | CAN_ERR_BUSERROR
"""An error frame of the first classes that has none of these tells a change of state, and no error."""


class BusFault(NamedTuple):
    """One error frame, in words.

    Attributes:
        kind: acknowledge, stuff, form, crc, bit, state for a pure change of state, other for the rest.
        transmitting: whether the controller was sending itself.
        state: error-active, error-warning, error-passive, bus-off; None when the frame does not say.
        counters: transmit and receive error counter; None when the frame does not say.
    """

    kind: str
    transmitting: bool
    state: str | None
    counters: tuple[int, int] | None


def decode(classes: int, data: bytes | bytearray) -> BusFault:
    """Read an error frame from its identifier and its data, which may be cut short."""
    _, control, kinds, place, _, _, tec, rec = bytes(data[:8]).ljust(8, b"\0")
    counters = (tec, rec) if classes & CAN_ERR_CNT or (classes & CAN_ERR_CRTL and tec | rec) else None
    return BusFault(
        _kind(classes, kinds, place),
        bool(kinds & PROT_TX) or bool(classes & CAN_ERR_ACK),
        _state(classes, control, counters),
        counters,
    )


def _kind(classes: int, kinds: int, place: int) -> str:
    if classes & CAN_ERR_ACK or (classes & CAN_ERR_PROT and place == LOC_ACK_SLOT):
        return "acknowledge"
    if classes & CAN_ERR_PROT:
        if place == LOC_CRC_SEQUENCE and not kinds & (PROT_STUFF | PROT_FORM | PROT_BIT):
            return "crc"
        for bits, kind in ((PROT_STUFF, "stuff"), (PROT_FORM, "form"), (PROT_BIT, "bit")):
            if kinds & bits:
                return kind
    if classes & CAN_ERR_BUSERROR or classes & CAN_ERR_PROT:
        return "other"
    return "state" if classes & STATE_CLASSES else "other"


def _state(classes: int, control: int, counters: tuple[int, int] | None) -> str | None:
    if classes & CAN_ERR_BUSOFF:
        return BUS_OFF
    if classes & CAN_ERR_RESTARTED:
        return ACTIVE
    if classes & CAN_ERR_CRTL:
        for bits, state in ((CRTL_PASSIVE, PASSIVE), (CRTL_WARNING, WARNING), (CRTL_ACTIVE, ACTIVE)):
            if control & bits:
                return state
    if counters is None:
        return None
    worst = max(counters)
    return PASSIVE if worst >= PASSIVE_LIMIT else WARNING if worst >= WARNING_LIMIT else ACTIVE
