"""What each fault does to the frames; what it does to their time is tested beside."""

from collections.abc import Callable
from typing import Any

import pytest

from bmshil.bms import (
    ByteOrder,
    Dlc,
    Duplicate,
    Fault,
    Freeze,
    Override,
    Period,
    Raw,
    Reboot,
    Scale,
    Silence,
    Swap,
)
from bmshil.dialects import Alarm
from bmshil.errors import InputError

Make = Callable[..., Any]
NORMAL = "30 02 F4 01 84 03 C0 01"  # 56.0 V, 50 A, 90 A, 44.8 V


def test_silence_and_back(scene: Make) -> None:
    one = scene(2)
    one.timeline.run(0.5)
    handle = one.fleet[1].faults.on(Silence())
    assert not one.fleet[1].on_air
    one.sender.clear()
    one.timeline.run(60.0)
    assert one.sender.of(0x351) == []
    assert len(one.sender.of(0x451)) == 60
    assert one.fleet[1].muted == 360
    handle.off()
    one.timeline.run(1.0)
    assert one.sender.times(0x351) == [61.0]


def test_silence_of_chosen_messages(scene: Make) -> None:
    one = scene(2)
    one.fleet[2].faults.on(Silence(ids=(0x351, 0x355)))
    one.timeline.run(1.0)
    assert (one.sender.of(0x451), one.sender.of(0x455)) == ([], [])
    assert len(one.sender.of(0x456)) == 1
    assert len(one.sender.of(0x351)) == 2
    assert one.fleet[2].on_air


def test_a_silent_node_still_protects_its_pack(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Silence())
    one.bank[1].soc = 1.01
    one.timeline.run(3.0)
    assert not one.bank[1].connected


def test_frozen_payloads_do_not_follow_the_pack(scene: Make) -> None:
    one = scene(1)
    one.timeline.run(0.5)
    handle = one.fleet[1].faults.on(Freeze())
    one.bank[1].soc = 0.3
    one.fleet[1].limit(cvl=55.2)
    one.timeline.run(600.0)
    assert set(one.sender.of(0x355)) == {"3C 00 64 00"}
    assert set(one.sender.of(0x351)) == {NORMAL}
    assert len(one.sender.of(0x355)) == 601
    handle.off()
    one.timeline.run(1.0)
    assert one.sender.of(0x355)[-1] == "1E 00 64 00"


def test_only_one_message_can_freeze(scene: Make) -> None:
    one = scene(1)
    one.timeline.run(0.5)
    one.fleet[1].faults.on(Freeze(ids=(0x355,)))
    one.bank[1].soc = 0.3
    one.fleet[1].limit(cvl=55.2)
    one.timeline.run(1.0)
    assert one.sender.of(0x355)[-1] == "3C 00 64 00"
    assert one.sender.of(0x351)[-1] == "28 02 F4 01 84 03 C0 01"


def test_frozen_before_it_ever_spoke_it_holds_its_first_payload(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Freeze())
    one.timeline.run(0.5)
    one.bank[1].soc = 0.3
    one.timeline.run(1.0)
    assert one.sender.of(0x355) == ["3C 00 64 00"] * 2


def test_override_of_any_field(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Override(cvl=55.2, soc=0.14, charge_enabled=False, manufacturer="PYTES"))
    one.fleet[1].faults.on(Override(protections=Alarm.HIGH_TEMPERATURE | Alarm.CELL_LOW_VOLTAGE, modules=10))
    one.timeline.run(0.5)
    assert one.sender.of(0x351) == ["28 02 F4 01 84 03 C0 01"]
    assert one.sender.of(0x355) == ["0E 00 64 00"]
    assert one.sender.of(0x359) == ["0C 00 00 00 0A 50 4E"]
    assert one.sender.of(0x35C) == ["40 00"]
    assert one.sender.of(0x35E) == ["50 59 54 45 53 20 20 20"]
    assert one.fleet[1].report.soc == 0.14


