"""What is refused before anything is opened: too much traffic, and adapters that nobody answers for."""

import re
from collections.abc import Callable

import pytest

from bmshil.errors import RigError
from bmshil.rig import Rig, check_ready, load, planned_traffic, refusals, waivers, warnings

Bend = Callable[..., Rig]

SERIAL = "{interface: slcan, channel: /dev/ttyACM0, bitrate: 500000"
VIRTUAL = "{interface: virtual, channel: bmshil"


def serial(bend: Bend, answer: str) -> Rig:
    """The rig with one serial adapter, and something said about it."""
    return bend("emulate_slcan", (SERIAL, SERIAL + answer))


def test_the_twin_has_room_and_nothing_to_isolate() -> None:
    rig = load("twin")
    traffic = planned_traffic(rig)
    assert len(traffic.messages) == 18
    # 3 packs x (135 + 95 + 115 + 125 + 75 + 135) bits and 135 bits of keep-alive, each second.
    assert traffic.bank_load == pytest.approx(2040 / 500_000)
    assert traffic.device_load == pytest.approx(135 / 500_000)
    assert traffic.load == pytest.approx(2175 / 500_000)
    assert (refusals(rig), warnings(rig), waivers(rig)) == ((), (), ())
    check_ready(rig)


@pytest.mark.parametrize(
    ("bitrate", "load_", "warned"), [(10_000, 0.2175, False), (5_000, 0.435, True), (3_200, 0.6797, True)]
)
def test_a_busy_bus_is_warned_about(bend: Bend, bitrate: int, load_: float, warned: bool) -> None:
    rig = bend("emulate_virtual", (VIRTUAL, f"{VIRTUAL}, bitrate: {bitrate}"))
    assert planned_traffic(rig).load == pytest.approx(load_, abs=1e-4)
    assert bool(warnings(rig)) is warned
    check_ready(rig)


def test_an_overloaded_bus_is_refused_unless_the_rig_asks_for_it(bend: Bend) -> None:
    slow = (VIRTUAL, f"{VIRTUAL}, bitrate: 3000")
    told = (
        "rig.yaml: the planned bus load is 72.5 % of 3000 bit/s, the limit is 70 %: take fewer packs or a "
        "higher bit rate, or raise wire.most_load"
    )
    with pytest.raises(RigError, match=re.escape(told)):
        check_ready(bend("emulate_virtual", slow))
    asked = bend("emulate_virtual", slow, ("bank:", "wire: {most_load: 0.8}\nbank:"))
    check_ready(asked)
    (told,) = warnings(asked)
    assert told.startswith("the planned bus load is 72.5 %: above 30 % frames wait for each other, ")
    with pytest.raises(RigError, match=r"is 0\.435 % of 500000 bit/s, the limit is 0\.1 %"):
        check_ready(bend("twin", ("bank:", "wire: {most_load: 0.001}\nbank:")))


def test_an_adapter_that_nobody_answers_for_is_refused(bend: Bend) -> None:
    with pytest.raises(RigError) as caught:
        check_ready(serial(bend, ""))
    assert str(caught.value).endswith(
        "rig.yaml: can.emulator: is slcan /dev/ttyACM0 galvanically isolated? Look at its data sheet and add "
        '`isolated: true` to this line, or `isolated: false, waiver: "who allows it, when and why"`'
    )


@pytest.mark.parametrize("waiver", ["", ", waiver: ''", ", waiver: '  '"])
def test_an_adapter_without_isolation_is_refused(bend: Bend, waiver: str) -> None:
    with pytest.raises(RigError, match=r"can\.emulator: slcan /dev/ttyACM0 is not galvanically isolated, so"):
        check_ready(serial(bend, f", isolated: false{waiver}"))


def test_an_isolated_adapter_needs_no_waiver(bend: Bend) -> None:
    rig = serial(bend, ", isolated: true")
    check_ready(rig)
    assert waivers(rig) == ()


@pytest.mark.parametrize(("said", "word"), [(", isolated: false", "isolated"), ("", "declared as isolated")])
def test_what_somebody_allows_is_recorded(bend: Bend, said: str, word: str) -> None:
    rig = serial(bend, f"{said}, waiver: 'J. Doe, 2026-11-20: laptop on battery'")
    check_ready(rig)
    assert waivers(rig) == (f"adapter emulator is not {word}; waived: J. Doe, 2026-11-20: laptop on battery",)


def test_every_adapter_of_a_bench_is_asked_about() -> None:
    asked = refusals(load("template_real"))
    assert [re.findall(r"can\.\w+", line) for line in asked] == [["can.emulator"], ["can.witness"]]


@pytest.mark.parametrize(
    ("channel", "adapter"),
    [
        ("{interface: virtual, channel: a", False),
        ("{interface: socketcan, channel: vcan0", False),
        ("{interface: socketcan, channel: can0", True),
        ("{interface: gs_usb, channel: 0", True),
    ],
)
def test_what_ends_inside_the_computer_needs_no_isolation(bend: Bend, channel: str, adapter: bool) -> None:
    rig = bend("emulate_slcan", (SERIAL, channel.replace("channel: 0", "channel: '0'")))
    assert bool(refusals(rig)) is adapter
