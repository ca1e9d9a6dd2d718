"""What says that a rig may be on survives everything, and goes only when somebody takes it away."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from bmshil.errors import RigError
from bmshil.safety import (
    Drill,
    clear_mark,
    last_drill,
    last_record,
    new_mark,
    read_mark,
    record_drill,
    write_mark,
)
from bmshil.safety.shared_files import clear_shared, read_shared, state_folder, write_shared

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "state"
    monkeypatch.setenv("BMSHIL_STATE", str(place))
    return place


def test_a_mark_stands_until_it_is_cleared() -> None:
    assert read_mark("lab") is None
    mark = new_mark("lab", "qualify", twin=7)
    assert (mark.pid, mark.purpose, mark.twin, mark.unconfirmed) == (os.getpid(), "qualify", 7, ())
    write_mark(mark)
    assert read_mark("lab") == mark
    assert read_mark("another") is None
    clear_mark("lab")
    assert read_mark("lab") is None
    clear_mark("lab")


def test_it_says_who_when_and_what() -> None:
    mark = msgspec.structs.replace(
        new_mark("lab", "qualify"),
        pid=42,
        user="ann",
        since="2026-11-20T08:00:00+00:00",
        unconfirmed=("supply: off: failed (no reply)", "relays: open dc_main: failed (no reply)"),
    )
    assert str(mark) == (
        "the run of ann (qualify, process 42, since 2026-11-20T08:00:00+00:00): "
        "supply: off: failed (no reply); relays: open dc_main: failed (no reply)"
    )
    assert str(msgspec.structs.replace(mark, unconfirmed=())).endswith("it ended before anybody could look")


def test_it_outlives_its_process_and_another_one_sees_it(folder: Path) -> None:
    code = "from bmshil.safety import *; write_mark(new_mark('lab', 'drill'))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)  # noqa: S603 - our own code
    mark = read_mark("lab")
    assert mark is not None
    assert mark.purpose == "drill"
    assert mark.pid != os.getpid()
    assert folder.stat().st_mode & 0o7777 == 0o1777
    assert (folder / "lab.mark.json").stat().st_mode & 0o777 == 0o666


@pytest.mark.parametrize("text", [b"{", b'{"rig": 1}', b"\xff\xff"])
def test_a_mark_that_nobody_understands_stands(text: bytes) -> None:
    write_shared("lab.mark.json", text)
    mark = read_mark("lab")
    assert mark is not None
    assert "cannot be read" in str(mark)


def test_an_empty_file_is_no_mark_and_is_written_again_in_place(folder: Path) -> None:
    write_mark(new_mark("lab", "a purpose that is longer than the next one"))
    os.truncate(folder / "lab.mark.json", 0)
    assert read_mark("lab") is None
    write_mark(new_mark("lab", "first and long, so that something would be left of it"))
    write_mark(new_mark("lab", "x"))
    mark = read_mark("lab")
    assert mark is not None
    assert mark.purpose == "x"


def test_a_file_that_cannot_be_removed_is_emptied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_mark(new_mark("lab", "qualify"))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "not yours")

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    clear_mark("lab")
    assert (folder / "lab.mark.json").read_bytes() == b""
    assert read_mark("lab") is None


def test_where_nothing_can_be_written_nothing_may_be_switched_on(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "state").symlink_to("/dev/null")
    assert state_folder() == folder
    with pytest.raises(RigError, match=r"lab\.mark\.json cannot be written"):
        write_mark(new_mark("lab", "qualify"))
    with pytest.raises(RigError, match="cannot be read"):
        read_mark("lab")


def test_nobody_is_led_elsewhere_by_a_link(tmp_path: Path, folder: Path) -> None:
    folder.mkdir()
    (folder / "lab.mark.json").symlink_to(tmp_path / "victim")
    with pytest.raises(RigError, match="cannot be written"):
        write_mark(new_mark("lab", "qualify"))
    assert not (tmp_path / "victim").exists()


def test_a_shared_file_is_read_as_it_was_written() -> None:
    write_shared("x", b"one")
    assert read_shared("x") == b"one"
    clear_shared("x")
    assert read_shared("x") is None


def test_the_last_drill_is_kept_and_ages() -> None:
    assert last_drill("lab") is None
    when = datetime.now(UTC) - timedelta(days=31)
    drill = Drill(rig="lab", when=when, kill_to_off=0.03, kill_to_first=0.01, clean=True, steps=("a",))
    record_drill(drill)
    assert last_drill("lab") == drill
    assert drill.age == pytest.approx(31 * 86400, abs=60)
    write_shared("lab.drill.json", b'{"rig": "lab", "when": "soon"}')
    assert last_drill("lab") is None


def test_a_record_that_nobody_understands_is_none() -> None:
    assert last_record("lab") is None
    write_shared("lab.guard.json", b"[]")
    assert last_record("lab") is None
