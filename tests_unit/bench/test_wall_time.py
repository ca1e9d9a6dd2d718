"""The same bench on wall time, where instruments have workers and the timeline a thread of its own."""

import threading
from pathlib import Path

import pytest

from bmshil.bench import open_bench
from bmshil.rig import find, load

pytestmark = pytest.mark.wall(13)


@pytest.fixture
def rig(tmp_path: Path) -> Path:
    """The twin with an inverter that boots quickly."""
    profile = load("twin").profile.path.read_text(encoding="utf-8")
    text = find("twin").read_text(encoding="utf-8")
    assert "boot: 8.0" in profile
    assert "profile: pylon_parallel" in text
    (tmp_path / "quick.yaml").write_text(profile.replace("boot: 8.0", "boot: 0.2"), encoding="utf-8")
    path = tmp_path / "rig.yaml"
    path.write_text(text.replace("profile: pylon_parallel", "profile: quick.yaml"), encoding="utf-8")
    return path


def test_a_twin_on_wall_time_charges_and_ends_switched_off(rig: Path) -> None:
    before = set(threading.enumerate())
    with open_bench(rig, wall=True) as bench:
        assert bench.until(lambda: bench.device_ready() and bench.control.steps > 20, timeout=30.0)
        bench.set_open_limits()
        bench.power.start_charge()
        assert bench.until(lambda: bench.control.current > 50.0, timeout=30.0)
        charged_from = bench.packs[1].soc
        bench.run(1.0)
        assert bench.packs[1].soc > charged_from
        report = bench.switch_off()
        assert report.clean, str(report)
        assert not bench.energised
        assert bench.journal.events(0.0, bench.seconds, "port_error") == []
    assert {thread.name for thread in set(threading.enumerate()) - before} == set()
