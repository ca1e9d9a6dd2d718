"""Samples, events, exchanges and judgements of a journal, live and read back."""

import fcntl
import json
import os
import resource
import struct
import termios
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bmshil.errors import InputError
from bmshil.journal import Direction, Event, Frame, Journal, Recording, layouts
from bmshil.timeline import Nanoseconds, SimulatedTimeline


@pytest.fixture
def timeline() -> SimulatedTimeline:
    return SimulatedTimeline()


def test_samples_carry_the_present_time_and_their_channel(timeline: SimulatedTimeline) -> None:
    journal = Journal(timeline)
    voltage = journal.channel("dc.voltage", "V")
    current = journal.channel("dc.current", "A")
    assert (voltage, current, journal.channel("dc.voltage", "V")) == (0, 1, 0)
    for number in range(5):
        journal.sample(voltage, 52.0 + number)
        journal.sample(current, -number)
        timeline.run(0.5)
    times, values = journal.samples("dc.voltage", 0.5, 1.5)
    assert times.tolist() == pytest.approx([0.5, 1.0, 1.5])
    assert values.tolist() == [53.0, 54.0, 55.0]
    assert journal.samples("dc.current", 2.0, 2.0)[1].tolist() == [-4.0]
    assert (journal.unit("dc.current"), journal.unit("unheard.of")) == ("A", "")


def test_an_unknown_channel_has_no_samples(timeline: SimulatedTimeline) -> None:
    times, values = Journal(timeline).samples("unheard.of", 0, 10)
    assert (times.shape, values.shape) == ((0,), (0,))


def test_events_are_found_by_time_and_kind(timeline: SimulatedTimeline) -> None:
    journal = Journal(timeline)
    journal.event("fault", "pack2", text="silence", on=True)
    timeline.run(1)
    journal.event("limit", "bank", cvl=55.2)
    timeline.run(1)
    journal.event("fault", "pack2", text="silence", on=False)
    assert journal.events(0, 1) == [
        Event(0.0, "fault", "pack2", {"text": "silence", "on": True}),
        Event(1.0, "limit", "bank", {"cvl": 55.2}),
    ]
    assert [event.t for event in journal.events(0, 9, "fault")] == [0.0, 2.0]
    assert journal.events(1.5, 1.9) == []


def test_an_event_may_carry_data_named_like_its_own_fields(timeline: SimulatedTimeline) -> None:
    journal = Journal(timeline)
    journal.judgement({"requirement": "AGG-01", "kind": "equals", "source": "dc.voltage"})
    (event,) = journal.events(0, 0, "judgement")
    assert event.source == "AGG-01"
    assert event.data == {"requirement": "AGG-01", "kind": "equals", "source": "dc.voltage"}


def filled(folder: Path) -> Journal:
    timeline = SimulatedTimeline()
    journal = Journal(timeline, folder)
    port = journal.port("witness")
    channel = journal.channel("dc.voltage", "V")
    for number in range(100):
        journal.frame(port, timeline.now, Direction.RECEIVED, Frame(0x351 + number % 3, bytes([number])))
        journal.sample(channel, 0.1 * number)
        if number % 10 == 0:
            journal.event("limit", "bank", cvl=56.0 - number, note="Ω ≤ 2", nested={"a": [1, None, True]})
        timeline.run(0.37)
    journal.exchange("supply", "VOLT 52.1;*OPC?", "1")
    journal.exchange("supply", "OUTP OFF", None)
    return journal


def test_a_recording_reads_back_what_was_written(tmp_path: Path) -> None:
    journal = filled(tmp_path)
    journal.close()
    recording = Recording.open(tmp_path)
    assert recording.ports == ["witness"]
    assert (recording.channels, recording.units) == (["dc.voltage"], ["V"])
    for start, end in ((0, 100), (3.7, 7.4), (50, 60)):
        assert recording.frames(start, end).tobytes() == journal.frames(start, end).tobytes()
        assert recording.events(start, end) == journal.events(start, end)
        for read, live in zip(
            recording.samples("dc.voltage", start, end),
            journal.samples("dc.voltage", start, end),
            strict=True,
        ):
            assert read.tolist() == live.tolist()
    assert len(recording.frames(0, 100)) == 100
    assert len(recording.events(0, 100, "limit")) == 10


