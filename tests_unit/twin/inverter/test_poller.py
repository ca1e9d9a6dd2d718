"""Polling, against a bank that is a dictionary of replies. All on simulated time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.errors import InputError
from bmshil.timeline import Nanoseconds, SimulatedTimeline
from bmshil.twin.inverter.polling import Poller, Reading, ascii_frame, read_polling
from bmshil.twin.inverter.polling.settings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

ANALOG = bytes.fromhex("CE0E000A3C") + bytes(44)
"""0x61: 52.75 V, 0.1 A, 60 %."""

LIMITS = bytes.fromhex("DAC0AFC800FA00FAC0")
"""0x63: 56.0 V, 45.0 V, 25.0 A, 25.0 A, both allowed."""


class Bank:
    """Answers every question 50 ms later; each test says which, how late, and how."""

    def __init__(self, timeline: SimulatedTimeline) -> None:
        self.timeline = timeline
        self.asked: list[tuple[float, int, int]] = []
        self.poller: Poller | None = None
        self.delay: Callable[[int, int], float | None] = lambda _address, _command: 0.05
        self.spoil: Callable[[bytes], bytes] = lambda frame: frame
        self.address: Callable[[int], int] = lambda asked: asked

    def send(self, data: bytes) -> None:
        told = ascii_frame.read(data)
        self.asked.append((round(self.timeline.seconds, 3), told.address, told.code))
        delay = self.delay(told.address, told.code)
        if delay is None:
            return
        address = self.address(told.address)
        reply = self.spoil(ascii_frame.request(address, 0x00, self.info(told.address, told.code)))
        self.timeline.after(delay, lambda: self._answer(reply))

    def info(self, address: int, command: int) -> bytes:
        return {
            0x61: ANALOG,
            0x62: bytes(4),
            0x63: LIMITS,
            0x4F: b"",
            0x92: bytes([address]) + LIMITS[:5] + bytes([10 * address]) + LIMITS[6:],
            0x42: bytes([0, address, 1, 0x0C, 0xE4, 1, 0x0B, 0xA5])
            + bytes.fromhex("0000CE0EEA6004FFFF000000EA600186A0"),
        }[command]

    def _answer(self, reply: bytes) -> None:
        assert self.poller is not None
        self.poller.hear(self.timeline.now, reply)


class Polled:
    """A poller, its bank, and what it has learnt."""

    def __init__(self, protocol: str, **settings: Any) -> None:
        self.timeline = SimulatedTimeline()
        self.bank = Bank(self.timeline)
        self.learnt: list[tuple[int, Reading]] = []
        rules = read_polling({**DEFAULTS, "protocol": protocol, **settings})
        assert rules is not None
        self.poller = self.bank.poller = Poller(self.timeline, self.bank, rules, self.learn)
        self.timeline.after(0.0, self.poller.start)

    def learn(self, number: int, reading: Reading, _when: Nanoseconds) -> None:
        self.learnt.append((number, reading))

    @property
    def limits(self) -> set[tuple[float, float]]:
        """CVL and CCL of all that it believed."""
        return {(one.limits.cvl, one.limits.ccl) for _, one in self.learnt if one.limits is not None}


def test_one_speaker_is_asked_three_things_in_turn() -> None:
    polled = Polled("pylontech-system")
    polled.timeline.run(1.0)
    assert polled.bank.asked == [(0.0, 2, 0x61), (0.3, 2, 0x62), (0.6, 2, 0x63), (0.9, 2, 0x61)]
    assert polled.limits == {(56.0, 25.0)}
    assert [one.soc for _, one in polled.learnt if one.soc is not None] == [0.6, 0.6]
    assert {number for number, _ in polled.learnt} == {1}


def test_one_speaker_is_looked_for_at_all_addresses_and_then_kept() -> None:
    polled = Polled("pylontech-system", addresses=[0x02, 0x12])
    polled.bank.delay = lambda address, _: 0.05 if address == 0x12 else None
    polled.timeline.run(10.0)
    assert [address for _, address, _ in polled.bank.asked[:6]] == [2, 2, 2, 0x12, 0x12, 0x12]
    assert {address for when, address, _ in polled.bank.asked if when > 2.0} == {0x12}
    assert polled.limits == {(56.0, 25.0)}


def test_an_answer_from_the_battery_s_own_address_counts_where_it_is_one_of_both() -> None:
    polled = Polled("pylontech-system", addresses=[0x12, 0x02])
    polled.bank.address = lambda _: 0x02
    polled.timeline.run(2.0)
    assert polled.limits == {(56.0, 25.0)}
    other = Polled("pylontech-system", addresses=[0x12, 0x02])
    other.bank.address = lambda _: 0x22
    other.timeline.run(2.0)
    assert (other.learnt, other.poller.refused > 0) == ([], True)


def test_several_batteries_are_asked_one_by_one_and_opened_first() -> None:
    polled = Polled("pylontech-pack", addresses=[2, 3, 4], interval=0.25)
    polled.bank.delay = lambda address, _: None if address == 3 else 0.05
    polled.timeline.run(3.0)
    assert [(address, command) for _, address, command in polled.bank.asked[:9]] == [
        (2, 0x4F), (2, 0x42), (2, 0x92), (3, 0x4F), (4, 0x4F), (4, 0x42), (4, 0x92), (2, 0x42), (2, 0x92),
    ]  # fmt: skip
    assert {number for number, _ in polled.learnt} == {1, 3}
    assert {(one.limits.ccl, number) for number, one in polled.learnt if one.limits} == {(2.0, 1), (4.0, 3)}
    assert {(one.soc, one.capacity) for _, one in polled.learnt if one.soc} == {(0.6, 100.0)}


def late_every_third(_address: int, command: int) -> float:
    return 0.55 if command == 0x61 else 0.2


def test_a_late_reply_is_no_answer_to_the_next_question() -> None:
    polled = Polled("pylontech-system")
    polled.bank.delay = late_every_third  # the timeout is 0.5 s
    polled.timeline.run(30.0)
    assert polled.limits == {(56.0, 25.0)}
    assert all(one.soc is None for _, one in polled.learnt)
    assert polled.poller.refused > 10


def test_a_bad_device_pairs_a_late_reply_with_its_last_question() -> None:
    polled = Polled("pylontech-system", pairing="last_poll")
    polled.bank.delay = lambda _, command: 0.85 if command == 0x61 else 0.2
    polled.timeline.run(30.0)
    # 52.75 V are the battery's own voltage, and 1536.0 A its 60 % in the upper byte.
    assert (52.75, 1536.0) in polled.limits


@pytest.mark.parametrize(("checksum", "limits"), [("refuse", set()), ("accept", {(56.0, 425.0)})])
def test_a_digit_that_flips_on_the_way(checksum: str, limits: set[tuple[float, float]]) -> None:
    polled = Polled("pylontech-system", checksum=checksum)
    # 00FA becomes 10BA: 25.0 A become 428.2 A, and the checksum no longer fits.
    polled.bank.spoil = lambda frame: frame.replace(b"AFC800FA", b"AFC8109A")
    polled.timeline.run(3.0)
    assert polled.limits == limits
    assert polled.poller.garbled == (3 if checksum == "refuse" else 0)


def test_what_does_not_come_in_time_is_missed_and_asked_again() -> None:
    polled = Polled("pylontech-system")
    polled.bank.delay = lambda _address, _command: None
    polled.timeline.run(5.2)
    assert (polled.poller.asked, polled.poller.missed) == (11, 10)


def test_a_plug_that_is_out_asks_and_hears_nothing() -> None:
    polled = Polled("pylontech-system")
    polled.timeline.run(1.0)
    polled.poller.connected = False
    before = len(polled.bank.asked), len(polled.learnt)
    polled.timeline.run(5.0)
    assert (len(polled.bank.asked), len(polled.learnt)) == before
    polled.poller.connected = True
    polled.timeline.run(1.0)
    assert len(polled.learnt) > before[1]


def test_a_reply_may_come_in_pieces() -> None:
    polled = Polled("pylontech-system")
    polled.bank.delay = lambda _address, _command: None
    polled.timeline.run(0.01)
    reply = ascii_frame.request(2, 0x00, ANALOG)
    for start in range(0, len(reply), 10):
        polled.poller.hear(polled.timeline.now, reply[start : start + 10])
    assert [one.soc for _, one in polled.learnt] == [0.6]


def test_a_word_that_means_nothing_is_refused() -> None:
    with pytest.raises(InputError, match=r"serial.protocol: no behaviour 'canbus'"):
        read_polling({**DEFAULTS, "protocol": "canbus"})
    with pytest.raises(InputError, match=r"serial.addresses: give at least one"):
        read_polling({**DEFAULTS, "protocol": "pylontech-pack", "addresses": []})
    assert read_polling(DEFAULTS) is None
