"""Which rule a device follows, told from its answers when one pack at a time asks for less."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

from bmshil.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HIGH, LOW = 2.0, 1.0
"""What the packs ask for, in units of I_ref: each pack HIGH, one of them LOW."""

TOLERANCE = 0.2
"""How far an answer may lie from a rule's, in units of I_ref, however well device and meter measure."""

_RULES: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "minimum": min,
    "n_minimum": lambda asked: len(asked) * min(asked),
    "average": lambda asked: sum(asked) / len(asked),
    "maximum": max,
}
"""Rules that look at several packs, the ones a good device follows first."""

_SINGLE = {"first": 0, "last": -1}
"""Rules that look at one pack."""


def classify_currents(answers: Sequence[float], *, blur: float = 0.0, declared: str = "") -> str:
    """Name the rule behind four currents.

    Args:
        answers: current with all packs at 2, then with pack 1, 2, 3, ... at 1; all in units of I_ref, shape
            (packs + 1,).
        blur: by how much an answer may be wrong, the declared accuracy of the device and the uncertainty of
            the meter together, in units of I_ref.
        declared: the rule that the device declares; it is not held against a device that may follow it.

    Returns:
        A rule: sum, minimum, n_minimum, average, maximum, first or last, with ", ignoring pack 3" where
        that fits better; "none" when no pack's limit moves the current; "unknown" when nothing fits.

    Raises:
        Inconclusive: the answers are too blurred to tell the declared rule from another.
    """
    return _classify(answers, HIGH, LOW, TOLERANCE, blur, declared)


def classify_voltages(
    answers: Sequence[float], *, high: float, low: float, blur: float = 0.0, declared: str = ""
) -> str:
    """Name the rule behind final voltages, one with all packs at ``high``, then each pack at ``low`` in turn.

    Args:
        answers: final voltages, V, shape (packs + 1,).
        high: CVL of the packs that are content, V.
        low: CVL of the pack that wants less, V.
        blur: as in :func:`classify_currents`, V.
        declared: likewise.

    Returns:
        As :func:`classify_currents`; an average of two high and one low lies a third below ``high``.

    Raises:
        Inconclusive: likewise.
    """
    return _classify(answers, high, low, TOLERANCE * (high - low), blur, declared)


def _classify(  # noqa: PLR0917 - called only from the two above, which name everything
    answers: Sequence[float], high: float, low: float, closest: float, blur: float, declared: str
) -> str:
    if not all(map(math.isfinite, answers)):
        return "unknown"
    packs = len(answers) - 1
    tolerance = max(closest, blur)
    expected = {
        name: [rule([_asked(pack, lowered, high, low) for pack in counted]) for lowered in range(packs + 1)]
        for name, rule, counted in _candidates(packs)
    }
    misfits = {name: _furthest(answers, values) for name, values in expected.items()}
    # Of two rules that fit equally well the first counts, and none is told that only fits somehow: with many
    # packs an average lies so near to the maximum that both are within the tolerance.
    best = min(misfits, key=lambda name: misfits[name])
    if declared in misfits:
        others = (
            name
            for name, misfit in misfits.items()
            if misfit <= blur and not math.isclose(_furthest(expected[name], expected[declared]), 0.0)
        )
        other = next(others, None) if misfits[declared] <= blur else None
        if other is not None:
            raise Inconclusive(f"cannot discriminate: the answers fit '{other}' as well as '{declared}'")
        if misfits[best] > tolerance and misfits[declared] <= tolerance + blur:
            raise Inconclusive(f"cannot discriminate: the answers fit no rule, and only nearly '{declared}'")
    if misfits[best] <= tolerance:
        return best
    if max(answers) - min(answers) <= tolerance:
        return "none"
    return "unknown"


def _furthest(answers: Sequence[float], expected: Sequence[float]) -> float:
    return max(abs(answer - value) for answer, value in zip(answers, expected, strict=True))


def _asked(pack: int, lowered: int, high: float, low: float) -> float:
    return low if pack == lowered else high


def _candidates(
    packs: int,
) -> Iterator[tuple[str, Callable[[Sequence[float]], float], tuple[int, ...]]]:
    """All rules over all packs, then over one pack, then over those that are left when some are ignored."""
    every = tuple(range(1, packs + 1))
    for name, rule in _RULES.items():
        yield name, rule, every
    for name, place in _SINGLE.items():
        yield name, _only, (every[place],)
    for size in range(packs - 1, 0, -1):
        for counted in combinations(every, size):
            ignored = [str(pack) for pack in every if pack not in counted]
            word = "pack" if len(ignored) == 1 else "packs"
            for name, rule in _RULES.items():
                yield f"{name}, ignoring {word} {' and '.join(ignored)}", rule, counted


def _only(asked: Sequence[float]) -> float:
    return asked[0]
