"""Drivers that cannot do what a bench asks of them are refused; the others play the whole bench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import check_testable, open_bench
from bmshil.errors import InputError, RigError
from bmshil.rig import load
from bmshil.twin.instruments.catalogue import MODELS

if TYPE_CHECKING:
    from pathlib import Path


def relays(model: str) -> tuple[str, str]:
    return "driver: scpi-relays", f"driver: {model}"


def test_relays_that_never_answer_are_refused_on_simulated_time(variant: Any) -> None:
    rig = variant("twin", relays("lcus-relays"))
    words = (
        "instruments.relays: lcus-relays does not say when a setting is done, so it works on wall time only"
    )
    with pytest.raises(RigError, match=words), open_bench(rig):
        pass
    with pytest.raises(RigError, match=words):
        check_testable(load(rig))
    check_testable(load(rig), simulated=False)


def test_a_permit_that_never_answers_is_refused_on_simulated_time_too(variant: Any) -> None:
    permit = "  permit: {driver: lcus-relays, resource: twin, channels: {permit: 1}}\n"
    rig = load(variant("twin", ("  relays:\n", f"{permit}  relays:\n")))
    with pytest.raises(RigError, match=r"instruments.permit: lcus-relays does not say"):
        check_testable(rig)


@pytest.mark.parametrize("role", ["supply", "meter"])
def test_nobody_follows_the_control_loop_by_hand(variant: Any, role: str) -> None:
    rig = load(variant("twin", (f"{role}: {{driver: scpi-{role}", f"{role}: {{driver: manual-{role}")))
    words = f"instruments.{role}: manual-{role}: the control loop speaks to it every 0.1 s"
    with pytest.raises(RigError, match=words):
        check_testable(rig, simulated=False)


def test_what_is_out_of_the_loop_may_be_read_by_hand(variant: Any) -> None:
    rig = load(variant("twin", ("driver: scpi-ohmmeter", "driver: manual-meter")))
    check_testable(rig, simulated=False)


def test_a_driver_that_is_not_fit_for_its_role_is_refused(variant: Any) -> None:
    rig = load(variant("twin", ("driver: scpi-ohmmeter", "driver: scpi-load")))
    with pytest.raises(InputError, match="'scpi-load' cannot be a ohmmeter"):
        check_testable(rig)


@pytest.mark.parametrize(
    ("board", "meter"),
    [("waveshare-relays", "keysight-34461a"), ("kmtronic-relays", "keithley-dmm6500")],
)
def test_other_models_play_the_whole_bench(variant: Any, board: str, meter: str) -> None:
    rig = variant("twin", relays(board), ("scpi-meter", meter), ("scpi-ohmmeter", meter))
    # The shipped rig names its meter; this one is another.
    rig.write_text(rig.read_text(encoding="utf-8").replace(", options: {expect: METER-TWIN}", ""))
    with open_bench(rig) as bench:
        assert bench.relays.closed("dc_main") is True
        assert bench.wire.termination.value == pytest.approx(60.0, abs=0.3)
        bench.run(2.0)
        assert bench.control.voltage == pytest.approx(52.5, abs=1.0)
        assert bench.switch_off().clean
        assert bench.relays.closed("dc_main") is False


def test_a_lab_brings_its_own_meter(variant: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "our_lab.py").write_text(
        "from bmshil.instruments import Capability\n"
        "class OurOhmmeter:\n"
        "    capabilities = Capability.CONFIRMS\n"
        "    identity = 'ours'\n"
        "    @classmethod\n"
        "    def connect(cls, name, resource, *, journal=None, **options): return cls()\n"
        "    def disconnect(self): pass\n"
        "    def resistance(self): return 60.0\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(MODELS, "our_lab:OurOhmmeter", MODELS["scpi-ohmmeter"])
    rig = variant("twin", ("driver: scpi-ohmmeter", "driver: our_lab:OurOhmmeter"))
    with open_bench(rig) as bench:
        assert bench.wire.termination.value == 60.0
