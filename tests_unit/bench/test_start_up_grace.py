"""What a device complains about right after power does not count, for as long as it declares."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bmshil.bench import Bench, Trial, open_bench
from bmshil.errors import Blocked
from bmshil.judge import Requirement

if TYPE_CHECKING:
    from pathlib import Path

REQUIREMENT = Requirement("STA-01", "The device starts", "dut")


def complaining(folder: Path, *, grace: float) -> str:
    """A device that shows an alarm of its own for 100 s after power, and declares so many seconds of it."""
    text = resources.files("bmshil.inverter").joinpath("profiles/pylon_parallel.yaml").read_text("utf-8")
    profile = yaml.safe_load(text)
    profile["declares"]["start_up_grace"] = grace
    profile["behaves"] = {**(profile.get("behaves") or {}), "manners": {"complains": 100.0}}
    path = folder / "complaining.yaml"
    path.write_text(yaml.safe_dump(profile), encoding="utf-8")
    return str(path)


def cycles(bench: Bench) -> int:
    return sum("power cycle" in one.data["text"] for one in bench.journal.events(0.0, 1e6, "stimulus"))


def test_a_test_begins_after_the_declared_grace(lab: Any, tmp_path: Path) -> None:
    with open_bench("twin", profile=complaining(tmp_path, grace=110.0)) as bench:
        Trial(bench, "test_one", REQUIREMENT).begin()
        assert bench.seconds >= 110.0
        assert bench.device_ready()
        assert cycles(bench) == 0
        (on,) = (one for one in bench.journal.events(0.0, 1e6, "device") if one.data["on"])
        assert on.data["boot"] == 110.0, "what it does on the bus until then is excused"
        bench.power_cycle()
        cycled = bench.seconds
        Trial(bench, "test_two", REQUIREMENT).begin()
        assert bench.seconds >= cycled + 110.0
        assert lab.on == {"supply", "dc_main"}


def test_the_same_complaint_without_a_declared_grace_needs_a_reset(tmp_path: Path) -> None:
    with open_bench("twin", profile=complaining(tmp_path, grace=0.0)) as bench:
        with pytest.raises(Blocked, match="reset needed"):
            Trial(bench, "test_one", REQUIREMENT).begin()
        assert cycles(bench) == 1
