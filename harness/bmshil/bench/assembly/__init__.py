"""Putting a rig together. The only place that may start a twin."""

from bmshil.bench.assembly.adapter_faults import parse_adapter_fault
from bmshil.bench.assembly.house import House
from bmshil.bench.assembly.opening import open_bench, open_emulator
from bmshil.bench.assembly.serving import Served, check_servable, serve_twin

__all__ = [
    "House",
    "Served",
    "check_servable",
    "open_bench",
    "open_emulator",
    "parse_adapter_fault",
    "serve_twin",
]
