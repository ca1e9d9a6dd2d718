"""Frames in a journal: windows with literal edges, and every field back as it was written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.journal import Direction, Frame, Journal, Recording, identifier_label, layouts
from bmshil.timeline import Nanoseconds, SimulatedTimeline

frames = st.builds(
    lambda extended, id_, data, remote: Frame(
        id_ if extended else id_ & 0x7FF, b"" if remote else data, extended, remote
    ),
    extended=st.booleans(),
    id_=st.integers(min_value=0, max_value=0x1FFFFFFF),
    data=st.binary(max_size=8),
    remote=st.booleans(),
)


@pytest.fixture
def journal() -> Journal:
    return Journal(SimulatedTimeline())


def put(journal: Journal, seconds: float, identifier: int) -> None:
    journal.frame(0, Nanoseconds(round(seconds * 1e9)), Direction.RECEIVED, Frame(identifier, b"\x01"))


def test_a_window_has_both_its_edges(journal: Journal) -> None:
    for seconds, identifier in ((0.999_999_999, 1), (1.0, 2), (1.5, 3), (2.0, 4), (2.000_000_001, 5)):
        put(journal, seconds, identifier)
    assert journal.frames(1.0, 2.0)["id"].tolist() == [2, 3, 4]
    assert journal.frames(3.0, 9.0)["id"].tolist() == []


def test_a_frame_of_literal_bytes(journal: Journal) -> None:
    port = journal.port("emulator")
    assert (port, journal.port("witness"), journal.ports) == (0, 1, ["emulator", "witness"])
    charge = Frame(0x351, bytes.fromhex("2802740e740ecc01"))
    journal.frame(port, Nanoseconds(1_500_000_000), Direction.SENT, charge)
    row = journal.frames(0, 2)[0]
    assert (row["t"], row["id"], row["port"], row["flags"], row["dlc"]) == (1_500_000_000, 0x351, 0, 1, 8)
    assert row["data"].tolist() == [0x28, 0x02, 0x74, 0x0E, 0x74, 0x0E, 0xCC, 0x01]


@pytest.mark.parametrize(
    ("direction", "frame", "error", "flags"),
    [
        (Direction.RECEIVED, Frame(0x351, b""), False, 0x00),
        (Direction.SENT, Frame(0x351, b""), False, 0x01),
        (Direction.UNCONFIRMED, Frame(0x351, b""), False, 0x02),
        (Direction.LOST, Frame(0x351, b""), False, 0x03),
        (Direction.RECEIVED, Frame(0x1351, b"", extended=True), False, 0x04),
        (Direction.RECEIVED, Frame(0x351, b"", remote=True), False, 0x08),
        (Direction.RECEIVED, Frame(0, b""), True, 0x10),
    ],
)
def test_flags_have_fixed_bits(
    journal: Journal, direction: Direction, frame: Frame, error: bool, flags: int
) -> None:
    journal.frame(0, Nanoseconds(0), direction, frame, error=error)
    assert journal.frames(0, 0)["flags"].tolist() == [flags]


@given(
    written=st.lists(
        st.tuples(
            frames,
            st.sampled_from(Direction),
            st.integers(min_value=0, max_value=10**18),
            st.integers(min_value=0, max_value=255),
        ),
        max_size=30,
    )
)
def test_every_frame_comes_back_as_it_was_written(
    written: list[tuple[Frame, Direction, int, int]],
) -> None:
    journal = Journal(SimulatedTimeline())
    for frame, direction, when, port in written:
        journal.frame(port, Nanoseconds(when), direction, frame)
    rows = journal.frames(0, 1e9 + 1)
    back = [
        (
            Frame(
                int(row["id"]),
                bytes(row["data"][: row["dlc"]]),
                bool(row["flags"] & layouts.EXTENDED),
                bool(row["flags"] & layouts.REMOTE),
            ),
            Direction(row["flags"] & layouts.DIRECTION_MASK),
            int(row["t"]),
            int(row["port"]),
        )
        for row in rows
    ]
    assert back == written


@given(times=st.lists(st.integers(min_value=0, max_value=20), max_size=60), start=st.integers(0, 20))
def test_a_window_of_late_timestamps_is_what_a_plain_filter_gives(times: list[int], start: int) -> None:
    # A frame's own timestamp may lie up to a second behind the frame before it.
    seconds = [index + late / 20 for index, late in enumerate(times)]
    journal = Journal(SimulatedTimeline())
    for index, when in enumerate(seconds):
        put(journal, when, index)
    expected = [index for index, when in enumerate(seconds) if start <= when <= start + 5]
    assert journal.frames(start, start + 5)["id"].tolist() == expected


def test_a_million_bytes_go_to_disk_and_nothing_is_lost(tmp_path: Path) -> None:
    journal = Journal(SimulatedTimeline(), tmp_path)
    number = 100_000
    for index in range(number):
        journal.frame(0, Nanoseconds(index * 10_000_000), Direction.SENT, Frame(index & 0x7FF, b"\x07"))
    assert (tmp_path / "frames.bin").stat().st_size >= 2 * 2**20
    everything = journal.frames(0, 1_000)
    assert len(everything) == number
    assert everything["id"][[0, 50_000, 99_999]].tolist() == [0, 50_000 & 0x7FF, 99_999 & 0x7FF]
    across = journal.frames(499.995, 500.025)
    assert across["t"].tolist() == [500_000_000_000, 500_010_000_000, 500_020_000_000]
    journal.close()
    assert (tmp_path / "frames.bin").stat().st_size == number * 24
    assert len(Recording.open(tmp_path).frames(0, 1_000)) == number


@pytest.mark.parametrize(
    ("identifier", "extended", "label"),
    [(0x351, False, "0x351"), (0x5, False, "0x005"), (0x1351, True, "0x00001351")],
)
def test_identifiers_are_written_as_people_write_them(identifier: int, extended: bool, label: str) -> None:
    assert identifier_label(identifier, extended) == label
    assert Frame(identifier, b"", extended).label == label
