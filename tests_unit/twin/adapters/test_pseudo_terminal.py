"""A serial device made of software: what a host finds under its name."""

from __future__ import annotations

import os
import select
import termios
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bmshil.errors import PortError
from bmshil.twin.adapters.pseudo_terminal import PseudoTerminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.wall

CAPACITY = 1000


def files_open() -> list[str]:
    return sorted(file.name for file in Path("/proc/self/fd").iterdir())


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "device"


@pytest.fixture
def plug(link: Path) -> Iterator[Callable[..., PseudoTerminal]]:
    made: list[PseudoTerminal] = []

    def plug(arrived: Callable[[bytes], object] = len) -> PseudoTerminal:
        made.append(PseudoTerminal(link, arrived, capacity=CAPACITY))
        made[-1].start()
        return made[-1]

    yield plug
    for terminal in made:
        terminal.close()


@pytest.fixture
def opened(link: Path) -> Iterator[Callable[[], int]]:
    files: list[int] = []

    def open_it() -> int:
        files.append(os.open(link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK))
        return files[-1]

    yield open_it
    for file in files:
        os.close(file)


def read(file: int, count: int) -> bytes:
    got = b""
    while len(got) < count and select.select([file], [], [], 5.0)[0]:
        got += os.read(file, count - len(got))
    return got


def test_it_is_a_terminal_in_raw_mode(plug: Callable[..., PseudoTerminal], opened: Callable[[], int]) -> None:
    plug()
    host = opened()
    assert os.isatty(host)
    _, output, control, local, *_ = termios.tcgetattr(host)
    assert not output & termios.OPOST
    assert not local & (termios.ECHO | termios.ICANON | termios.ISIG)
    assert control & termios.CSIZE == termios.CS8


def test_bytes_go_through_unchanged(plug: Callable[..., PseudoTerminal], opened: Callable[[], int]) -> None:
    everything = bytes(range(256))
    arrived: list[bytes] = []
    complete = threading.Event()

    def take(chunk: bytes) -> None:
        arrived.append(chunk)
        if b"".join(arrived) == everything:
            complete.set()

    terminal = plug(take)
    host = opened()
    os.write(host, everything)
    assert complete.wait(5.0)
    terminal.write(everything)
    assert read(host, 256) == everything


def test_what_is_written_before_a_host_comes_waits_for_it(
    plug: Callable[..., PseudoTerminal], opened: Callable[[], int]
) -> None:
    plug().write(b"early\r")
    assert read(opened(), 6) == b"early\r"


def test_the_next_host_goes_on_where_the_last_one_left(
    plug: Callable[..., PseudoTerminal], opened: Callable[[], int], link: Path
) -> None:
    terminal = plug()
    first = os.open(link, os.O_RDWR | os.O_NOCTTY)
    os.close(first)
    terminal.write(b"later\r")
    assert read(opened(), 6) == b"later\r"


def test_room_shrinks_by_what_a_stalled_terminal_keeps(
    plug: Callable[..., PseudoTerminal], opened: Callable[[], int]
) -> None:
    terminal = plug()
    terminal.stall(True)
    assert terminal.room == CAPACITY
    terminal.write(b"x" * 400)
    assert terminal.room == 600
    host = opened()
    assert not select.select([host], [], [], 0.05)[0]
    terminal.stall(False)
    assert read(host, 400) == b"x" * 400


def test_a_stalled_terminal_reads_nothing_until_it_goes_on(
    plug: Callable[..., PseudoTerminal], opened: Callable[[], int]
) -> None:
    arrived: list[bytes] = []
    something = threading.Event()

    def take(chunk: bytes) -> None:
        arrived.append(chunk)
        something.set()

    terminal = plug(take)
    terminal.stall(True)
    os.write(opened(), b"V\r")
    assert not something.wait(0.05)
    terminal.stall(False)
    assert something.wait(5.0)
    assert arrived == [b"V\r"]


def test_a_host_that_does_not_read_gets_everything_once_it_does(
    plug: Callable[..., PseudoTerminal], opened: Callable[[], int]
) -> None:
    terminal = plug()
    host = opened()
    lines = [b"%05d\r" % number for number in range(10_000)]  # more than any tty holds
    for line in lines:
        terminal.write(line)
    assert read(host, 60_000) == b"".join(lines)


def test_closing_hangs_up_and_takes_the_link_away(
    plug: Callable[..., PseudoTerminal], opened: Callable[[], int], link: Path
) -> None:
    terminal = plug()
    host = opened()
    terminal.close()
    assert not link.is_symlink()
    assert os.read(host, 10) == b""  # end of file, as a host sees it whose device was pulled out
    with pytest.raises(OSError, match="Input/output error"):
        os.write(host, b"V\r")
    terminal.close()


def test_a_link_left_over_by_a_killed_process_is_replaced(
    plug: Callable[..., PseudoTerminal], opened: Callable[[], int], link: Path
) -> None:
    link.symlink_to("/nowhere")
    plug().write(b"new\r")
    assert read(opened(), 4) == b"new\r"


def test_one_that_was_never_served_can_be_closed(link: Path) -> None:
    before = files_open()
    PseudoTerminal(link, len, capacity=CAPACITY).close()
    assert files_open() == before
    assert not link.is_symlink()


def test_closing_leaves_the_link_of_another_device_alone(
    plug: Callable[..., PseudoTerminal], link: Path
) -> None:
    old = plug()
    plug()
    named = link.readlink()
    old.close()
    assert link.readlink() == named


def test_a_file_of_that_name_is_not_overwritten(plug: Callable[..., PseudoTerminal], link: Path) -> None:
    link.write_text("mine")
    with pytest.raises(PortError, match="something else has this name"):
        plug()
    assert link.read_text() == "mine"


def test_a_missing_folder_is_named_and_nothing_leaks(link: Path) -> None:
    before = files_open()
    with pytest.raises(PortError, match="make its folder first"):
        PseudoTerminal(link / "in" / "nothing", len, capacity=CAPACITY)
    assert files_open() == before
