"""Benches whose cable, adapters or device are bad, and the requirement tests to be run on them."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import bmshil.inverter
from bmshil.bench import Bench, Trial
from bmshil.errors import Blocked, Inconclusive, RigError
from bmshil.judge import Conclusion, Requirement
from bmshil.rig import find

Rig = Callable[..., Path]
ConclusionOf = Callable[..., Conclusion]
Begun = Callable[[Bench], Trial]

TESTS = Path(__file__).parents[3] / "tests_hil"
PROFILES = Path(bmshil.inverter.__file__).parent / "profiles"
PLAIN = Requirement("LIM-04", "A CCL of 0 A stops the charge", "dut")


@pytest.fixture(scope="module")
def phy() -> dict[str, Any]:
    """The requirement tests themselves, by name."""
    found: dict[str, Any] = {}
    for name in ("test_phy", "test_phy_presence"):
        spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= vars(module)
    return found


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """The twin's rig file with all that the physical layer needs, and with a cable as given."""

    def make(
        *, without: tuple[str, ...] = (), term_relays: bool = True, meter: bool = True, **wire: Any
    ) -> Path:
        content = yaml.safe_load(find("twin").read_text(encoding="utf-8"))
        content["wire"] = wire
        content["can"]["disturber"] = {"interface": "twin", "channel": "bus0", "listen_only": True}
        relays = content["instruments"]["relays"]["channels"]
        relays |= {"can_break": 6, "can_term_a": 7, "can_term_b": 8}
        if not term_relays:
            del relays["can_term_a"], relays["can_term_b"]
        content["instruments"]["ohmmeter"] = {"driver": "scpi-ohmmeter", "resource": "twin"}
        if not meter:
            del content["instruments"]["ohmmeter"]
        for role in without:
            del content["can"][role]
        path = tmp_path / "rig.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    return make


@pytest.fixture
def tuned(tmp_path: Path) -> Callable[[int], str]:
    """Write a profile of a device at another bit rate; returns its file."""

    def write(bitrate: int) -> str:
        good = (PROFILES / "pylon_parallel.yaml").read_text(encoding="utf-8")
        assert good.count("  bitrate: null") == 1
        wrong = tmp_path / "wrong.yaml"
        wrong.write_text(good.replace("  bitrate: null", f"  bitrate: {bitrate}"), encoding="utf-8")
        return str(wrong)

    return write


@pytest.fixture
def conclusion_of(phy: dict[str, Any]) -> ConclusionOf:
    """Run one requirement test as the plugin does: ``conclusion_of(bench, "test_termination")``."""

    def conclude(bench: Bench, name: str, *arguments: Any) -> Conclusion:
        test = phy[name]
        trial = Trial(bench, name, next(one.args[0] for one in test.pytestmark if one.name == "requirement"))
        error: BaseException | None = None
        try:
            trial.begin()
            test(bench, *arguments)
        except (Blocked, Inconclusive, RigError) as caught:
            error = caught
        conclusion = trial.conclude(error)
        trial.end()
        return conclusion

    return conclude


@pytest.fixture
def begun() -> Begun:
    """Begin a test of something else than the bus."""

    def begin(bench: Bench) -> Trial:
        trial = Trial(bench, "test_one", PLAIN)
        trial.begin()
        return trial

    return begin


@pytest.fixture
def judge_the_terminals() -> Callable[[Bench], None]:
    """Let a test find something good."""

    def judge(bench: Bench) -> None:
        bench.judge.at_most(bench.voltage(), 60.0)

    return judge


@pytest.fixture
def cut() -> Callable[[Any], None]:
    """Cut the cable to the device for good."""

    def cut_cable(twin: Any) -> None:
        twin.inverter.plug(False)
        twin.inverter.plug = lambda _plugged: None

    return cut_cable
