"""The kill matrix: every bad inverter is caught, no good one failed, no fault of the rig blamed on one."""

from bmshil.bench.killmatrix.blame_plan import BlameJob, plan_blame
from bmshil.bench.killmatrix.job import Done, Job, Outcome, Scope
from bmshil.bench.killmatrix.plan import SEEDS, Rigs, plan
from bmshil.bench.killmatrix.rig_faults import Blame, run_blame
from bmshil.bench.killmatrix.running import run_job
from bmshil.bench.killmatrix.table import Cell, Entry, Row, Table, tabulate
from bmshil.bench.killmatrix.varied import varied
from bmshil.bench.killmatrix.workers import in_workers

__all__ = [
    "SEEDS",
    "Blame",
    "BlameJob",
    "Cell",
    "Done",
    "Entry",
    "Job",
    "Outcome",
    "Rigs",
    "Row",
    "Scope",
    "Table",
    "in_workers",
    "plan",
    "plan_blame",
    "run_blame",
    "run_job",
    "tabulate",
    "varied",
]
