"""The energise-to-run relay of the software bench: dc_main is closed only while it permits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus
from bmshil.twin.software_bench import SoftwareBench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RELAYS = {"dc_main": 1, "dc_discharge": 3}


@pytest.fixture
def make() -> Iterator[Callable[..., SoftwareBench]]:
    """Benches with a supply of 52 V whose output is on."""
    closing: list[Callable[[], object]] = []

    def build(**setup: Any) -> SoftwareBench:
        timeline = SimulatedTimeline()
        can_medium.create("permit", timeline)
        closing.append(lambda: can_medium.remove("permit"))
        bus = TwinBus("permit")
        closing.append(bus.shutdown)
        bench = SoftwareBench(
            timeline, {}, bus, packs=1, setup={"permit": {"permit": 1}, "instruments": {}, **setup}
        )
        closing.append(bench.stop)
        bench.world.set_supply(voltage=52.0)
        bench.world.switch_supply(True)
        return bench

    yield build
    for close in reversed(closing):
        close()


def reaches_the_device(bench: SoftwareBench) -> bool:
    """Whether the supply's voltage stands at the device a second after it was without any."""
    bench.contacts["relays"].press("dc_discharge", True)
    bench._timeline.run(10.0)
    bench.contacts["relays"].press("dc_discharge", False)
    bench._timeline.run(1.0)
    return bench.world.voltage > 50.0


def test_dc_main_needs_its_own_channel_and_the_permit(make: Callable[..., SoftwareBench]) -> None:
    bench = make(relays=RELAYS)
    relays, permit = bench.contacts["relays"], bench.contacts["permit"]
    relays.press("dc_main", True)
    assert not reaches_the_device(bench)
    permit.press("permit", True)
    assert reaches_the_device(bench)
    relays.press("dc_main", False)
    assert not reaches_the_device(bench)
    relays.press("dc_main", True)
    permit.press("permit", False)
    assert not reaches_the_device(bench)
    assert relays.driven(1)  # all that the board knows


def test_a_timed_permit_opens_dc_main_by_itself(make: Callable[..., SoftwareBench]) -> None:
    bench = make(relays=RELAYS)
    bench.contacts["relays"].press("dc_main", True)
    bench.contacts["permit"].drive_for(1, 30.0)
    assert reaches_the_device(bench)
    bench._timeline.run(30.0)
    assert not reaches_the_device(bench)


def test_a_welded_main_contactor_heeds_no_permit(make: Callable[..., SoftwareBench]) -> None:
    bench = make(relays=RELAYS)
    bench.contacts["permit"].press("permit", True)
    bench.contacts["relays"].press("dc_main", True)
    bench.contacts["relays"].weld("dc_main")
    bench.contacts["permit"].press("permit", False)
    bench.contacts["relays"].press("dc_main", False)
    assert bench.contacts["relays"].closed("dc_main")
    assert reaches_the_device(bench)


def test_where_no_relay_switches_dc_main_the_permit_alone_does(make: Callable[..., SoftwareBench]) -> None:
    bench = make(relays={"dc_discharge": 3})
    assert not reaches_the_device(bench)
    bench.contacts["permit"].press("permit", True)
    assert reaches_the_device(bench)


def test_without_a_permit_nothing_waits_for_one(make: Callable[..., SoftwareBench]) -> None:
    bench = make(relays=RELAYS, permit={})
    bench.contacts["relays"].press("dc_main", True)
    assert reaches_the_device(bench)
