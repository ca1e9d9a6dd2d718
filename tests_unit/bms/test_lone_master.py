"""One pack reports itself as the bank."""

from collections.abc import Callable
from typing import Any

import pytest

from bmshil.battery import uneven_leads
from bmshil.bms import ArchitectureSettings, Override, Silence
from bmshil.errors import InputError

Make = Callable[..., Any]

LONE = ArchitectureSettings("lone_master")


def hour(one: Any, amps: float) -> None:
    """Let a current flow through the bank for an hour."""
    for _ in range(60):
        one.bank.step(amps, 60.0)
        one.timeline.run(60.0)


def test_with_equal_sharing_the_master_says_what_the_bank_has(scene: Make) -> None:
    one = scene(2, soc=1.0, architecture=LONE, protect=False)
    one.timeline.run(1.0)
    hour(one, -100.0)
    # 50 Ah out of each pack of 100 Ah.
    assert one.fleet.architecture.drift == pytest.approx(0.0, abs=0.001)
    assert one.fleet[1].report.soc == pytest.approx(0.50, abs=0.001)


def test_with_seventy_to_thirty_the_master_falls_ahead_of_the_bank(scene: Make) -> None:
    one = scene(2, soc=1.0, architecture=LONE, protect=False)
    one.timeline.run(1.0)
    with uneven_leads(one.bank, [0.7, 0.3]):
        hour(one, -100.0)
    # By hand 70 Ah and 30 Ah: 30 % said, 50 % there, 20 points. SOCs that lie apart even a part of it out.
    assert one.fleet.architecture.bank_soc == pytest.approx(0.50, abs=0.001)
    assert -0.20 <= one.fleet.architecture.drift <= -0.15
    times, drift = one.journal.samples("soc.drift", 0.0, 4000.0)
    assert len(times) == pytest.approx(3600, abs=2)
    assert drift[0] == pytest.approx(0.0, abs=0.001)
    assert drift[-1] == pytest.approx(one.fleet.architecture.drift, abs=0.001)


def test_what_is_said_is_the_master_s_own_with_the_capacity_of_the_bank(scene: Make) -> None:
    one = scene(3, architecture=LONE)
    one.fleet[1].limit(ccl=20.0)
    one.fleet[2].limit(ccl=5.0)
    one.fleet[3].faults.on(Override(soc=0.1))
    one.timeline.run(2.0)
    (said,) = one.fleet.architecture.said
    assert (said.ccl, said.soc, said.capacity, said.modules) == (20.0, pytest.approx(0.6), 300.0, 1)
    assert one.fleet.asks().ccl == 20.0
    assert {frame.id for _, frame in one.sender.sent} == {0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E}


def test_the_installer_may_have_entered_another_capacity(scene: Make) -> None:
    one = scene(3, architecture=ArchitectureSettings("lone_master", capacity=100.0))
    one.timeline.run(2.0)
    assert one.fleet.architecture.said[0].capacity == 100.0


def test_a_lost_master_is_silence(scene: Make) -> None:
    one = scene(3, architecture=LONE)
    one.timeline.run(2.0)
    one.fleet[1].faults.on(Silence())
    one.sender.clear()
    one.timeline.run(60.0)
    assert one.sender.sent == []
    assert one.fleet.architecture.drift is None


def test_somebody_makes_the_second_pack_the_master(scene: Make) -> None:
    one = scene(2, architecture=LONE)
    one.fleet[2].faults.on(Override(soc=0.3))
    one.timeline.run(2.0)
    one.fleet[1].faults.on(Silence())
    one.fleet.architecture.promote(2)
    one.timeline.run(2.0)
    assert one.fleet.architecture.speakers == (2,)
    assert one.fleet.architecture.said[0].soc == 0.3
    assert one.events("architecture") == [("bank", {"text": "pack 2 is made the master by hand"})]
    one.fleet.reset()
    assert one.fleet.architecture.speakers == (1,)


def test_only_a_pack_of_the_bank_can_be_promoted(scene: Make) -> None:
    with pytest.raises(InputError, match="no pack 3 to promote, the bank has packs 1 to 2"):
        scene(2, architecture=LONE).fleet.architecture.promote(3)
