"""How the device polls: the key `serial` of its profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bmshil.errors import InputError
from bmshil.twin.inverter.policies import named
from bmshil.twin.inverter.polling.protocols import PROTOCOLS, Checks, Protocol

_PAIRING = {"strict": True, "last_poll": False}
_CHECKSUM = {"refuse": True, "accept": False}

DEFAULTS: Mapping[str, Any] = {
    "protocol": None,
    "baud": 9600,
    "addresses": [2],
    "interval": 0.3,
    "timeout": 0.5,
    "pairing": "strict",
    "checksum": "refuse",
    "limit_unit": 0.1,
}


@dataclass(frozen=True, slots=True)
class Polling:
    """A device that polls. Seconds.

    Attributes:
        protocol: what it asks, and how it reads.
        baud: bit/s.
        addresses: that it asks; number 1 is the pack at the first of them.
        interval: from one question to the next.
        timeout: after which it no longer waits for an answer.
        checks: what it looks at before it believes one.
    """

    protocol: Protocol
    baud: int
    addresses: tuple[int, ...]
    interval: float
    timeout: float
    checks: Checks


def read_polling(tree: Mapping[str, Any] | None) -> Polling | None:
    """Read the key; None for a device that does not poll.

    Raises:
        InputError: a word that names no behaviour, or no address.
    """
    if tree is None or tree["protocol"] is None:
        return None
    addresses = tuple(int(one) for one in tree["addresses"])
    if not addresses:
        raise InputError("serial.addresses: give at least one")
    protocol = named(PROTOCOLS, tree["protocol"], "serial.protocol")
    return Polling(
        protocol=protocol,
        baud=int(tree["baud"]),
        addresses=addresses,
        interval=float(tree["interval"]),
        timeout=float(tree["timeout"]),
        checks=Checks(
            checksum=named(_CHECKSUM, tree["checksum"], "serial.checksum"),
            pairing=named(_PAIRING, tree["pairing"], "serial.pairing"),
            unit=float(tree["limit_unit"]),
            addresses=frozenset(addresses) if protocol.one_speaker else frozenset(),
        ),
    )
