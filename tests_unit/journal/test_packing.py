"""A packed journal: smaller, and the very same records."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.errors import InputError
from bmshil.journal import Direction, Frame, Journal, Recording, layouts, pack_journal
from bmshil.journal.columnar import pack_frames, pack_samples, unpack_frames, unpack_samples
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from pathlib import Path


def filled(folder: Path) -> Journal:
    timeline = SimulatedTimeline()
    journal = Journal(timeline, folder)
    witness, emulator = journal.port("witness"), journal.port("emulator")
    volts, soc = journal.channel("dc.voltage", "V"), journal.channel("pack1.soc", "1")
    for number in range(60):
        for port, direction in ((emulator, Direction.SENT), (witness, Direction.RECEIVED)):
            frame = Frame(0x351 + number % 4, bytes([number, 7, 255]), extended=number % 5 == 0)
            journal.frame(port, timeline.now, direction, frame)
        journal.sample(volts, round(52.0 + 0.01 * number, 3))
        journal.sample(soc, 0.6 + number / 7)
        timeline.run(0.1)
    journal.event("limit", "bank", cvl=56.0, note="Ω")
    journal.exchange("supply", "VOLT 52.1;*OPC?", "1")
    return journal


def test_a_packed_journal_reads_as_before(tmp_path: Path) -> None:
    filled(tmp_path / "plain").close()
    filled(tmp_path / "packed").close()
    assert pack_journal(tmp_path / "packed") == []
    assert sorted(path.name for path in (tmp_path / "packed").iterdir()) == [
        "dialogue.jsonl.gz",
        "events.jsonl.gz",
        "frames.npz",
        "names.json",
        "samples.npz",
    ]
    plain, packed = Recording.open(tmp_path / "plain"), Recording.open(tmp_path / "packed")
    assert len(packed.frames(0, 100)) == 120
    for start, end in ((0, 100), (1.5, 3.05)):
        assert packed.frames(start, end).tobytes() == plain.frames(start, end).tobytes()
        for channel in ("dc.voltage", "pack1.soc", "unknown"):
            for one, other in zip(
                packed.samples(channel, start, end), plain.samples(channel, start, end), strict=True
            ):
                assert one.tobytes() == other.tobytes()
        assert packed.events(start, end) == plain.events(start, end)


def test_packing_again_changes_nothing(tmp_path: Path) -> None:
    filled(tmp_path).close()
    pack_journal(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert pack_journal(tmp_path) == []
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_a_kill_has_torn_is_cut_off_and_told(tmp_path: Path) -> None:
    filled(tmp_path).close()
    for name, rest in (("frames.bin", b"12345"), ("events.jsonl", b'{"t": 1.0, "ki')):
        with (tmp_path / name).open("ab") as file:
            file.write(rest)
    assert pack_journal(tmp_path) == [
        "frames.bin: 5 bytes of a last record",
        "events.jsonl: 14 bytes of a last line",
    ]
    assert len(Recording.open(tmp_path).frames(0, 100)) == 120
    assert [one.kind for one in Recording.open(tmp_path).events(0, 100)] == ["limit"]


@pytest.mark.parametrize("name", ["frames.npz", "samples.npz", "events.jsonl.gz"])
def test_a_damaged_packed_file_is_no_journal(tmp_path: Path, name: str) -> None:
    filled(tmp_path).close()
    pack_journal(tmp_path)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-40])
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        Recording.open(tmp_path)


def test_numbers_with_few_decimals_are_kept_as_whole_numbers() -> None:
    rows = np.zeros(4, dtype=layouts.SAMPLE)
    rows["channel"] = [3, 8, 3, 8]
    rows["value"] = [52.1, 1 / 3, 52.25, 2 / 3]
    assert pack_samples(rows)["scale"].tolist() == [100.0, 0.0]


_times = st.integers(0, 2**62)
_frames = st.lists(
    st.tuples(
        _times,
        st.sampled_from([0x351, 0x355, 0x1FFFFFFF]),
        st.integers(0, 2),
        st.integers(0, 31),
        st.integers(0, 8),
        st.just(0),
        st.lists(st.integers(0, 255), min_size=8, max_size=8),
    ),
    max_size=30,
)
_samples = st.lists(st.tuples(_times, st.integers(0, 3), st.just(0), st.floats()), max_size=30)


@settings(max_examples=50, deadline=None)
@given(_frames)
def test_any_frames_come_back_as_they_were(frames: list[tuple[int, ...]]) -> None:
    rows = np.array(frames, dtype=layouts.FRAME)
    assert unpack_frames(pack_frames(rows)).tobytes() == rows.tobytes()


@settings(max_examples=50, deadline=None)
@given(_samples)
def test_any_samples_come_back_as_they_were(samples: list[tuple[int, int, int, float]]) -> None:
    rows = np.array(samples, dtype=layouts.SAMPLE)
    assert unpack_samples(pack_samples(rows)).tobytes() == rows.tobytes()


def test_text_is_plain_gzip(tmp_path: Path) -> None:
    filled(tmp_path).close()
    pack_journal(tmp_path)
    lines = gzip.decompress((tmp_path / "dialogue.jsonl.gz").read_bytes())
    assert lines == b'[6.0,"supply","VOLT 52.1;*OPC?","1"]\n'
