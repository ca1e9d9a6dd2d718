"""Nodes that answer: nothing before the device asks, its set when it does, with the faults that are on."""

from collections.abc import Callable
from typing import Any

import pytest

from bmshil.bms import Freeze, Period, Silence
from bmshil.bms.faults.payloads import ByteOrder, Dlc
from bmshil.journal import Frame

Make = Callable[..., Any]

POLL = Frame(0x301, bytes.fromhex("11 22 33 44 55 66 77 88"))
GROWATT = [0x311, 0x312, 0x313, 0x314, 0x319, 0x320, 0x321]
ENSEMBLE = [0x4211, 0x4221, 0x4231, 0x4241, 0x4251, 0x4261, 0x4271, 0x4281, 0x4291]


def growatt(scene: Make, **more: Any) -> Any:
    one = scene(1, language="growatt-lv", scheme="base", **more)
    one.timeline.run(2.0)
    return one


def ask(one: Any, frame: Frame, seconds: float = 1.0) -> None:
    one.fleet.hear(one.timeline.now, frame)
    one.timeline.run(seconds)


def said(one: Any) -> list[int]:
    return [frame.id for _, frame in one.sender.sent]


@pytest.mark.parametrize("payload", ["11 22 33 44 55 66 77 88", "0B 16 21 2C 37 42 4D 58", ""])
def test_a_growatt_battery_answers_each_poll_with_its_set_whatever_the_poll_says(
    scene: Make, payload: str
) -> None:
    one = growatt(scene)
    one.timeline.run(60.0)
    assert one.sender.sent == []
    ask(one, Frame(0x301, bytes.fromhex(payload)), 60.0)
    assert said(one) == GROWATT
    assert [when for when, _ in one.sender.sent] == [62.0, 62.005, 62.01, 62.015, 62.02, 62.025, 62.03]
    ask(one, Frame(0x305, bytes(8)))
    ask(one, Frame(0x301, bytes(8), extended=True))
    ask(one, Frame(0x301, b"", remote=True))
    assert len(one.sender.sent) == 7


def test_what_is_answered_is_what_the_node_says_now(scene: Make) -> None:
    one = growatt(scene)
    one.fleet.limit(cvl=56.0, ccl=100.0, dcl=50.0)
    one.timeline.run(1.0)
    ask(one, POLL)
    assert one.sender.of(0x311) == ["02 30 03 E8 01 F4 00 61"]  # 560, 1000, 500; both outputs, standby
    one.fleet.limit(cvl=55.2)
    one.timeline.run(1.0)
    ask(one, POLL)
    assert one.sender.of(0x311)[1].startswith("02 28")


def test_faults_of_bytes_work_on_answers(scene: Make) -> None:
    one = growatt(scene)
    one.fleet.limit(cvl=56.0, ccl=100.0, dcl=50.0)
    one.timeline.run(1.0)
    faults = one.fleet[1].faults
    turned = faults.on(ByteOrder(ids=(0x311,)))
    short = faults.on(Dlc(length=6, ids=(0x313,)))
    quiet = faults.on(Silence(ids=(0x312,)))
    ask(one, POLL)
    assert one.sender.of(0x311) == ["30 02 E8 03 F4 01 00 61"]
    assert [len(data.split()) for data in one.sender.of(0x313)] == [6]
    assert one.sender.of(0x312) == []
    for fault in (turned, short, quiet):
        fault.off()
    frozen = faults.on(Freeze())
    one.fleet.limit(cvl=55.2)
    one.timeline.run(1.0)
    ask(one, POLL)
    assert one.sender.of(0x311)[-1].startswith("02 30")
    frozen.off()
    ask(one, POLL)
    assert one.sender.of(0x311)[-1].startswith("02 28")


def test_a_slower_rhythm_leaves_questions_unanswered_and_a_jitter_answers_late(scene: Make) -> None:
    one = growatt(scene)
    slow = one.fleet[1].faults.on(Period(seconds=3.0, ids=(0x311,)))
    for _ in range(7):
        ask(one, POLL)
    assert one.sender.times(0x311) == [2.0, 5.0, 8.0]
    assert len(one.sender.times(0x313)) == 7
    slow.off()
    one.sender.clear()
    one.fleet[1].faults.on(Period(jitter=0.5, seed=1, ids=(0x311,)))
    ask(one, POLL)
    (late,) = one.sender.times(0x311)
    assert 9.0 < late < 9.5
    assert one.sender.times(0x313) == [9.01]


def test_a_node_that_starts_up_or_is_off_answers_nobody(scene: Make) -> None:
    one = scene(1, language="growatt-lv", scheme="base", start_up=5.0)
    ask(one, POLL, 4.5)
    assert one.sender.sent == []
    one.timeline.run(1.5)
    ask(one, POLL)
    assert said(one) == GROWATT
    one.fleet.stop()
    ask(one, POLL)
    assert said(one) == GROWATT


def test_every_pile_answers_the_host_in_turn_with_its_address(scene: Make) -> None:
    one = scene(3, language="pylontech-hv", scheme="+address")
    one.timeline.run(2.0)
    one.sender.clear()
    ask(one, Frame(0x4200, bytes(8), extended=True), 0.9)
    expected = [id_ + pack for pack in range(3) for id_ in ENSEMBLE]
    assert said(one) == expected
    assert all(frame.extended for _, frame in one.sender.sent)
    one.sender.clear()
    # The equipment request of a real host carries E3 in its last byte (bms-to-inverter issue 85).
    ask(one, Frame(0x4200, bytes.fromhex("02 00 00 00 00 00 00 E3"), extended=True), 0.9)
    assert said(one) == [id_ + pack for pack in range(3) for id_ in (0x7311, 0x7321, 0x7331, 0x7341)]
    assert (
        bytes.fromhex(one.sender.of(0x7331)[0]) + bytes.fromhex(one.sender.of(0x7341)[0])[:1] == b"PYLONTECH"
    )
    one.sender.clear()
    ask(one, Frame(0x4200, b"", extended=True))
    assert one.sender.sent == []


