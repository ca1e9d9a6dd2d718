"""What the bank can be made to say oddly, as bytes; what a device declares at zero, in amperes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from bmshil.bench import Bench, declared_at_zero, declared_voltage, open_bench
from bmshil.bench.baseline import calm
from bmshil.bench.bus.duplicates import heard_at
from bmshil.bench.stimuli import STIMULI
from bmshil.bench.stimuli.saying import say_bytes
from bmshil.errors import Blocked
from bmshil.inverter.obeying import Zero

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench("twin", profile="pylon_parallel") as opened:
        yield opened


def said(bench: Bench, base: int, seconds: float = 3.0) -> list[str]:
    """Payloads of pack 1 over the next seconds."""
    start = bench.seconds
    bench.run(seconds)
    heard = heard_at(bench.journal, bench.bus.ears, start, bench.seconds)
    return [one[2].hex() for one in heard if one is not None and one[1] == (base, False)]


@pytest.mark.parametrize(
    ("scenario", "base", "places", "shown"),
    [
        ("S19", 0x351, slice(0, 12), "010001000100"),
        ("S26", 0x355, slice(8, 12), "0000"),
        ("S27", 0x355, slice(8, 12), "160d"),
        ("S33", 0x355, slice(0, 4), "8c00"),
        ("S34", 0x355, slice(0, 4), "6400"),
        ("S40", 0x356, slice(8, 12), "0080"),
        ("S41", 0x35E, slice(0, 16), "44495950594c4f4e"),
        ("S43", 0x35C, slice(0, 2), "00"),
        ("S46", 0x35C, slice(0, 2), "c8"),
        ("S47", 0x35C, slice(0, 2), "20"),
    ],
)
def test_the_bank_says_it(bench: Bench, scenario: str, base: int, places: slice, shown: str) -> None:
    STIMULI[scenario].play(bench)
    try:
        assert said(bench, base)[-1][places] == shown
    finally:
        calm(bench)


def test_a_cvl_of_zero_comes_once(bench: Bench) -> None:
    start = bench.seconds
    STIMULI["S18"].play(bench)
    bench.run(3.0)
    heard = heard_at(bench.journal, bench.bus.ears, start, bench.seconds)
    volts = [one[2][:2].hex() for one in heard if one is not None and one[1] == (0x351, False)]
    assert volts.count("0000") == 1
    calm(bench)


def test_what_goes_on_by_itself_ends_when_the_bench_is_calm(bench: Bench) -> None:
    STIMULI["S44"].play(bench)
    assert {one[:2] for one in said(bench, 0x35C, 6.0)} == {"40", "c0"}
    calm(bench)
    assert {one[:2] for one in said(bench, 0x35C, 6.0)[1:]} == {"c0"}


def test_a_dialect_that_has_no_such_message_is_told(bench: Bench) -> None:
    with pytest.raises(Blocked, match=r"not observable: pylontech-lv-1\.2 cannot say that"):
        say_bytes(bench, 0x35A, "00")


@pytest.mark.parametrize(
    ("word", "amps"),
    [
        ("obey", 0.0),
        ("keep_last", 48.0),
        ("quarter_of_capacity", 62.5),
        ("fixed_40_a", 120.0),
        ("ignore", None),
    ],
)
def test_what_is_declared_at_a_ccl_of_zero(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, word: str, amps: float | None
) -> None:
    declares = msgspec.structs.replace(bench.declares, zero=Zero(charge=word))
    monkeypatch.setattr(bench, "profile", msgspec.structs.replace(bench.profile, declares=declares))
    assert declared_at_zero(bench, "charge", 48.0) == amps


@pytest.mark.parametrize(
    ("policy", "value", "told"),
    [
        ("strict", 0.0, {53.2: 53.2}),
        ("offset", 0.4, {53.2: 53.6}),
        ("ceiling", 53.0, {53.2: 53.0, 52.4: 52.4}),
        ("recomputed", 52.8, {53.2: 52.8, 52.4: 52.8, 54.1: 54.1, 28.0: 28.0}),
    ],
)
def test_what_is_declared_at_a_cvl(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, policy: str, value: float, told: dict[float, float]
) -> None:
    declares = msgspec.structs.replace(bench.declares, cvl_policy=policy, cvl_value=value)
    monkeypatch.setattr(bench, "profile", msgspec.structs.replace(bench.profile, declares=declares))
    assert {cvl: declared_voltage(bench, cvl) for cvl in told} == pytest.approx(told)
