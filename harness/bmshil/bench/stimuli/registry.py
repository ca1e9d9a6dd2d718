"""The stimuli by scenario."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bmshil.bench.stimuli.liveness import LIVENESS
from bmshil.bench.stimuli.multi_battery import MULTI_BATTERY
from bmshil.bench.stimuli.obedience import OBEDIENCE
from bmshil.bench.stimuli.physical import PHYSICAL
from bmshil.bench.stimuli.values import VALUES
from bmshil.errors import InputError
from bmshil.judge.scenarios import scenario

if TYPE_CHECKING:
    from bmshil.bench.stimuli.stimulus import Stimulus

_ALL: tuple[Stimulus, ...] = (*LIVENESS, *VALUES, *OBEDIENCE, *MULTI_BATTERY, *PHYSICAL)

STIMULI: dict[str, Stimulus] = {one.scenario: one for one in sorted(_ALL, key=lambda one: one.scenario)}
"""In the order of the catalogue; a scenario that is not here cannot be played, and the catalogue says why."""


def stimulus(name: str) -> Stimulus:
    """The stimulus of a scenario.

    Raises:
        InputError: no such scenario, or none that a bench can play.
    """
    known = scenario(name.upper())
    found = STIMULI.get(known.id)
    if found is None:
        near = get_close_matches(known.id, STIMULI, 1)
        other = f"; another one is {near[0]}" if near else ""
        raise InputError(
            f"{known.id} ({known.title}) cannot be played: {known.unplayable or known.untested}{other}"
        )
    return found
