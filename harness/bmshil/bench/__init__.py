"""The bench: the assembled rig, real or twin, and what tests hold of it."""

from bmshil.bench.assembly import House, check_rig, open_bench, open_emulator, open_site
from bmshil.bench.at_cvl import declared_voltage
from bmshil.bench.at_zero import declared_at_zero
from bmshil.bench.bench import Bench
from bmshil.bench.charging import Reached
from bmshil.bench.classify import classify_currents, classify_voltages
from bmshil.bench.error_rate import classify_errors
from bmshil.bench.levels import NEAR_FULL, START_SOC, Levels, levels
from bmshil.bench.loss import MARGIN, REMAINS, Loss, fast_sampling, lose, returned
from bmshil.bench.needs import foreseen
from bmshil.bench.site import Site
from bmshil.bench.step_response import StepResponse, step_response
from bmshil.bench.testable import check_testable
from bmshil.bench.trial import Trial

__all__ = [
    "MARGIN",
    "NEAR_FULL",
    "REMAINS",
    "START_SOC",
    "Bench",
    "House",
    "Levels",
    "Loss",
    "Reached",
    "Site",
    "StepResponse",
    "Trial",
    "check_rig",
    "check_testable",
    "classify_currents",
    "classify_errors",
    "classify_voltages",
    "declared_at_zero",
    "declared_voltage",
    "fast_sampling",
    "foreseen",
    "levels",
    "lose",
    "open_bench",
    "open_emulator",
    "open_site",
    "returned",
    "step_response",
]
