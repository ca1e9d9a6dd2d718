"""What commands say about stimuli that could harm a device."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.bench import House
    from bmshil.cli.snapshot import Values
    from bmshil.rig import Rig

HAZARD_HELP = "send a real device also what it does not bear by its profile, such as a CVL of 0 V"


def hazards(house: House) -> Values:
    """How many harmful frames were let through, and the first reason of each time that it began."""
    told = house.journal.events(0.0, house.timeline.seconds, "hazard")
    return {
        "allowed": 0 if house.gate is None else house.gate.hazards,
        "causes": [event.data["cause"] for event in told if event.data["sent"]],
    }


def hazard_waiver(rig: Rig, *, allowed: bool) -> list[str]:
    """What the evidence says when somebody has allowed harmful stimuli on a real device."""
    if not allowed or rig.twin_device:
        return []
    most = f"{rig.safety.hazard_current:g} A"
    return [f"--allow-hazard: stimuli outside what the device bears were allowed, with at most {most}"]
