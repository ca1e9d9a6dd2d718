"""The same seed gives the same run, another one another."""

from bmshil.bench import open_bench


def course(seed: int | None) -> tuple[list[float], list[int]]:
    """What the meter shows over 3 s, and when the frames of pack 1 begin, ns."""
    with open_bench("twin", seed=seed) as bench:
        start = bench.seconds
        bench.run(3.0)
        _, voltages = bench.journal.samples("dc.voltage", start, bench.seconds)
        frames = bench.journal.frames(start, bench.seconds)
    return list(voltages), list(frames["t"])


def test_a_seed_repeats_a_run_to_the_last_digit() -> None:
    first = course(5)
    assert first == course(5)
    other = course(6)
    assert first[0] != other[0]
    assert first[1] != other[1]
