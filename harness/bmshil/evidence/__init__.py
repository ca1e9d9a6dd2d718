"""The run store: what a run leaves behind, what it concludes, and reading it back."""

from bmshil.evidence.conclusion import exit_code, run_verdict
from bmshil.evidence.records import DutRecord, JudgementRecord, MeasurementRecord, RigRecord, TestResult
from bmshil.evidence.run_store import RunStore
from bmshil.evidence.summary import RequirementResult, Summary
from bmshil.evidence.trace import export_blf, trace_channels, trace_hash
from bmshil.evidence.versions import versions

__all__ = [
    "DutRecord",
    "JudgementRecord",
    "MeasurementRecord",
    "RequirementResult",
    "RigRecord",
    "RunStore",
    "Summary",
    "TestResult",
    "exit_code",
    "export_blf",
    "run_verdict",
    "trace_channels",
    "trace_hash",
    "versions",
]
