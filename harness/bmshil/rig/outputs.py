"""The rules for real outputs: what must stand beside the computer before it may switch them on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bmshil.instruments import Capability, driver
from bmshil.rig.checks import SAFE_VOLTAGE
from bmshil.rig.lock import runs
from bmshil.safety import last_drill, read_mark

if TYPE_CHECKING:
    from bmshil.rig.rig_file import Rig

ALONE_POWER = 1000.0
"""Up to this DC power a computer may be the only one that can switch off, W."""

DRILL_AGE = 30
"""A qualification on a real rig needs a drill that is younger, days."""

DAY = 86_400.0


class Refusal(NamedTuple):
    """Why outputs are refused, and what to do about it."""

    cause: str
    remedy: str

    def __str__(self) -> str:
        """Both in one line."""
        return f"{self.cause}: {self.remedy}"


def capabilities(rig: Rig, role: str) -> Capability:
    """What the driver of an instrument promises, before it is opened.

    Raises:
        InputError: there is no such driver, or it cannot have this role.
    """
    found: Capability = driver(rig.instruments[role].driver, role).capabilities
    return found


def has_outputs(rig: Rig) -> bool:
    """Whether there is a real supply to switch on."""
    return not rig.twin_device and "supply" in rig.instruments


def output_refusals(rig: Rig) -> tuple[Refusal, ...]:
    """What a rig of this power lacks of what works without the computer, a line each with what to add.

    The rig file itself refuses more than 60 V.

    Raises:
        InputError: an unknown driver.
    """
    envelope = rig.envelope
    if not has_outputs(rig) or envelope is None:
        return ()
    if envelope.power <= ALONE_POWER and envelope.voltage <= SAFE_VOLTAGE:
        return ()
    above = f"with envelope.power of {envelope.power:g} W, above {ALONE_POWER:g} W,"
    found = []
    watched = Capability.WATCHDOG in capabilities(rig, "supply")
    permit = "permit" in rig.instruments and Capability.TIMED in capabilities(rig, "permit")
    if not watched and not permit:
        found.append(
            Refusal(
                f"{above} something has to switch off without the computer",
                "add instruments.permit, an energise-to-run relay that opens by itself (waveshare-relays), "
                "or take a supply with a watchdog",
            )
        )
    if not rig.safety.emergency_stop:
        found.append(
            Refusal(
                f"{above} an emergency stop has to stand in the coil circuit of the main contactor",
                "build it in, then write emergency_stop: true under safety",
            )
        )
    return tuple(found)


def drill_refusals(rig: Rig) -> tuple[Refusal, ...]:
    """Why nothing is qualified on a real rig before somebody has drilled on it; empty elsewhere.

    Raises:
        RigError: the record of the last drill cannot be read.
    """
    if not has_outputs(rig):
        return ()
    again = f"run `bmshil drill {rig.path}`"
    drill = last_drill(rig.name)
    if drill is None:
        return (Refusal("nobody has drilled on this rig", f"{again} first"),)
    if not drill.clean:
        return (Refusal(f"the last drill, {drill.when:%Y-%m-%d}, did not end with everything off", again),)
    if drill.age > DRILL_AGE * DAY:
        days = round(drill.age / DAY)
        return (Refusal(f"the last drill is {days} days old, more than {DRILL_AGE}", again),)
    return ()


def mark_refusals(rig: Rig) -> tuple[Refusal, ...]:
    """Why a rig is locked since its last run; empty when that one was verified off.

    Raises:
        RigError: the mark cannot be read.
    """
    if rig.inside:
        return ()
    mark = read_mark(rig.name)
    if mark is not None and mark.twin is not None and not runs(mark.twin):
        return ()  # with the process that made the twin everything that was on is gone
    if mark is None:
        return ()
    return (Refusal(f"not confirmed off since {mark}", f"run `bmshil off {rig.path}`, and look"),)
