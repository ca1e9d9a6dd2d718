"""The bench: the assembled rig, real or twin, and what tests hold of it."""

from bmshil.bench.assembly import House, check_rig, open_bench, open_emulator, open_site
from bmshil.bench.bench import Bench
from bmshil.bench.bus.error_rate import classify_errors
from bmshil.bench.fitness.levels import NEAR_FULL, START_SOC, Levels, levels
from bmshil.bench.fitness.needs import foreseen
from bmshil.bench.fitness.testable import check_testable
from bmshil.bench.reactions.classify import classify_currents, classify_voltages
from bmshil.bench.reactions.declared import declared_at_zero, declared_voltage
from bmshil.bench.reactions.loss import MARGIN, REMAINS, Loss, fast_sampling, lose, returned
from bmshil.bench.reactions.step_response import StepResponse, bring_to_cvl_step, step_response
from bmshil.bench.site import Site
from bmshil.bench.terminals.charging import Reached
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
    "bring_to_cvl_step",
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
