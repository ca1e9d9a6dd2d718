"""A bank that is silent until the inverter speaks."""

from collections.abc import Callable
from typing import Any

import pytest

from bmshil.bms import ArchitectureSettings
from bmshil.errors import InputError
from bmshil.journal import Frame

Make = Callable[..., Any]

ALIVE = Frame(0x305, bytes(8))


def gated(scene: Make, gate: str = "any", **more: Any) -> Any:
    settings = ArchitectureSettings("gated", gate=gate, arithmetic="capacity_weighted", **more)
    one = scene(2, architecture=settings)
    one.fleet.architecture.device = frozenset({(0x305, False)})
    return one


def hear(one: Any, identifier: int, extended: bool = False) -> None:
    one.fleet.architecture.hear(one.timeline.now, Frame(identifier, bytes(8), extended))


def test_nobody_speaks_before_the_inverter(scene: Make) -> None:
    one = gated(scene)
    one.timeline.run(600.0)
    assert one.sender.sent == []
    hear(one, 0x305)
    one.timeline.run(1.0)
    (said,) = one.fleet.architecture.said
    assert (said.capacity, said.modules) == (200.0, 2)
    assert len(one.sender.of(0x351)) == 1


def test_a_frame_that_the_device_does_not_declare_opens_nothing(scene: Make) -> None:
    one = gated(scene)
    hear(one, 0x123)
    hear(one, 0x305, extended=True)
    one.timeline.run(5.0)
    assert one.sender.sent == []


@pytest.mark.parametrize(
    ("gate", "opens", "extended"),
    [
        ("growatt", 0x301, False),
        ("growatt_hv", 0x3010, True),
        ("byd_hvs", 0x151, False),
        ("pylontech_hv", 0x4200, True),
    ],
)
def test_each_gate_has_its_own_word(scene: Make, gate: str, opens: int, extended: bool) -> None:
    one = gated(scene, gate)
    hear(one, 0x305)
    hear(one, opens, not extended)
    one.timeline.run(3.0)
    assert one.sender.sent == []
    hear(one, opens, extended)
    one.timeline.run(1.0)
    assert len(one.sender.of(0x351)) == 1


@pytest.mark.parametrize(
    ("gate", "opens", "sets"), [("growatt", (0x301, False), 2), ("byd_hvs", (0x151, False), 60)]
)
def test_one_word_lasts_as_long_as_its_gate_is_patient(
    scene: Make, gate: str, opens: tuple[int, bool], sets: int
) -> None:
    one = gated(scene, gate)
    hear(one, *opens)
    one.timeline.run(59.5)
    assert len(one.sender.of(0x351)) == sets


def test_the_rig_s_own_patience_counts(scene: Make) -> None:
    one = gated(scene, patience=10.0)
    hear(one, 0x305)
    one.timeline.run(60.0)
    assert one.sender.times(0x351)[-1] == pytest.approx(10.0, abs=1.0)
    assert [data["text"] for _, data in one.events("architecture")] == [
        "the inverter has spoken: the bank begins",
        "the inverter is silent: so is the bank",
    ]


def test_a_masked_pylontech_hv_bears_a_silent_host_for_five_minutes(scene: Make) -> None:
    one = gated(scene, "pylontech_hv")
    hear(one, 0x4200, extended=True)
    one.timeline.run(1.0)
    hear(one, 0x8243, extended=True)
    one.timeline.run(600.0)
    assert one.sender.times(0x351)[-1] == pytest.approx(301.0, abs=1.0)


def test_a_reset_closes_the_gate(scene: Make) -> None:
    one = gated(scene)
    hear(one, 0x305)
    one.timeline.run(2.0)
    one.fleet.reset()
    one.timeline.run(0.5)  # the set that was under way ends
    one.sender.clear()
    one.timeline.run(5.0)
    assert one.sender.sent == []


def test_the_master_of_the_rig_speaks(scene: Make) -> None:
    one = gated(scene, master=2)
    hear(one, 0x305)
    one.timeline.run(2.0)
    assert one.fleet.architecture.speakers == (2,)
    assert one.fleet[2].on_air
    assert not one.fleet[1].on_air


def test_a_gate_that_nobody_knows_is_refused(scene: Make) -> None:
    with pytest.raises(InputError, match="no gate is called 'growat'; did you mean growatt"):
        gated(scene, "growat")
