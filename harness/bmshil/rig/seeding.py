"""One number that decides all chance on a twin, so that a run can be repeated and another one drawn."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.rig.rig_file import Rig

CLOSEST = 0.5
"""The sets of two packs lie no closer than this share of an even spread."""


def seeded(rig: Rig, seed: int) -> Rig:
    """The same rig with its chance drawn anew: noise of meters, disturbances on the cable, phases of nodes.

    The sets of all packs begin at another time of the second, and lie closer together than evenly spread.

    Args:
        rig: from ``load``; a twin that this process makes.
        seed: any number from 0 on; the same one gives the same run.

    Raises:
        InputError: the rig has chance of its own, or the seed is negative.
    """
    if not rig.inside:
        raise InputError(
            f"--seed: {rig.path} is no twin inside this process, and its noise cannot be drawn: "
            f"--shuffle {seed} draws the order of the tests alone"
        )
    if seed < 0:
        raise InputError(f"--seed {seed}: give a number of 0 or more")
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    period = min(message.period for message in rig.dialect.messages)
    phase = chance.uniform(0.0, period)
    stagger = period / len(rig.modules) * chance.uniform(CLOSEST, 1.0)
    return dataclasses.replace(
        rig,
        wire=msgspec.structs.replace(rig.wire, seed=seed),
        bank=msgspec.structs.replace(rig.bank, phase=phase, stagger=rig.bank.stagger or stagger),
    )