def test_a_negative_limit_can_be_overridden(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Override(dcl=-10.0))
    one.timeline.run(0.5)
    assert one.sender.of(0x351) == ["30 02 F4 01 9C FF C0 01"]  # as diyBMSv4ESP32 87 logged it


def test_of_two_overrides_the_later_one_has_the_last_word(scene: Make) -> None:
    one = scene(1)
    first = one.fleet[1].faults.on(Override(cvl=55.2, ccl=10.0))
    second = one.fleet[1].faults.on(Override(cvl=54.0))
    assert (one.fleet[1].report.cvl, one.fleet[1].report.ccl) == (54.0, 10.0)
    first.off()
    assert (one.fleet[1].report.cvl, one.fleet[1].report.ccl) == (54.0, 50.0)
    second.off()
    assert one.fleet[1].report.cvl == 56.0


def test_wrong_scale_sends_530_for_5300(scene: Make) -> None:
    one = scene(1, terminal_voltage=lambda: 53.0)
    handle = one.fleet[1].faults.on(Scale(field="voltage", factor=0.1, ids=(0x356,)))
    one.timeline.run(0.5)
    assert one.sender.of(0x356)[0][:5] == "12 02"
    handle.off()
    one.timeline.run(1.0)
    assert one.sender.of(0x356)[1][:5] == "B4 14"


def test_scale_touches_only_the_chosen_message(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Scale(field="cvl", factor=0.5, ids=(0x355,)))
    one.timeline.run(0.5)
    assert one.sender.of(0x351) == [NORMAL]


def test_scaled_counts_stay_whole(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Override(modules=10))
    one.fleet[1].faults.on(Scale(field="modules", factor=0.25))
    one.timeline.run(0.5)
    assert one.sender.of(0x359)[0][12:14] == "02"


def test_wrong_byte_order_turns_53_2_into_512_2_volt(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].limit(cvl=53.2, ccl=370.0, dcl=370.0, dvl=46.0)
    one.fleet[1].faults.on(ByteOrder(ids=(0x351,)))
    one.timeline.run(0.5)
    assert one.sender.of(0x351) == ["02 14 0E 74 0E 74 01 CC"]
    assert one.sender.of(0x355) == ["3C 00 64 00"]


def test_wrong_byte_order_leaves_bits_and_text(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(ByteOrder())
    one.timeline.run(0.5)
    assert one.sender.of(0x355) == ["00 3C 00 64"]
    assert one.sender.of(0x359) == ["00 00 00 00 01 50 4E"]
    assert one.sender.of(0x35C) == ["C0 00"]
    assert one.sender.of(0x35E) == ["50 59 4C 4F 4E 20 20 20"]


def test_ccl_and_dcl_change_places(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].limit(cvl=53.2, ccl=0.0, dcl=150.0, dvl=46.0)
    one.fleet[1].faults.on(Swap(fields=("ccl", "dcl")))
    one.timeline.run(0.5)
    assert one.sender.of(0x351) == ["14 02 DC 05 00 00 CC 01"]


def test_bytes_of_ones_own_lengthen_a_short_message(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Raw(data=b"\x16\x0d", at=5, ids=(0x355,)))
    one.fleet[1].faults.on(Raw(data=b"\x00\x00", ids=(0x351,)))
    one.timeline.run(0.5)
    assert one.sender.of(0x355) == ["3C 00 64 00 00 16 0D"]
    assert one.sender.of(0x351) == ["00 00 F4 01 84 03 C0 01"]


@pytest.mark.parametrize(
    ("length", "payload"),
    [(6, "30 02 F4 01 84 03"), (0, ""), (8, NORMAL), (3, "30 02 F4")],
)
def test_wrong_length(scene: Make, length: int, payload: str) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Dlc(length=length, ids=(0x351,)))
    one.timeline.run(0.5)
    assert one.sender.of(0x351) == [payload]
    assert one.sender.of(0x355) == ["3C 00 64 00"]


