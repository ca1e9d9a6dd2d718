"""The record: one file, whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bmshil.bench.checks import Check
from bmshil.bench.commissioning import (
    Record,
    check_writable,
    read_photos,
    read_record,
    steps_of,
    write_record,
)
from bmshil.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

RECORD = Record(
    subject="twin",
    operator="Ada",
    when=datetime(2026, 5, 4, 12, 30, tzinfo=UTC),
    software="1.0",
    packs=2,
    dialect="pylontech-lv-1.2",
    scheme="base",
    identifiers={"1": ["0x351"]},
    switches={"pack1": "master"},
    measured={"resistance": 60.0, "ambient": None},
    steps=steps_of([Check.ok("termination", "60 ohm"), Check.failed("each alone", "silent", "look")]),
    photos=(),
)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    write_record(path, RECORD)
    assert read_record(path) == RECORD
    assert [one.name for one in tmp_path.iterdir()] == ["record.json"]


def test_a_record_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match=r"record.json cannot be written: No space left on device"):
        write_record(tmp_path / "record.json", RECORD)
    assert list(tmp_path.iterdir()) == []


def test_a_record_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text("{}")
    with pytest.raises(InputError, match="it is there already"):
        check_writable(path)
    with pytest.raises(InputError, match="there is no folder"):
        check_writable(tmp_path / "away" / "record.json")
    with pytest.raises(InputError, match="no commissioning record"):
        read_record(path)


def test_photos_are_kept_by_path_and_by_what_is_in_them(tmp_path: Path) -> None:
    path = tmp_path / "switches.jpg"
    path.write_bytes(b"abc")
    (photo,) = read_photos([path])
    assert (photo.path, photo.bytes) == (str(path), 3)
    assert photo.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with pytest.raises(InputError, match=r"--photo .*gone.jpg: No such file or directory"):
        read_photos([path, tmp_path / "gone.jpg"])
