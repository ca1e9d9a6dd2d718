"""Real adapters with software on both sides: the bank on one, the twin's inverter on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.bench import open_bench, open_emulator
from bmshil.errors import InputError
from bmshil.rig import find, load

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.wall(19)


@pytest.fixture
def selftest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``template_selftest`` on python-can's bus inside one process, with an inverter that boots quickly."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))  # where locks are
    profile = load("twin").profile.path.read_text(encoding="utf-8")
    assert "boot: 8.0" in profile
    (tmp_path / "quick.yaml").write_text(profile.replace("boot: 8.0", "boot: 0.2"), encoding="utf-8")
    text = find("template_selftest").read_text(encoding="utf-8")
    for old, new in (
        ("interface: socketcan, channel: can0", f"interface: virtual, channel: {tmp_path.name}"),
        ("interface: socketcan, channel: can1", f"interface: virtual, channel: {tmp_path.name}"),
        ("profile: pylon_parallel", "profile: quick.yaml"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    path = tmp_path / "rig.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_software_inverter_charges_as_the_frames_on_a_real_bus_ask_for(selftest: Path) -> None:
    with open_bench(selftest) as bench:
        assert not bench.timeline.simulated
        assert list(bench.rig.can) == ["emulator", "inverter"]
        assert bench.until(lambda: bench.device_ready() and bench.control.steps > 5, timeout=30.0)
        bench.power.start_charge()
        assert bench.until(lambda: bench.control.current > 20.0, timeout=30.0)
        bench.bank.limit(ccl=4.0)
        assert bench.until(lambda: abs(bench.control.current - 12.0) < 0.5, timeout=30.0)
        assert bench.bus.keepalive_gap(over=2.0).value < 1.5
        assert bench.switch_off().clean


def test_where_only_frames_are_played_the_bank_feeds_the_software_inverter(selftest: Path) -> None:
    with open_emulator(load(selftest), purpose="emulate") as house:
        assert house.software is not None
        assert list(house.ports) == ["emulator"]
        house.bank.start()
        emulator = house.ports["emulator"]
        assert house.timeline.until(lambda: emulator.health.received >= 1, timeout=30.0)


def test_only_a_mutation_of_its_device_is_taken(selftest: Path) -> None:
    told = "mutation averages_cvl does not apply to profile quick"
    with pytest.raises(InputError, match=told), open_bench(selftest, mutation="averages_cvl"):
        pass