def test_longer_messages_are_filled_with_zeros(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Dlc(length=8, ids=(0x355,)))
    one.timeline.run(0.5)
    assert one.sender.of(0x355) == ["3C 00 64 00 00 00 00 00"]


def test_byte_order_comes_before_the_length_however_they_were_switched_on(scene: Make) -> None:
    one = scene(1)
    one.fleet[1].faults.on(Dlc(length=3, ids=(0x351,)))
    one.fleet[1].faults.on(ByteOrder(ids=(0x351,)))
    one.timeline.run(0.5)
    assert one.sender.of(0x351) == ["02 30 01"]


def test_switching_is_written_to_the_journal(scene: Make) -> None:
    one = scene(2)
    with one.fleet[2].faults.on(Override(cvl=55.2)) as handle:
        assert one.fleet[2].faults.active == (Override(cvl=55.2),)
        assert handle.is_on
    handle.off()
    assert one.events("fault") == [
        ("pack2", {"text": "pack2.override cvl=55.2", "on": True}),
        ("pack2", {"text": "pack2.override cvl=55.2", "on": False}),
    ]


def test_clear_switches_everything_off(scene: Make) -> None:
    one = scene(1)
    for fault in (Silence(), Freeze(), Override(cvl=55.2), Reboot()):
        one.fleet[1].faults.on(fault)
    one.fleet[1].faults.clear()
    one.timeline.run(10.5)
    assert one.fleet[1].faults.active == ()
    assert one.sender.of(0x351) == [NORMAL] * 11
    assert len(one.events("fault")) == 8


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            Silence(ids=(0x451,)),
            r"pack1.silence ids=0x451: no message 0x451 in pylontech-lv-1.2, give .*0x351",
        ),
        (Override(cvl=7000.0), r"pack1.override cvl=7000: Limits .*7000"),
        (Override(manufacturer="MANUFACTURER"), r"at most 8 ASCII characters"),
        (Scale(field="dvl", factor=1000.0), r"pack1.scale field=dvl factor=1000: Limits"),
        (Duplicate(of=3), r"pack1.duplicate of=3: no pack 3, the bank has packs 1 to 2"),
        (Duplicate(of=1), r"of=1 is the pack itself"),
        (Period(jitter=1.0), r"jitter=1.0 s must be smaller than the period, 1.0 s"),
    ],
)
def test_a_fault_that_does_not_fit_is_refused_and_not_switched_on(
    scene: Make, fault: Fault, message: str
) -> None:
    one = scene(2)
    with pytest.raises(InputError, match=message) as caught:
        one.fleet[1].faults.on(fault)
    assert "\n" not in str(caught.value)
    assert one.fleet[1].faults.active == ()
    one.timeline.run(0.5)
    assert one.sender.of(0x351) == [NORMAL]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Override, "give at least one field"),
        (lambda: Override(volts=3.0), "a report has no 'volts', it has cvl, ccl"),
        (lambda: Override(cvl="55"), "cvl takes float, not '55'"),
        (lambda: Override(modules=True), "modules takes int, not True"),
        (lambda: Override(cvl=float("inf")), "cvl=inf is no number"),
        (lambda: Scale(field="alarms"), "field=alarms cannot be scaled"),
        (lambda: Scale(factor=float("nan")), "factor=nan is no number"),
        (lambda: Dlc(length=9), "length=9 does not exist"),
        (Period, "give seconds= or jitter="),
        (lambda: Period(seconds=-1.0), "seconds=-1.0 is too short"),
        (lambda: Period(jitter=-1.0), "jitter=-1.0 is negative"),
        (lambda: Reboot(silence=-1.0), "give seconds of 0 or more"),
        (lambda: Reboot(silence=0.0, zeros=0.0), "not both 0"),
    ],
)
def test_a_fault_that_makes_no_sense_cannot_be_made(make: Callable[[], Fault], message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()
