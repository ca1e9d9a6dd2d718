"""What an operator does for the bench: switching what no relay switches, and resetting the device."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import Bench, Trial, open_bench
from bmshil.bench.equipment import by_hand, connect_by_hand
from bmshil.errors import Blocked, InputError, InstrumentError
from bmshil.instruments.manual import ManualLoad, ManualSource
from bmshil.journal import Journal
from bmshil.judge import Requirement
from bmshil.rig import Rig, load
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REQUIREMENT = Requirement("HBT-04", "The device goes on", "dut")
NO_RELAYS = ("dc_main: 1, dc_precharge: 2, dc_discharge: 3, ", "")


class Hands:
    """Somebody who does what is asked."""

    def __init__(self, do: Callable[[str], object] = lambda _what: None) -> None:
        self.asked: list[str] = []
        self._do = do

    def ask(self, what: str) -> None:
        self.asked.append(what)
        self._do(what)

    def says_yes(self, what: str) -> bool:
        self.asked.append(what)
        return False


def latched(bench: Bench) -> None:
    """Leave the device in a state that it does not come back from by itself."""
    trial = Trial(bench, "before", REQUIREMENT)
    trial.begin()
    with bench.bank.silence():
        bench.run(70.0)
    trial.end()


def real(monkeypatch: pytest.MonkeyPatch, ask: Callable[[Any, str], None]) -> None:
    """From now on the device counts as real, and somebody sits at the terminal."""
    monkeypatch.setattr(Rig, "twin_device", property(lambda _self: False))
    monkeypatch.setattr("bmshil.instruments.operator.Operator.ask", ask)


def test_a_device_is_reset_by_the_operator_where_nothing_else_can(
    variant: Callable[..., Path], lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def reset(_operator: Any, what: str) -> None:
        asked.append(what)
        lab.twin.inverter._shut_down()

    with open_bench(variant("twin", NO_RELAYS), mutation="no_recovery") as bench:
        latched(bench)
        real(monkeypatch, reset)
        Trial(bench, "after", REQUIREMENT).begin()
        assert bench.device_ready()
    assert asked == [
        (
            "reset the device, because the device does not accept the batteries: "
            "acknowledge its alarm, or switch it off and on"
        )
    ]


def test_where_nobody_is_a_device_that_needs_a_reset_blocks(
    variant: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(_operator: Any, what: str) -> None:
        raise InstrumentError(f"nobody is there to {what}")

    with open_bench(variant("twin", NO_RELAYS), mutation="no_recovery") as bench:
        latched(bench)
        real(monkeypatch, nobody)
        with pytest.raises(Blocked, match="reset needed: the device does not accept the batteries"):
            Trial(bench, "after", REQUIREMENT).begin()


def test_grid_and_load_are_switched_by_hand(lab: Any) -> None:
    with open_bench("twin") as bench:
        bench.set_open_limits()
        assert bench.until(bench.device_ready, 60.0)
        world = lab.twin.world
        grid = Hands(lambda what: world.switch_relay("ac_grid", what.endswith("on")))
        lamps = Hands()
        bench._equipment = replace(
            bench._equipment,
            ac_grid=ManualSource("power.ac_grid", grid),  # type: ignore[arg-type]  # does what is asked
            load=ManualLoad("power.ac_load", lamps),  # type: ignore[arg-type]  # likewise
        )
        bench.power.start_charge()
        assert bench.until(lambda: bench.control.current > 20.0, 30.0)
        bench.power.start_discharge(20.0)
        bench.power.idle()
        assert bench.until(lambda: bench.control.current < 1.0, 30.0)
    assert grid.asked[:3] == ["it is on", "switch it on", "switch it off"]
    assert lamps.asked[0] == "switch its input off"
    assert any(what.startswith("set its power to 1") for what in lamps.asked)


def test_a_refusal_is_an_error_of_the_rig(lab: Any) -> None:
    def refuse(what: str) -> None:
        raise InstrumentError(f"power.ac_grid: the operator refused to {what}")

    with open_bench("twin") as bench:
        grid = ManualSource("power.ac_grid", Hands(refuse))  # type: ignore[arg-type]  # does what is asked
        bench._equipment = replace(bench._equipment, ac_grid=grid)
        with pytest.raises(InstrumentError, match="the operator refused to switch it on"):
            bench.switch("ac_grid", True)
        bench._equipment = replace(bench._equipment, ac_grid=None)
    assert lab.on == set()


def test_manual_is_for_real_rigs_and_needs_somebody(
    variant: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    manual = ("ac_grid: {rating: 6000, by: relays}", "ac_grid: {rating: 6000, by: manual}")
    told = r"power\.ac_grid\.by: manual, but nobody can reach into a twin: use relays or load"
    with pytest.raises(InputError, match=told), open_bench(variant("twin", manual)):
        pass
    rig = load(
        variant(
            "template_real",
            ("ac_grid: {rating: 5000, by: relays}", "ac_grid: {rating: 5000, by: manual}"),
            ("ac_load: {rating: 5000, by: load}", "ac_load: {rating: 5000, by: manual}"),
        )
    )
    assert by_hand(rig) == ["ac_grid", "load"]
    monkeypatch.setattr("bmshil.instruments.operator.TERMINAL", str(tmp_path / "none"))
    journal = Journal(SimulatedTimeline(), None)
    with pytest.raises(InstrumentError, match=r"nobody is there to operate power\.ac_grid"):
        connect_by_hand("ac_grid", journal)
    journal.close()
