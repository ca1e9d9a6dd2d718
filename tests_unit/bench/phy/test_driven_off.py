"""Floods that collide with a sender and drive it off the bus: a good device comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.bench import open_bench
from bmshil.bench.bus.disturber import Disturber
from bmshil.errors import Inconclusive
from bmshil.journal import Frame
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from conftest import Begun, ConclusionOf, Rig

    from bmshil.timeline import Nanoseconds

PAUSE = 0.002  # s; eight frames of the flood take 1.85 ms


def test_a_good_device_is_driven_off_and_back_within_two_seconds(
    rig: Rig, conclusion_of: ConclusionOf
) -> None:
    with open_bench(rig()) as bench:
        assert conclusion_of(bench, "test_bus_off_recovery").verdict is Verdict.PASS
        errors, speaks, back = bench.judge.judgements
        assert float(errors.measurement.value) >= 16
        assert speaks.measurement.value is True
        assert 0.0 < float(back.measurement.value) <= 2.0


def test_a_device_that_stays_off_the_bus_is_caught(rig: Rig, conclusion_of: ConclusionOf) -> None:
    with open_bench(rig(), mutation="stays_bus_off") as bench:
        found = conclusion_of(bench, "test_bus_off_recovery")
        assert found.verdict is Verdict.FAIL
        assert "the device speaks again is false, not true" in found.reason
        found = conclusion_of(bench, "test_device_acknowledges")
        assert found.verdict is Verdict.PASS, "a power cycle brings it back for the next test"


def test_an_adapter_that_pauses_needs_several_floods(
    rig: Rig, conclusion_of: ConclusionOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bmshil.bench.bus.disturber.DEPTH", 8)
    follow = Disturber._follow

    def late(self: Disturber, when: Nanoseconds, frame: Frame) -> None:
        self._bench.timeline.after(PAUSE, lambda: self._flood is not None and follow(self, when, frame))

    monkeypatch.setattr(Disturber, "_follow", late)
    with open_bench(rig()) as bench:
        assert conclusion_of(bench, "test_bus_off_recovery").verdict is Verdict.PASS
        floods = [
            event
            for event in bench.journal.events(0.0, bench.seconds, "stimulus")
            if event.data["text"].startswith("flood of 0x305, 7 bytes")
        ]
        assert 1 < len(floods) <= 16


def test_a_device_that_does_not_speak_cannot_be_driven_off(rig: Rig, begun: Begun) -> None:
    with open_bench(rig()) as bench:
        begun(bench)
        stranger = bench.bus.last_set(2)._replace(id=0x7FE)
        with pytest.raises(Inconclusive, match="was not heard with 0x7FE: there is nothing to"):
            bench.disturber.drive_off(stranger, period=1.0)


def test_a_flood_that_hits_nothing_is_inconclusive(
    rig: Rig, begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Disturber, "_start", lambda *_: None)
    with open_bench(rig()) as bench:
        begun(bench)
        own = Frame(0x305, bytes(8))
        with pytest.raises(Inconclusive, match="0 collisions in 16 floods, and 1 of its frames came"):
            bench.disturber.drive_off(own, period=1.0)


def test_a_pack_that_is_silent_has_no_slot_to_collide_in(rig: Rig, begun: Begun) -> None:
    with open_bench(rig()) as bench:
        begun(bench)
        bench.bank.silence()
        bench.run(3.0)
        with pytest.raises(Inconclusive, match="pack 2 was not heard for two periods"):
            bench.disturber.collide(2)
