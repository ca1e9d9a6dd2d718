"""Putting a rig together. The only place that may start a twin."""

from bmshil.bench.assembly.by_hand import switch_off_by_hand
from bmshil.bench.assembly.checking import check_rig
from bmshil.bench.assembly.house import House
from bmshil.bench.assembly.opening import open_bench, open_emulator
from bmshil.bench.assembly.serving import Served, check_servable, serve_twin
from bmshil.bench.assembly.site import open_site
from bmshil.bench.assembly.twin_faults import TwinFault, parse_own_faults, parse_twin_fault

__all__ = [
    "House",
    "Served",
    "TwinFault",
    "check_rig",
    "check_servable",
    "open_bench",
    "open_emulator",
    "open_site",
    "parse_own_faults",
    "parse_twin_fault",
    "serve_twin",
    "switch_off_by_hand",
]
