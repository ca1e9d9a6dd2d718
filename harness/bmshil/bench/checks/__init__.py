"""The preflight of a rig: what is looked at before anything is tested, a line each."""

from bmshil.bench.checks.check import Check, Result

__all__ = ["Check", "Result"]
