"""Which protocol a device speaks, told from what it sends by itself.

A wrong menu is the most frequent cause of a service call, and it shows on the bus: every family has its own
keep-alive or poll. The identifiers are those of the vendors' documents and of captures:

* Pylontech CANBUS Protocol V1.2 2018-04-08: 0x305, once a second, nothing else.
* SMA FSS-ConnectingBat-TI-en-10 V1.0: 0x305 and 0x306.
* Victron Venus: 0x305 and 0x307, later 0x306 (captures in dfch/BydCanProtocol).
* Growatt BMS CAN protocol, low voltage, V1.04: 0x301, once a second.
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
    ("pylontech-hv", frozenset({(0x4200, True)})),
    ("schneider", frozenset({(0x310, True)})),
    ("solax", frozenset({(0x1871, True)})),
    ("pylontech-lv", frozenset({(0x305, False)})),
)

_VICTRON_MARK = (0x307, False)


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
    if _VICTRON_MARK in heard and (0x306, False) in heard:
        return "victron"
    return next((name for name, signature in _SIGNATURES if signature <= heard), "unknown")


def protocol_family(dialect: str) -> str:
    """The protocol that a device with this dialect speaks: the dialect's name without its version."""
    family, _, version = dialect.rpartition("-")
    return family if version.replace(".", "").isdigit() else dialect