def test_windows_are_the_same_before_and_after_closing(tmp_path: Path) -> None:
    journal = filled(tmp_path)
    before = journal.frames(5, 20).tobytes()
    journal.close()
    journal.close()
    assert before
    assert journal.frames(5, 20).tobytes() == before


def test_a_flushed_journal_can_be_read_while_it_grows(tmp_path: Path) -> None:
    journal = filled(tmp_path)
    journal.flush()
    recording = Recording.open(tmp_path)
    assert len(recording.frames(0, 100)) == 100
    journal.frame(0, Nanoseconds(90_000_000_000), Direction.SENT, Frame(0x305, bytes(8)))
    assert len(journal.frames(0, 100)) == 101
    journal.close()


def test_the_dialogue_is_one_line_of_json_for_each_exchange(tmp_path: Path) -> None:
    journal = filled(tmp_path)
    journal.close()
    lines = (tmp_path / "dialogue.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        [37.0, "supply", "VOLT 52.1;*OPC?", "1"],
        [37.0, "supply", "OUTP OFF", None],
    ]
    assert journal.exchanges == 2


@pytest.mark.parametrize("name", ["frames.bin", "samples.bin", "events.jsonl", "names.json"])
def test_a_folder_without_one_of_its_files_is_no_journal(tmp_path: Path, name: str) -> None:
    filled(tmp_path).close()
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match="not the journal of a run"):
        Recording.open(tmp_path)


def test_a_broken_line_is_no_journal(tmp_path: Path) -> None:
    filled(tmp_path).close()
    with (tmp_path / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"t": 1.0, "kind": ')
    with pytest.raises(InputError, match="not the journal of a run"):
        Recording.open(tmp_path)


def test_an_empty_journal_reads_back_empty(tmp_path: Path) -> None:
    Journal(SimulatedTimeline(), tmp_path).close()
    recording = Recording.open(tmp_path)
    assert len(recording.frames(0, 100)) == 0
    assert recording.events(0, 100) == []


def test_what_is_written_while_the_disk_takes_its_time_is_neither_lost_nor_an_error(
    timeline: SimulatedTimeline, tmp_path: Path
) -> None:
    # On wall time the timeline writes frames and samples while the test judges, which flushes. Here the disk
    # is a pipe: it is full until somebody reads.
    os.mkfifo(tmp_path / layouts.SAMPLES_FILE)
    pipe = os.open(tmp_path / layouts.SAMPLES_FILE, os.O_RDONLY | os.O_NONBLOCK)
    room = fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
    journal = Journal(timeline, tmp_path)
    voltage = journal.channel("dc.voltage", "V")
    many = 2 * room // layouts.SAMPLE.itemsize
    taken = b""
    with ThreadPoolExecutor(1) as thread:
        try:
            for one in range(many):
                journal.sample(voltage, float(one))
            flushing = thread.submit(journal.flush)
            while waiting_in(pipe) < room:
                assert not flushing.done(), flushing.result()
            journal.sample(voltage, float(many))
            while not flushing.done() or waiting_in(pipe):
                taken += os.read(pipe, room) if waiting_in(pipe) else b""
            flushing.result()
            journal.close()
            taken += os.read(pipe, room)
        finally:
            os.close(pipe)
    assert np.frombuffer(taken, layouts.SAMPLE)["value"].tolist() == list(range(many + 1))


def waiting_in(pipe: int) -> int:
    """How many bytes nobody has read yet."""
    (number,) = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))
    return int(number)


def test_a_full_disk_loses_and_tears_nothing(timeline: SimulatedTimeline, tmp_path: Path) -> None:
    # Python ignores SIGXFSZ, so that a file beyond its largest size is an error like a full disk.
    journal = Journal(timeline, tmp_path)
    voltage = journal.channel("dc.voltage", "V")
    for one in range(1000):
        journal.sample(voltage, float(one))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            journal.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert journal.samples("dc.voltage", 0.0, 1.0)[1].tolist() == list(range(1000))
    journal.close()
    assert Recording.open(tmp_path).samples("dc.voltage", 0.0, 1.0)[1].tolist() == list(range(1000))
