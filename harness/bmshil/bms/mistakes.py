"""Wiring mistakes of the field, by name: what people do, what they see, and why.

Source: the table "Common Wiring Mistakes and Their Symptoms" of a field article on wiring Pylontech modules
in parallel; the last one is a case of the field article on parallel batteries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.bms.addressing.registry import addressing_scheme
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms.fleet import Fleet


@dataclass(frozen=True)
class Mistake:
    """One mistake.

    Attributes:
        name: for the command line and for tests.
        done: what somebody has done.
        seen: what people see then, in the words of the article.
        cause: why, in the words of the article.
        commit: does it to a bank of nodes; None where it is done to power cables, SOC or breakers.
    """

    name: str
    done: str
    seen: str
    cause: str
    commit: Callable[[Fleet], None] | None = None


def mistake(name: str) -> Mistake:
    """Return a mistake by name.

    Raises:
        InputError: there is no such mistake.
    """
    if name not in MISTAKES:
        raise InputError(f"no mistake {name!r}: known are {', '.join(MISTAKES)}")
    return MISTAKES[name]


def _master(fleet: Fleet) -> int:
    return fleet.addressing.chains[0][0]


def _cable_in_port_0(fleet: Fleet) -> None:
    fleet[_master(fleet)].panel.link_port_0 = True


def _slave_on_the_bus(fleet: Fleet) -> None:
    fleet[fleet.addressing.chains[0][1]].panel.can_port = True


def _terminator_off(fleet: Fleet) -> None:
    fleet[_master(fleet)].panel.dip = "0100"


def _wrong_baud(fleet: Fleet) -> None:
    """Move the switch, and start the pack anew, as the manual asks for."""
    node = fleet[_master(fleet)]
    node.panel.dip = "1000"
    node.panel.restart()


def _broken_chain(fleet: Fleet) -> None:
    fleet[fleet.addressing.chains[0][-1]].panel.link_port_0 = False


def _equal_addresses(fleet: Fleet) -> None:
    """The case has batteries whose address is an offset by switches."""
    fleet.addressing.scheme = addressing_scheme("offset")
    for number in fleet.addressing.chains[0]:
        fleet[number].panel.dip = "0000"


MISTAKES = {
    one.name: one
    for one in (
        Mistake(
            "cable_in_port_0",
            "Cable connected to master's Link Port 0",
            "Inverter shows no battery detected or generic voltage-only data",
            "Master has become slave; no module is broadcasting to inverter",
            _cable_in_port_0,
        ),
        Mistake(
            "slave_on_the_bus",
            "Slave battery CAN port connected to inverter",
            "Intermittent communication, incorrect CCL/DCL values",
            "Two CAN nodes conflicting on same bus",
            _slave_on_the_bus,
        ),
        Mistake(
            "terminator_off",
            "DIP2 set to 1 in single-group mode",
            "High-voltage alarms, communication dropouts",
            "CAN bus unterminated at battery end",
            _terminator_off,
        ),
        Mistake(
            "wrong_baud",
            "DIP1 changed to 9,600 bps without inverter requiring it",
            "No RS485 communication, inverter shows battery communication error",
            "Baud rate mismatch between battery and inverter",
            _wrong_baud,
        ),
        Mistake(
            "daisy_chain",
            "Power cable daisy chain with 5+ modules, inverter connection at one end",
            "End modules degrade faster, SOC divergence over months",
            "Resistance imbalance in daisy chain path",
        ),
        Mistake(
            "unmatched_module",
            "New module connected to existing bank without SOC matching",
            "Over-current protection trips immediately on connection",
            "Equalisation current exceeds BMS threshold",
        ),
        Mistake(
            "inverter_first",
            "Startup: inverter powered on before bank stabilises",
            "Over-current protection, bank appears dead",
            "Inverter capacitor inrush current without pre-charge circuit",
        ),
        Mistake(
            "broken_chain",
            "Communication chain break (damaged RJ45 connector)",
            "Module count drops, CCL value lower than expected",
            "Break in inter-battery daisy chain",
            _broken_chain,
        ),
        Mistake(
            "equal_addresses",
            "All batteries configured with the same address, because only the master was thought to need one",
            "Slave batteries do not respond to master commands",
            "No two batteries may share an address on the link",
            _equal_addresses,
        ),
    )
}
"""The eight rows of the table in their order, and the case of equal addresses."""
