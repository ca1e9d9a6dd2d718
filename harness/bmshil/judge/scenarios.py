"""The catalogue of field failures that requirements are held against."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Literal

import msgspec
import yaml

from bmshil.errors import InputError

Subject = Literal["dut", "bms", "aggregator", "physical"]
"""Who fails: the inverter, one battery, whoever speaks for several, or the cable."""

Group = Literal["liveness", "values", "obedience", "multi_battery", "physical"]


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One failure between batteries and inverter, as the field reports it.

    Attributes:
        id: S01 to S96.
        title: for people.
        group: what it is about.
        subject: who fails.
        evidence: strongest mark of its sources: H document or code, M maintainer or owner, L a single
            report, S field article, D derived.
        stimulus: what brings it about.
        good: what a good one does.
        bad: what was seen.
        source: who says so, each with its mark.
        shown_by: what plays the failure: ``mutation:``, ``profile:``, ``fault:``, ``arithmetic:``,
            ``mistake:`` or ``rig:`` and a name.
        untested: why no requirement asks for it; empty where one does.
        unplayable: why no stimulus plays it; empty where one does, or where ``untested`` says it.
    """

    id: str
    title: str
    group: Group
    subject: Subject
    evidence: Literal["H", "M", "L", "S", "D"]
    stimulus: str
    good: str
    bad: str
    source: str
    shown_by: tuple[str, ...] = ()
    untested: str = ""
    unplayable: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scenarios: tuple[Scenario, ...]


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All of them, in the order of their ids."""
    content = resources.files("bmshil.judge").joinpath("scenarios.yaml").read_bytes()
    return msgspec.convert(yaml.safe_load(content), _File).scenarios


def scenario(name: str) -> Scenario:
    """One scenario by its id.

    Raises:
        InputError: no such id.
    """
    known = {one.id: one for one in scenarios()}
    if name not in known:
        near = get_close_matches(name, known, 1)
        meant = f": did you mean {near[0]} ({known[near[0]].title})?" if near else ""
        raise InputError(f"no scenario is called {name!r}{meant or ': they go from S01 to S96'}")
    return known[name]
