"""A requirement: a citable rule with an id."""

from __future__ import annotations

import re

import msgspec

from bmshil.errors import InputError

SUBJECTS = ("dut", "bank", "rig")

NEEDS = {
    "dc": "the DC side: supply and meter",
    "charge": "something the DUT can charge from (ac_grid or pv)",
    "discharge": "something the DUT can feed (ac_load)",
    "can": "a CAN bus between bank and DUT",
    "rs485": "a DUT that asks its batteries over RS485",
    "several": "a DUT that declares several batteries",
    "one": "a DUT that declares one battery",
    "dynamic": "a DUT that declares a dynamic number of batteries",
    "fixed": "a DUT that declares a fixed number of batteries",
    "declares:voltage_soc": "a DUT that declares to go on by voltage without its batteries",
    "declares:fallback": "a DUT that declares what it keeps to on its own when it has lost something",
    "declares:force_charge": "a DUT that declares to charge from the grid when the battery asks for it",
    "dialect:on_grid": "a message set with limits of their own for the grid",
    "dialect:alarm_pairs": "a message set with two bits for each alarm: raised, and left",
    "dialect:temperature": "a message set that tells the temperature",
    "dialect:modules": "a message set that tells the number of modules",
    "dialect:capacity": "a message set that tells the capacity",
    "dialect:cell_max": "a message set that tells the highest cell voltage",
    "dialect:manufacturer": "a message set that tells the name of the battery",
    "dialect:force_charge_2": "a message set in which the battery can ask for a charge",
    "dialect:full_charge": "a message set in which the battery can ask for a full charge",
    "packs:3": "a bank of three packs",
    "packs:5": "a bank of five packs",
    "peers": "a bank of which every pack speaks for itself",
    "free_running": "a bank that says its limits unasked",
    "architecture:master": "a bank whose master reads the others over a link and speaks for all",
    "architecture:lone_master": "a bank of which one pack reports itself as the bank",
    "architecture:collector": "a bank behind a collector",
    "architecture:hub": "a bank of groups behind a hub",
    "architecture:gated": "a bank that is silent until the inverter speaks",
    "readback:soc": "a read-back of the SOC that the DUT works with",
    "readback:alarm": "a read-back of the alarms that the DUT has received",
    "readback:writes": "registers of the DUT that take commands over Modbus",
    "relays": "relays that can cut the DUT's power",
    "can_break": "a relay that takes the DUT off the bus",
    "can_term": "two relays that switch terminators",
    "disturber": "an adapter that disturbs the bus on purpose",
    "lone_dut": "a bench of which only the emulator is active, so that nobody acknowledges but the DUT",
    "hazard": "a twin, or --allow-hazard: it could harm a real device",
    "ohmmeter": "a meter between CAN-H and CAN-L",
    "echo:emulator": "an emulator that confirms what it has sent",
    "flushes:emulator": "an emulator that takes back what it has not sent",
    "echo:disturber": "a disturber that confirms what it has sent",
    "errors:witness": "a witness that reports error frames",
    "errors:emulator": "an emulator that reports error frames",
    "errors:disturber": "a disturber that reports error frames",
    "listens:disturber": "a disturber that can be told to listen only",
}
"""What a requirement may need from rig and DUT; a need that is not met skips it with the reason."""


class Requirement(msgspec.Struct, frozen=True):
    """A citable rule.

    Attributes:
        id: e.g. ``AGG-01``; the letters name the group.
        title: the rule in a sentence.
        subject: whom it binds: dut, bank or rig.
        needs: what it needs from rig and DUT, see :data:`NEEDS`.
        duration: how long one test of it takes on the bench, s: a number, or declared time-outs to add
            up, e.g. ``"timeouts.all + recovery.power + 30"``.
        disturbs: True when the test disturbs the bus on purpose, so that the bus need not stay healthy.
        silent_device: True when the test itself finds out whether the device speaks, so that the baseline
            does not wait for its keep-alive.
        alone: True when the test itself finds out whether the device acknowledges, so that a bus on which
            nobody does is no precondition that is missing.
        wiring: True when the test is about the cable: the power is off and no node speaks, and wrong
            termination does not block it.
        scenarios: field failures that it catches, e.g. ``S74``.
        latches: True when the test may leave the device or the bank stopped until somebody resets it; one
            whose duration adds up time-outs does so anyway.
        lane: the only lane that it is tested in, e.g. soak; empty for all the others.
    """

    id: str
    title: str
    subject: str
    needs: tuple[str, ...] = ()
    duration: str = "60"
    disturbs: bool = False
    silent_device: bool = False
    alone: bool = False
    wiring: bool = False
    scenarios: tuple[str, ...] = ()
    latches: bool = False
    lane: str = ""

    @property
    def may_latch(self) -> bool:
        """Whether the device or the bank may need a reset after the test."""
        return self.latches or "timeouts." in self.duration

    def __post_init__(self) -> None:
        """Refuse what nobody could cite or plan with.

        Raises:
            InputError: a malformed id, no title, an unknown subject or need.
        """
        if not re.fullmatch(r"[A-Z][A-Z0-9]{2}-[0-9]{2}", self.id):
            raise InputError(
                f"requirement id {self.id!r}: write three letters or digits, a dash and two digits"
            )
        if not self.title.strip():
            raise InputError(f"{self.id}: write the rule in a sentence as its title")
        if self.subject not in SUBJECTS:
            raise InputError(f"{self.id}: unknown subject {self.subject!r}, known: {', '.join(SUBJECTS)}")
        for need in self.needs:
            if need not in NEEDS:
                raise InputError(f"{self.id}: unknown need {need!r}, known: {', '.join(NEEDS)}")
