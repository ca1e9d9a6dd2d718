"""Which protocol a device speaks, told from what it sends by itself.

A wrong menu is the most frequent cause of a service call, and it shows on the bus: every family has its own
keep-alive or poll. The identifiers are those of the vendors' documents and of captures:

* Pylontech CANBUS Protocol V1.2 2018-04-08: 0x305, once a second, nothing else.
* SMA FSS-ConnectingBat-TI-en-10 V1.0: 0x305 and 0x306.
* Victron Venus: 0x305 and 0x307, later 0x306 (captures in dfch/BydCanProtocol).
* Growatt BMS CAN protocol, low voltage, V1.04: 0x301, once a second.
* Sofar with extended identifiers: 0x605, 29 bits (an emulator that real inverters accept).
* Growatt high voltage: 0x3010, 29 bits, and 0x4200 of Pylontech too until a battery answers (a capture in
  ai-republic/bms-to-inverter 85).
* Pylontech HV V1.18: 0x4200, 29 bits; BYD HVS: 0x151; Schneider: 0x310, 29 bits; SolaX and FoxESS: 0x1871,
  29 bits (emulators that real inverters accept).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_SIGNATURES: tuple[tuple[str, frozenset[tuple[int, bool]]], ...] = (
    # The longer signatures come first: 0x305 alone is Pylontech, together with others it is not.
    ("sma", frozenset({(0x305, False), (0x306, False)})),
    ("victron", frozenset({(0x305, False), (0x307, False)})),
    ("growatt-lv", frozenset({(0x301, False)})),
    ("byd-hvs", frozenset({(0x151, False)})),
    ("growatt-hv", frozenset({(0x3010, True)})),
    ("pylontech-hv", frozenset({(0x4200, True)})),
    ("sofar-ext", frozenset({(0x605, True)})),
    ("schneider", frozenset({(0x310, True)})),
    ("solax", frozenset({(0x1871, True)})),
    ("pylontech-lv", frozenset({(0x305, False)})),
)

_SPEAKS_AS = {
    **dict.fromkeys(("solark-1.3", "luxpower", "seplos", "deye-pcs-3.3"), "pylontech-lv"),
    "byd-lvs": "victron",
}
"""Dialects whose devices say no more than those of another protocol: 0x305 alone, whatever is in it."""

_VICTRON = frozenset({(0x306, False), (0x307, False)})
_SMA_ONLY = frozenset((one, False) for one in (0x300, 0x302, 0x303, 0x304, 0x308, 0x309))
"""An SMA sends 0x307 too; these it sends besides (captures in SMAVenusDriver), and a Victron does not."""


def protocol_of(sent: Collection[tuple[int, bool]]) -> str:
    """Name the protocol of a device from the identifiers that it sends.

    Args:
        sent: identifiers heard from the device, each with whether it has 29 bits.

    Returns:
        The protocol's name; "silent" for a device that sends nothing, "unknown" where no signature fits.
    """
    if not sent:
        return "silent"
    heard = frozenset(sent)
    if heard >= _VICTRON and not _SMA_ONLY & heard:
        return "victron"
    return next((name for name, signature in _SIGNATURES if signature <= heard), "unknown")


def protocol_family(dialect: str) -> str:
    """The protocol that a device with this dialect speaks: a dialect is a version or a device of a protocol.

    Args:
        dialect: such as "pylontech-lv-1.2" or "sma-si".

    Returns:
        The known protocol whose frames its device sends: that of another dialect, or the one that its name
        begins with; the dialect itself where there is none.
    """
    names = (name for name, _ in _SIGNATURES)
    begins = (name for name in names if f"{dialect}-".startswith(f"{name}-"))
    return _SPEAKS_AS.get(dialect) or next(begins, dialect)
