"""Putting a rig together. The only place that may start a twin."""

from bmshil.bench.assembly.house import House
from bmshil.bench.assembly.opening import open_bench, open_emulator

__all__ = ["House", "open_bench", "open_emulator"]
