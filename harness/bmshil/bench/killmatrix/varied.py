"""What the kill matrix varies and what it samples, for people."""

from __future__ import annotations

from bmshil.bench.killmatrix.plan import Rigs


def varied(*, reduced: bool, seeds: int) -> list[str]:
    """Say it in a sentence each.

    Args:
        reduced: of the reduced matrix.
        seeds: of each good profile, in the full one.
    """
    rigs = Rigs.read()
    dear = f", {' and '.join(rigs.dear)} left out" if rigs.dear else ""
    drawn = f"a quarter of the tests, drawn with the seed, with one parameter set each{dear}"
    chance = "the noise of the meters, disturbances, the phases of the nodes and the order of the tests"
    first = "Each field profile, and each mutation with the first of its profiles:"
    if reduced:
        return [
            f"Each good profile: {rigs.reduced_seeds} seeds. A seed draws {chance}; asked are {drawn}.",
            f"{first} what it must fail, every parameter set until it has.",
        ]
    return [
        f"Each good profile: {seeds} seeds. A seed draws {chance}.",
        f"The first seed asks all that binds the device with every parameter set; each further one {drawn}.",
        f"{first} half of the tests with one parameter set each; all of what it must fail, until it has.",
        "Each mutation with its other profiles: what it must fail.",
    ]
