"""Which loops are accepted: the rule at hand-made corners, on rig files, and against the simulation."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.bench import open_bench
from bmshil.bench.terminals.stability import Loop, loop_findings
from bmshil.errors import RigError
from bmshil.rig import load

if TYPE_CHECKING:
    from collections.abc import Callable

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SWING = "could swing against the inverter's own voltage loop"
REBUILD = (
    "take a supply with programmable resistance, a faster one, or a series resistor in the leads "
    "(and add it to control.cable)"
)
PLAIN = ("supply: {driver: scpi-supply,", "supply: {driver: tdk-genesys,")


def plain(period: float, latency: float, ratio: float, bandwidth: float | None = None) -> Loop:
    return Loop(period=period, latency=latency, ratio=ratio, bandwidth=bandwidth)


def test_a_supply_with_resistance_is_stable_whatever_the_latency() -> None:
    loop = Loop(period=0.1, latency=0.15, ratio=2.0, resistance=True)
    assert loop.accepted
    assert loop.settling == 0.0
    assert Loop(period=0.1, latency=0.5, ratio=float("inf"), resistance=True).accepted


@pytest.mark.parametrize("latency", [0.01, 0.05, 0.1, 0.15])
@pytest.mark.parametrize("ratio", [0.25, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("bandwidth", [1.0, 5.0, 15.0, 60.0, None])
def test_the_default_period_bears_every_latency_up_to_150_ms(
    latency: float, ratio: float, bandwidth: float | None
) -> None:
    assert plain(0.1, latency, ratio, bandwidth).accepted


def test_a_fast_period_bears_little_latency() -> None:
    assert plain(0.02, 0.01, 2.0).accepted
    assert not plain(0.02, 0.1, 2.0).accepted
    assert plain(0.02, 0.1, 0.5).accepted, "half a cable's ohms: no delay makes it swing"


def test_a_resistance_that_shows_up_after_seconds_is_refused() -> None:
    assert plain(0.3, 0.01, 2.0).settling == pytest.approx(2.7)  # 0.3 s x 3 x (1 + 2)
    assert plain(0.3, 0.01, 2.0).accepted
    assert not plain(0.5, 0.01, 2.0).accepted


def test_the_margin_is_that_of_the_characteristic_equation() -> None:
    """By hand: share 1/9, rate 10/9 per s; at 4 times the cable and 60 rad/s it is one at 4.29 rad/s."""
    margin = plain(0.1, 0.0, 2.0, 60.0).margin
    assert margin == pytest.approx(0.9 * 0.4085, abs=0.001)


@given(st.floats(0.02, 1.0), st.floats(0.0, 0.5), st.floats(0.1, 4.0), st.floats(1.0, 60.0))
def test_more_latency_or_more_bank_is_never_safer(
    period: float, latency: float, ratio: float, bandwidth: float
) -> None:
    loop = plain(period, latency, ratio, bandwidth)
    if not loop.accepted:
        assert not plain(period, latency + 0.05, ratio, bandwidth).accepted
    if loop.settling <= 3.0:
        assert plain(period, latency, ratio / 2.0, bandwidth).settling < loop.settling


def test_the_default_rig_is_fine() -> None:
    assert loop_findings(load("twin")) == ()


def test_a_supply_without_resistance_needs_the_ohms_of_the_cable(variant: Callable[..., Path]) -> None:
    rig = variant("twin", PLAIN)
    (finding,) = loop_findings(load(rig))
    assert finding.startswith("control.cable is missing: the supply has no programmable resistance")
    with pytest.raises(RigError, match=r"rig\.yaml: control\.cable is missing"), open_bench(rig):
        pass


@pytest.mark.parametrize(
    ("control", "where", "why"),
    [
        (
            "period: 0.02, latency: 0.15, cable: 0.004",
            "R_bank/R_cable 2, period 0.02 s and latency 0.15 s",
            f"{SWING} (0.19 s of delay, 0.065 s are safe): write control.period: 0.1",
        ),
        (
            "period: 0.5, cable: 0.004",
            "R_bank/R_cable 2, period 0.5 s and latency 0 s",
            "show the bank's resistance only after 4.5 s: write control.period: 0.3",
        ),
        (
            "latency: 0.9, cable: 0.001",
            "R_bank/R_cable 8, period 0.1 s and latency 0.9 s",
            f"{SWING} (1.1 s of delay, 0.19 s are safe): {REBUILD}",
        ),
    ],
)
def test_a_refusal_says_what_to_change(
    variant: Callable[..., Path], control: str, where: str, why: str
) -> None:
    rig = variant("twin", PLAIN, ("control: {period: 0.1}", f"control: {{{control}}}"))
    (finding,) = loop_findings(load(rig))
    assert finding == f"control: a supply without programmable resistance, {where} {why}"


def simulated(monkeypatch: pytest.MonkeyPatch, *case: Any) -> dict[str, Any]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    sweep = import_module("closed_loop")
    row: dict[str, Any] = sweep.simulate(sweep.Case(*case), minutes=1.0)
    sys.modules.pop("closed_loop")
    return row


@pytest.mark.parametrize("kind", ["resistance", "plain", "pair"])
def test_an_accepted_corner_is_calm_and_right(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    row = simulated(monkeypatch, kind, 0.1, 0.15, 2.0, 60.0)
    assert row["ripple"] < 0.2  # 2.4 A are 2 % of 120 A
    assert abs(row["error"]) < 0.005
    assert row["events"] == []


def test_a_refused_corner_swings_and_the_loop_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not plain(0.02, 0.3, 2.0).accepted
    row = simulated(monkeypatch, "plain", 0.02, 0.3, 2.0, 60.0)
    assert row["ripple"] > 5.0
    assert row["events"] == ["loop_ripple"]
