"""Bit rates: that of the device is found by listening, and nobody on the bus notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import open_bench
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Begun, ConclusionOf, Rig


@pytest.mark.parametrize("bitrate", [250_000, 125_000, 1_000_000])
def test_a_device_at_another_bit_rate_is_named(
    rig: Rig, conclusion_of: ConclusionOf, tuned: Callable[[int], str], bitrate: int
) -> None:
    with open_bench(rig(), profile=tuned(bitrate)) as bench:
        found = conclusion_of(bench, "test_bit_rate_of_the_device")
        assert found.verdict is Verdict.FAIL
        assert f"bit rate of the device is '{bitrate} bit/s', not '500000 bit/s'" in found.reason


def test_listening_at_another_bit_rate_is_noticed_by_nobody(rig: Rig, lab: Any) -> None:
    with open_bench(rig()) as bench:
        medium = lab.twin.wiring._medium
        before = medium.error_frames
        assert bench.disturber.bit_rate(250_000, over=3.0) == "another bit rate than 250000 bit/s"
        assert bench.disturber.bit_rate(500_000, over=3.0) == "500000 bit/s"
        assert medium.error_frames == before
        assert bench.ports["disturber"].listen_only
        bench.wire.hush()
        assert bench.disturber.bit_rate(500_000, over=3.0) == "silent"


def test_nobody_notices_that_the_device_is_looked_for(
    rig: Rig, conclusion_of: ConclusionOf, lab: Any, begun: Begun, cut: Callable[[Any], None]
) -> None:
    with open_bench(rig()) as bench:
        begun(bench).end()
        medium = lab.twin.wiring._medium
        before = medium.error_frames
        assert conclusion_of(bench, "test_bit_rate_of_the_device").verdict is Verdict.PASS
        assert medium.error_frames == before
        bench.bank.silence()
        bench.run(2.0)
        cut(lab.twin)
        assert bench.disturber.device_bit_rate(over=2.0) is None
