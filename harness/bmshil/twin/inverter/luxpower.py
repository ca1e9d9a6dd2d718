"""What a LuxPower reads in its own way.

Source: LuxPower Battery CANBUS Protocol V04, 2023-09-05: the identifiers of Pylontech; 0x356 with the highest
cell temperature in bytes 4 and 5; 0x359 with the capacity in bytes 5 and 6, Ah. Little-endian.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

from bmshil.twin.inverter.hearing import alarm_bits

if TYPE_CHECKING:
    from bmshil.twin.inverter.hearing import Data
    from bmshil.twin.inverter.memory import Pack

_CAPACITY = Struct("<H")
_CAPACITY_AT = 5
_bits = alarm_bits()


def protections(pack: Pack, data: Data) -> None:
    """Take alarms, number of modules and capacity in."""
    _bits(pack, data)
    if len(data) >= _CAPACITY_AT + _CAPACITY.size:
        pack.capacity = float(_CAPACITY.unpack_from(data, _CAPACITY_AT)[0])