def test_a_pile_that_was_sent_to_sleep_answers_after_it_was_woken(scene: Make) -> None:
    one = scene(2, language="pylontech-hv", scheme="+address")
    one.timeline.run(2.0)
    request = Frame(0x4200, bytes(8), extended=True)
    ask(one, Frame(0x8202, bytes.fromhex("55 00 00 00 00 00 00 00"), extended=True))
    ask(one, request)
    assert {id_ & 0xF for id_ in said(one)} == {1}
    one.sender.clear()
    ask(one, Frame(0x8202, bytes.fromhex("AA 00 00 00 00 00 00 00"), extended=True))
    ask(one, Frame(0x8211, bytes.fromhex("AA 00 00 00 00 00 00 00"), extended=True))
    assert one.sender.sent == []  # no reply to either
    ask(one, request)
    assert {id_ & 0xF for id_ in said(one)} == {1, 2}
    assert [data["text"] for _, data in one.events("architecture")][-1] == (
        "0x00008211 aa 00 00 00 00 00 00 00: command"
    )


def test_only_the_pile_that_is_asked_masks_the_loss(scene: Make) -> None:
    one = scene(2, language="pylontech-hv", scheme="+address")
    one.timeline.run(2.0)
    ask(one, Frame(0x8242, bytes.fromhex("AA 00 00 00 00 00 00 00"), extended=True))
    assert said(one) == [0x8252]
    assert one.sender.of(0x8252)[0].startswith("AA")


def test_addresses_begin_at_0_where_the_scheme_says_so(scene: Make) -> None:
    one = scene(1, language="pylontech-hv", scheme="+address0")
    one.timeline.run(2.0)
    ask(one, Frame(0x4200, bytes(8), extended=True))
    assert said(one)[0] == 0x4210


def test_a_byd_is_silent_until_the_inverter_speaks_and_then_keeps_its_periods(scene: Make) -> None:
    one = scene(1, language="byd-hvs", scheme="base")
    one.timeline.run(100.0)
    assert one.sender.sent == []
    assert not one.fleet[1].on_air
    ask(one, Frame(0x151, bytes.fromhex("01 00 00 00 00 00 00 00")), 0.5)
    assert [id_ for id_ in said(one) if id_ >= 0x250] == [0x250, 0x290, 0x2D0, 0x3D0, 0x3D0, 0x3D0, 0x3D0]
    assert one.sender.of(0x3D0) == [
        "00 42 61 74 74 65 72 79",
        "01 2D 42 6F 78 20 50 72",
        "02 65 6D 69 75 6D 20 48",
        "03 56 53 00 00 00 00 00",
    ]
    assert one.fleet[1].on_air
    one.timeline.run(121.0)
    assert len(one.sender.of(0x110)) == 61
    assert len(one.sender.of(0x150)) == len(one.sender.of(0x1D0)) == len(one.sender.of(0x210)) == 13
    assert [data[-2:] for data in one.sender.of(0x190)] == ["00", "01", "02"]
    ask(one, Frame(0x151, bytes.fromhex("00 47 4F 4F 44 57 45 00")))  # "GOODWE": a name, no question
    assert len(one.sender.of(0x250)) == 1


def test_a_byd_that_was_off_waits_for_the_inverter_again(scene: Make) -> None:
    one = scene(1, language="byd-hvs", scheme="base")
    ask(one, Frame(0x151, bytes(8)), 5.0)
    assert one.sender.of(0x110)
    one.fleet.stop()
    one.sender.clear()
    one.fleet.start()
    one.timeline.run(10.0)
    assert one.sender.sent == []


@pytest.mark.parametrize(("kind", "answer"), [(0, 0x683), (1, 0x684), (2, 0x685), (3, 0x690)])
@pytest.mark.parametrize("query", [0x605, 0x705])
def test_a_sofar_battery_sends_its_set_by_itself_and_answers_queries(
    scene: Make, query: int, kind: int, answer: int
) -> None:
    one = scene(1, language="sofar-ext", scheme="<<12")
    one.timeline.run(3.0)
    assert set(said(one)) == {0x351, 0x355, 0x356, 0x30F, 0x35A, 0x35E, 0x35F}
    ask(one, Frame(query, bytes((kind, 0, 0, 0, 0, 0, 0, 0)), extended=True))
    assert one.sender.of(answer) == ["00 00 00 00 00 00 00 00"]
    assert all(frame.extended for _, frame in one.sender.sent)


def test_a_growatt_battery_of_high_voltage_waits_for_the_heartbeat(scene: Make) -> None:
    one = scene(1, language="growatt-hv", scheme="base")
    one.timeline.run(10.0)
    assert one.sender.sent == []
    one.fleet.hear(one.timeline.now, Frame(0x3010, bytes.fromhex("0E DF 14 00 00 00 00 00"), extended=True))
    one.timeline.run(1.9)
    assert said(one) == 2 * [*range(0x3110, 0x31A0, 0x10), *range(0x3200, 0x32A0, 0x10), 0x3F00]
    assert all(frame.extended for _, frame in one.sender.sent)
