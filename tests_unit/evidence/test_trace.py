from datetime import UTC, datetime
from pathlib import Path

import can
import pytest

from bmshil.errors import InputError
from bmshil.evidence import export_blf, trace_channels, trace_hash
from bmshil.journal import Direction, Frame, Journal
from bmshil.timeline import SimulatedTimeline, to_ns

EPOCH = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)
LIMITS = Frame(0x351, bytes.fromhex("3002e803e803c201"))


def record(folder: Path, *, value: float = 52.0) -> Path:
    timeline = SimulatedTimeline()
    journal = Journal(timeline, folder)
    emulator, witness = journal.port("emulator"), journal.port("witness")
    journal.frame(emulator, to_ns(1.0), Direction.SENT, LIMITS)
    journal.frame(witness, to_ns(1.25), Direction.RECEIVED, Frame(0x1351, b"\x01", extended=True))
    journal.frame(emulator, to_ns(2.0), Direction.LOST, Frame(0x355, b"\x64"))
    journal.frame(emulator, to_ns(2.5), Direction.UNCONFIRMED, Frame(0x356, b""))
    journal.frame(witness, to_ns(3.0), Direction.RECEIVED, Frame(0x305, b"", remote=True))
    journal.frame(witness, to_ns(3.5), Direction.RECEIVED, Frame(0, bytes(8)), error=True)
    journal.sample(journal.channel("dc.voltage", "V"), value)
    journal.event("fault", "pack2", text="silence", on=True)
    journal.close()
    timeline.close()
    return folder


def test_frames_come_back_from_the_blf_file(tmp_path: Path) -> None:
    folder = record(tmp_path / "main")
    assert export_blf([folder], tmp_path / "trace.blf", epoch=EPOCH) == 5
    with can.BLFReader(tmp_path / "trace.blf") as reader:
        found = list(reader)
    start = 1795200120.0  # 2026-11-20 18:42:00 UTC
    assert [round(message.timestamp - start, 5) for message in found] == [1.0, 1.25, 2.5, 3.0, 3.5]
    assert [message.arbitration_id for message in found] == [0x351, 0x1351, 0x356, 0x305, 0]
    assert [message.is_extended_id for message in found][:4] == [False, True, False, False]
    assert [message.channel for message in found] == [0, 1, 0, 1, 1]
    assert [message.is_rx for message in found][:4] == [False, True, False, True]
    assert [message.is_remote_frame for message in found] == [False, False, False, True, False]
    assert [message.is_error_frame for message in found] == [False, False, False, False, True]
    assert bytes(found[0].data) == bytes.fromhex("3002e803e803c201")
    assert [message.dlc for message in found][:4] == [8, 1, 0, 0]


def test_frames_of_several_workers_are_in_the_order_of_time_on_their_own_channels(tmp_path: Path) -> None:
    folders = [record(tmp_path / "gw0"), record(tmp_path / "gw1")]
    assert export_blf(folders, tmp_path / "trace.blf", epoch=EPOCH) == 10
    with can.BLFReader(tmp_path / "trace.blf") as reader:
        found = list(reader)
    times = [message.timestamp for message in found]
    assert times == sorted(times)
    assert [message.channel for message in found] == [0, 2, 1, 3, 0, 2, 1, 3, 1, 3]
    assert trace_channels(folders) == {
        1: "gw0 emulator",
        2: "gw0 witness",
        3: "gw1 emulator",
        4: "gw1 witness",
    }


def test_many_frames_that_arrive_out_of_order_are_sorted(tmp_path: Path) -> None:
    timeline = SimulatedTimeline()
    journal = Journal(timeline, tmp_path / "main")
    port = journal.port("witness")
    for number in range(70_000):
        late = 900_000_000 if number % 3 == 0 else 0
        journal.frame(port, to_ns(1 + number * 0.001 - late * 1e-9), Direction.RECEIVED, LIMITS)
    journal.close()
    timeline.close()
    assert export_blf([tmp_path / "main"], tmp_path / "trace.blf", epoch=EPOCH) == 70_000
    with can.BLFReader(tmp_path / "trace.blf") as reader:
        times = [message.timestamp for message in reader]
    assert len(times) == 70_000
    assert times == sorted(times)


def test_a_port_that_was_opened_twice_keeps_its_channel(tmp_path: Path) -> None:
    timeline = SimulatedTimeline()
    journal = Journal(timeline, tmp_path / "main")
    for name in ("emulator", "witness", "emulator"):
        port = journal.port(name)
    journal.frame(port, to_ns(0.0), Direction.SENT, LIMITS)
    journal.close()
    timeline.close()
    assert trace_channels([tmp_path / "main"]) == {1: "emulator", 2: "witness"}
    export_blf([tmp_path / "main"], tmp_path / "trace.blf", epoch=EPOCH)
    with can.BLFReader(tmp_path / "trace.blf") as reader:
        assert [message.channel for message in reader] == [0]


def test_a_run_without_frames_gives_an_empty_trace(tmp_path: Path) -> None:
    timeline = SimulatedTimeline()
    Journal(timeline, tmp_path / "main").close()
    timeline.close()
    assert export_blf([tmp_path / "main"], tmp_path / "trace.blf", epoch=EPOCH) == 0
    with can.BLFReader(tmp_path / "trace.blf") as reader:
        assert list(reader) == []


def test_equal_runs_have_equal_hashes_and_others_do_not(tmp_path: Path) -> None:
    first = trace_hash(record(tmp_path / "first"))
    assert len(first) == 64
    assert trace_hash(record(tmp_path / "again")) == first
    assert trace_hash(record(tmp_path / "other", value=52.001)) != first


@pytest.mark.parametrize("name", ["frames.bin", "samples.bin", "events.jsonl", "names.json"])
def test_one_changed_byte_changes_the_hash(tmp_path: Path, name: str) -> None:
    folder = record(tmp_path / "main")
    before = trace_hash(folder)
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    assert trace_hash(folder) != before


def test_a_folder_without_a_journal_is_refused(tmp_path: Path) -> None:
    for use in (trace_hash, lambda folder: trace_channels([folder])):
        with pytest.raises(InputError, match="not the journal of a run"):
            use(tmp_path)
