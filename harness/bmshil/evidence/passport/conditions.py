"""Under what conditions a run was judged, and how the conditions of two sides differ.

A verdict that changed because the acceptance file changed is no regression of a firmware. So a run tells,
beside what it has measured, whatever else its verdicts depend on. Conditions are named parts, each a short
word: figures as they are, and of longer documents the first digits of a hash for each part, so that a
difference can be named without the document being kept. Comments and the order of keys count for nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from bmshil.evidence.code import TESTS
from bmshil.evidence.run_store import RunStore  # noqa: TC001 - names the type of an argument

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bmshil.evidence.passport.passport import PassportRun
    from bmshil.evidence.summary import Summary

Parts = dict[str, str]
"""Short words by the name of a part; the part that the condition is called by has an empty name."""

YARDSTICK = ("acceptance file", "decision rule", "profile", "test files")
"""What verdicts are measured with: where it differs, a changed verdict says nothing of the device."""

TOLD_ELSEWHERE = ("name", "description", "dut", "acceptance")
"""Parts of a rig file that belong to the device, or are conditions of their own."""

HASH = "#"
"""What the first digits of a hash begin with."""

NAMED = 3
"""So many parts of one condition are named in a difference; the others are counted."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One condition that is not the same on both sides.

    Attributes:
        what: the condition, e.g. "acceptance file".
        a: the parts that differ as A has them, e.g. "zero_current 0.02", or "none stated".
        b: likewise of B.
        yardstick: whether verdicts are measured with it.
    """

    what: str
    a: str
    b: str
    yardstick: bool

    def __str__(self) -> str:
        """The difference in a few words."""
        return f"{self.what}: A has {self.a}, B has {self.b}"


def conditions_of(store: RunStore, summary: Summary) -> dict[str, Parts]:
    """What the verdicts of a run depend on beside the device."""
    files = {what: _document(store, place) for what, place in summary.facts.inputs.items()}
    figures = {name: _word(value) for name, value in summary.acceptance.items()}
    decision = summary.facts.decision or figures.get("decision", "")
    declared = files.get("profile", {}).get("declares") or {}
    rig = {name: value for name, value in files.get("rig", {}).items() if name not in TOLD_ELSEWHERE}
    code = {name: f"{HASH}{word[:6]}" for name, word in summary.facts.code.items()}
    tests = {name.removeprefix(TESTS): word for name, word in code.items() if name.startswith(TESTS)}
    packages = {f"code of {name}": word for name, word in code.items() if not name.startswith(TESTS)}
    return {
        "acceptance file": {
            "" if name == "name" else name: word for name, word in figures.items() if name != "decision"
        },
        "decision rule": {"": decision.partition(":")[0]},
        "profile": {"": summary.dut.profile, **_hashes(declared)},
        "test files": {"": "tests", **tests} if tests else {},
        "rig": {"": summary.rig.name, **_hashes(rig)},
        "seed": {"": "none" if summary.seed is None else str(summary.seed)},
        "rules": {"": summary.rules},
        "version of bmshil": {"": summary.versions.get("bmshil", ""), **packages},
        "faults of the twin": {"": ", ".join(summary.facts.faults) or "none"},
        "hazardous stimuli": {"": "allowed" if summary.facts.hazard else "not allowed"},
    }


def differences(a: Sequence[PassportRun], b: Sequence[PassportRun]) -> list[Difference]:
    """Which conditions of the runs of two sides differ, what verdicts are measured with first."""
    names = dict.fromkeys([*YARDSTICK, *(name for run in (*a, *b) for name in run.conditions)])
    found = (
        _difference(what, *([run.conditions.get(what, {}) for run in side] for side in (a, b)))
        for what in names
    )
    return [one for one in found if one is not None]


def _difference(what: str, a: Sequence[Parts], b: Sequence[Parts]) -> Difference | None:
    """The parts of one condition that differ, as each side has them; None where nothing does."""
    before, after = ([one for one in side if any(one.values())] for side in (a, b))
    if not before or not after:
        told = [_words(side, "") if side else "none stated" for side in (before, after)]
        return Difference(what=what, a=told[0], b=told[1], yardstick=False) if before or after else None
    parts = sorted({name for one in (*before, *after) for name in one})
    moved = [name for name in parts if _words(before, name) != _words(after, name)]
    figures = [name for name in moved if not _words([*before, *after], name).startswith(HASH)]
    yardstick = what in YARDSTICK
    if figures:
        first, second = (
            _listed([f"{name} {_words(side, name)}".strip() for name in figures]) for side in (a, b)
        )
        return Difference(what=what, a=first, b=second, yardstick=yardstick)
    if moved:
        name = _words(before, "")
        return Difference(what=what, a=name, b=f"{name} with another {_listed(moved)}", yardstick=yardstick)
    return None


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return " and ".join(words[:NAMED]) + more


def _words(side: Sequence[Parts], name: str) -> str:
    """What the runs of one side say of one part."""
    return " or ".join(sorted({one.get(name, "none") for one in side}))


def _hashes(document: Mapping[str, Any]) -> Parts:
    return {
        str(name): f"{HASH}{hashlib.sha256(msgspec.json.encode(value, order='sorted')).hexdigest()[:6]}"
        for name, value in document.items()
    }


def _word(value: Any) -> str:  # noqa: ANN401 - any figure of an acceptance file
    return f"{value:g}" if isinstance(value, float) else str(value)


def _document(store: RunStore, place: str) -> dict[str, Any]:
    """A kept input as a mapping; empty where it is gone or unreadable, which `bmshil verify` tells."""
    import yaml  # noqa: PLC0415 - only needed where a file is read

    try:
        found = yaml.safe_load((store.path / place).read_bytes())
    except (OSError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}
