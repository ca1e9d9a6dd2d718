"""Error signalling bit by bit."""

from __future__ import annotations

import can
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.twin.canbus.foreign import find_flag
from bmshil.twin.canbus.station import Station
from bmshil.twin.canbus.stream import stuffed_bits
from bmshil.twin.canbus.wire import Jam, Party, play

ZEROS = stuffed_bits(can.Message(arbitration_id=0x305, is_extended_id=False, data=bytes(8)))  # 112 bits
LENGTH = 112


def station(*, tec: int = 0, rec: int = 0, listen_only: bool = False) -> Station:
    made = Station("station", lambda *_: None, lambda *_: None, listen_only=listen_only)
    made.tec, made.rec = tec, rec
    return made


def receivers(count: int) -> list[Party]:
    return [Party(station(), None) for _ in range(count)]


def test_a_good_frame_ends_after_its_intermission() -> None:
    sender, *others = parties = [Party(station(), ZEROS), *receivers(2)]
    assert play(parties, [], LENGTH) == (True, 125, False)
    assert [party.kind for party in parties] == [None] * 3
    assert sender.running
    assert all(party.running for party in others)


def test_without_acknowledgement_the_flag_stands_in_place_of_the_acknowledge_delimiter() -> None:
    (sender,) = parties = [Party(station(), ZEROS)]
    assert play(parties, [], LENGTH) == (False, 131, True)
    assert (sender.kind, sender.tec) == ("acknowledge", 8)


def test_a_passive_sender_does_not_count_a_missing_acknowledgement() -> None:
    (sender,) = parties = [Party(station(tec=128), ZEROS)]
    assert play(parties, [], LENGTH) == (False, 131, False)
    assert (sender.kind, sender.tec) == ("acknowledge", 0)


def test_a_passive_sender_counts_it_when_somebody_is_dominant_during_its_flag() -> None:
    (sender,) = parties = [Party(station(tec=128), ZEROS)]
    stranger = Jam(station(), LENGTH + 4, LENGTH + 7)
    play(parties, [stranger], LENGTH)
    assert (sender.kind, sender.tec) == ("acknowledge", 8)


def test_a_receiver_that_errs_alone_counts_nine_and_all_others_one() -> None:
    sender, alone, other = parties = [Party(station(), ZEROS), Party(station(), None, hit=30), *receivers(1)]
    ending = play(parties, [], 30)
    assert not ending.good
    assert (sender.kind, sender.tec) == ("bit", 8)
    assert (alone.kind, alone.rec) == ("stuff", 9)
    assert (other.kind, other.rec) == ("stuff", 1)


def test_a_passive_sender_that_stops_within_the_crc_leaves_a_crc_error() -> None:
    sender, receiver = parties = [Party(station(tec=128), ZEROS, hit=LENGTH - 3), *receivers(1)]
    ending = play(parties, [], LENGTH - 3)
    assert (sender.kind, receiver.kind) == ("bit", "crc")
    # CRC delimiter, acknowledge slot and delimiter, then the receiver's flag, delimiter and intermission
    assert ending == (False, LENGTH + 3 + 6 + 8 + 3, True)


def test_a_passive_receiver_that_errs_alone_disturbs_nobody() -> None:
    sender, alone, other = parties = [
        Party(station(), ZEROS),
        Party(station(rec=130), None, hit=30),
        *receivers(1),
    ]
    assert play(parties, [], 30) == (True, 125, False)
    assert (sender.kind, alone.kind, other.kind) == (None, "stuff", None)
    assert alone.rec >= 1


@pytest.mark.parametrize(("flag", "tec"), [(6, 8), (13, 8), (14, 16), (21, 16), (22, 24), (24, 24)])
def test_each_eight_dominant_bits_after_ones_own_flag_count_eight(flag: int, tec: int) -> None:
    # The stranger begins in a recessive bit: the sender finds its error there, its own flag is the next six
    sender = Party(station(), ZEROS)
    begin = ZEROS.index(b"\0\1", 20) + 1
    play([sender], [Jam(station(), begin, begin + 1 + flag)], begin - 1)
    assert sender.kind == "bit"
    assert sender.tec == tec


@given(
    st.integers(0, 0x7FF),
    st.binary(max_size=8),
    st.integers(1, 4),
    st.floats(0.0, 0.99),
    st.integers(0, 4),
)
def test_flags_overlap_to_six_to_twelve_bits(
    identifier: int, data: bytes, count: int, place: float, victim: int
) -> None:
    bits = stuffed_bits(can.Message(arbitration_id=identifier, is_extended_id=False, data=data))
    hit = 1 + int(place * (len(bits) - 1))
    parties = [Party(station(), bits), *receivers(count)]
    parties[victim % len(parties)].hit = hit
    good, length, flagged = play(parties, [], hit)
    assert (good, flagged) == (False, True)
    assert 6 <= length - (hit + 1) - 8 - 3 <= 12
    assert parties[0].tec == 8
    assert all(party.rec in (1, 9) for party in parties[1:])
    assert all(party.done for party in parties)


@given(
    st.integers(0, 0x7FF),
    st.binary(max_size=8),
    st.sampled_from([10_000, 125_000, 250_000, 800_000, 1_000_000]),
)
def test_a_stranger_finds_an_error_within_the_frame(identifier: int, data: bytes, bitrate: int) -> None:
    bits = stuffed_bits(can.Message(arbitration_id=identifier, is_extended_id=False, data=data))
    flag = find_flag(bits, 500_000, station(), bitrate)
    assert 1 <= flag.begin < len(bits) + 1 + 2 + 7
    assert flag.end - flag.begin == 6 * 500_000 // bitrate or bitrate == 800_000


def test_twice_as_fast_three_equal_bits_are_six() -> None:
    # 0 01101010001 ...: the first three equal bits end with the 11th bit
    bits = stuffed_bits(can.Message(arbitration_id=0x351, is_extended_id=False, data=b"\x01"))
    assert find_flag(bits, 500_000, station(), 1_000_000).begin == 11
