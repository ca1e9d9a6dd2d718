"""Field scenarios, played to whatever device is on the bench: what was done, by whom is not asked here."""

from bmshil.bench.stimuli.registry import STIMULI, stimulus
from bmshil.bench.stimuli.stimulus import Stimulus

__all__ = ["STIMULI", "Stimulus", "stimulus"]
