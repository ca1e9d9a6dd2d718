"""The schemes by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.addressing.binary import JK, JK_APP, OFFSET, SEPLOS
from bmshil.bms.addressing.pylontech import PYLONTECH, PYLONTECH_GROUPS, PYLONTECH_SWITCH_1
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bms.addressing.scheme import Scheme

ADDRESSING: Mapping[str, Scheme] = {
    one.name: one for one in (PYLONTECH, PYLONTECH_GROUPS, PYLONTECH_SWITCH_1, SEPLOS, OFFSET, JK, JK_APP)
}


def addressing_scheme(name: str) -> Scheme:
    """Return a scheme of switches by name.

    Raises:
        InputError: there is no such scheme.
    """
    if name not in ADDRESSING:
        raise InputError(f"no scheme of switches {name!r}: known are {', '.join(ADDRESSING)}")
    return ADDRESSING[name]
