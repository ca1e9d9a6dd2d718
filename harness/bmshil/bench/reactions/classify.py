"""Which rule a device follows, told from its answers when one pack at a time asks for less."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HIGH, LOW = 2.0, 1.0
"""What the packs ask for, in units of I_ref: each pack HIGH, one of them LOW."""

TOLERANCE = 0.2
"""How far an answer may lie from a rule's, in units of I_ref."""

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


def classify_currents(answers: Sequence[float]) -> str:
    """Name the rule behind four currents.

    Args:
        answers: current with all packs at 2, then with pack 1, 2, 3, ... at 1; all in units of I_ref, shape
            (packs + 1,).

    Returns:
        A rule: sum, minimum, n_minimum, average, maximum, first or last, with ", ignoring pack 3" where
        that fits better; "none" when no pack's limit moves the current; "unknown" when nothing fits.
    """
    return _classify(answers, HIGH, LOW, TOLERANCE)


def classify_voltages(answers: Sequence[float], *, high: float, low: float) -> str:
    """Name the rule behind final voltages, one with all packs at ``high``, then each pack at ``low`` in turn.

    Args:
        answers: final voltages, V, shape (packs + 1,).
        high: CVL of the packs that are content, V.
        low: CVL of the pack that wants less, V.

    Returns:
        As :func:`classify_currents`; an average of two high and one low lies a third below ``high``.
    """
    return _classify(answers, high, low, 0.2 * (high - low))


def _classify(answers: Sequence[float], high: float, low: float, tolerance: float) -> str:
    if not all(map(math.isfinite, answers)):
        return "unknown"
    packs = len(answers) - 1
    misfits = {
        name: max(
            abs(answer - rule([_asked(pack, lowered, high, low) for pack in counted]))
            for lowered, answer in enumerate(answers)
        )
        for name, rule, counted in _candidates(packs)
    }
    # Of two rules that fit equally well the first counts, and none is told that only fits somehow: with many
    # packs an average lies so near to the maximum that both are within the tolerance.
    best = min(misfits, key=lambda name: misfits[name])
    if misfits[best] <= tolerance:
        return best
    if max(answers) - min(answers) <= tolerance:
        return "none"
    return "unknown"


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
