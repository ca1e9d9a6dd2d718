"""Which needs of a requirement rig and device meet, and the reason where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.power import provides

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.bench.bench import Bench
    from bmshil.rig import Rig


def unmet(bench: Bench, needs: Iterable[str]) -> str | None:
    """The reason why a requirement must be skipped; None when all its needs are met."""
    return foreseen(bench.rig, needs)


def foreseen(rig: Rig, needs: Iterable[str]) -> str | None:
    """The same, told from the rig file before anything is opened."""
    for need in needs:
        reason = _reason(rig, need)
        if reason is not None:
            return reason
    return None


def _reason(rig: Rig, need: str) -> str | None:
    declares = rig.profile.declares
    several = declares.batteries == "several"
    registers = declares.readback.declared() if rig.readback is not None else {}
    relays = rig.instruments["relays"].channels if "relays" in rig.instruments else {}
    met, reason = {
        "dc": (True, ""),
        "charge": (
            provides(rig.power, "charge"),
            "not observable: the rig declares nothing to charge from (ac_grid, pv)",
        ),
        "discharge": (
            provides(rig.power, "discharge"),
            "not observable: the rig declares nothing to feed (ac_load)",
        ),
        "several": (
            several,
            "not declared: the device declares one battery; a parallel bank on it is unsafe",
        ),
        "one": (not several, "not declared: the device declares several batteries"),
        "dynamic": (
            several and declares.module_count == "dynamic",
            "not declared: the device does not declare a dynamic number of batteries",
        ),
        "fixed": (
            several and declares.module_count == "fixed",
            "not declared: the device does not declare a fixed number of batteries",
        ),
        "packs:3": (len(rig.modules) == 3, "not observable: the rig's bank has not three packs"),
        "readback:soc": ("soc" in registers, "not observable: no read-back of the device's SOC"),
        "readback:alarm": ("alarm" in registers, "not observable: no read-back of the device's alarms"),
        "relays": ("dc_main" in relays, "not observable: no relay in the DC path"),
    }[need]
    return None if met else reason
