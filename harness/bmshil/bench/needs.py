"""Which needs of a requirement rig and device meet, and the reason where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.bench.bench import Bench


def unmet(bench: Bench, needs: Iterable[str]) -> str | None:
    """The reason why a requirement must be skipped; None when all its needs are met."""
    for need in needs:
        reason = _reason(bench, need)
        if reason is not None:
            return reason
    return None


def _reason(bench: Bench, need: str) -> str | None:
    declares = bench.declares
    several = declares.batteries == "several"
    registers = bench.readback.names if bench.readback is not None else ()
    met, reason = {
        "dc": (True, ""),
        "charge": (
            bench.power.can("charge"),
            "not observable: the rig declares nothing to charge from (ac_grid, pv)",
        ),
        "discharge": (
            bench.power.can("discharge"),
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
        "packs:3": (len(bench.packs) == 3, "not observable: the rig's bank has not three packs"),
        "readback:soc": ("soc" in registers, "not observable: no read-back of the device's SOC"),
        "readback:alarm": ("alarm" in registers, "not observable: no read-back of the device's alarms"),
        "relays": ("dc_main" in bench.relay_roles, "not observable: no relay in the DC path"),
    }[need]
    return None if met else reason
