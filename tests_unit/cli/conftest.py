"""The command as a process, the command in a thread, and a serial CAN adapter made of a pseudo-terminal."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import termios
import threading
import tty
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
DBC = ROOT / "dbc"


class Seen(NamedTuple):
    """A frame that came out of the adapter."""

    id: int
    extended: bool
    data: bytes


class Adapter:
    """A CANable with slcan firmware, as far as python-can's driver asks for it.

    Attributes:
        path: the serial port; a link of its own, because the number of a closed terminal soon belongs to
            somebody else, whom a reopening port would then disturb.
        frames: what it was told to send, while its channel was open.
        commands: everything else that it was told.
    """

    def __init__(self, path: Path) -> None:
        self._own, far = os.openpty()
        tty.setraw(far, termios.TCSANOW)
        self.path = path
        path.symlink_to(os.ttyname(far))
        self._far = far
        self.frames: Queue[Seen] = Queue()
        self.commands: Queue[str] = Queue()
        self._open = False
        self._wake = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def hear(self, line: str) -> None:
        """Hand a line to the computer, as when a frame comes from the bus."""
        os.write(self._own, line.encode())

    def unplug(self) -> None:
        """Vanish, as when the USB plug is pulled."""
        if self._thread.is_alive():
            self.path.unlink()
            os.write(self._wake[1], b"!")
            self._thread.join()
            for end in (self._far, self._own, *self._wake):
                os.close(end)

    def _serve(self) -> None:
        pending = b""
        while self._wake[0] not in select.select([self._own, self._wake[0]], [], [])[0]:
            pending += os.read(self._own, 4096)
            *lines, pending = pending.split(b"\r")
            for line in lines:
                self._obey(line.decode())

    def _obey(self, line: str) -> None:
        if line[:1] in {"t", "T"} and self._open:
            end = 4 if line[0] == "t" else 9
            length = int(line[end])
            data = bytes.fromhex(line[end + 1 :])
            assert len(data) == length, line
            self.frames.put(Seen(int(line[1:end], 16), line[0] == "T", data))
            self.hear("z\r" if line[0] == "t" else "Z\r")
        else:
            self._open = {"O": True, "C": False}.get(line[:1], self._open)
            self.commands.put(line)
            self.hear("\r")


@pytest.fixture
def adapter(tmp_path: Path) -> Iterator[Adapter]:
    adapter = Adapter(tmp_path / "canable")
    yield adapter
    adapter.unplug()


class Command:
    """``bmshil ...`` in a process group of its own."""

    def __init__(self, *arguments: object, cwd: Path | None = None, stdout: int = subprocess.PIPE) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "bmshil.cli", *map(str, arguments)],
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            start_new_session=True,
        )

    def line(self) -> str:
        """Wait for the next line of its output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def complaint(self) -> str:
        """Wait for the next line of its errors."""
        assert self.process.stderr is not None
        return self.process.stderr.readline()

    def finish(self, with_signal: signal.Signals | None = None) -> tuple[int, str, str]:
        """Wait for its end, after a signal if one is given; returns exit code, output, errors."""
        if with_signal is not None:
            self.process.send_signal(with_signal)
        output, errors = self.process.communicate(timeout=60)
        return self.process.returncode, output or "", errors

    def has_left_something(self) -> bool:
        """Whether a process that it has started still runs."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True


@pytest.fixture
def command() -> Iterator[Callable[..., Command]]:
    """Start the command; what still runs at the end is killed."""
    started: list[Command] = []

    def start(*arguments: object, cwd: Path | None = None, stdout: int = subprocess.PIPE) -> Command:
        one = Command(*arguments, cwd=cwd, stdout=stdout)
        started.append(one)
        return one

    yield start
    for one in started:
        if one.process.poll() is None:
            os.killpg(one.process.pid, signal.SIGKILL)
            one.process.wait()
        for stream in (one.process.stdout, one.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def rig(tmp_path: Path) -> Callable[..., Path]:
    """Copy a rig file that comes with bmshil and replace parts of its text."""

    def make(name: str, **replacements: str) -> Path:
        text = (ROOT / "rigs" / f"{name}.yaml").read_text()
        # The lock goes by the name, and another run of these tests may be under way.
        text = re.sub(r"^name: .*$", f"name: {name}-{os.getpid()}", text, flags=re.MULTILINE)
        for old, new in replacements.items():
            pattern = re.compile(rf"\b{old}: [^,}}\n]+")
            assert pattern.search(text), old
            text = pattern.sub(f"{old}: {new}", text)
        path = tmp_path / f"{name}.yaml"
        path.write_text(text)
        return path

    return make


@pytest.fixture
def quick(tmp_path: Path) -> str:
    """Write a profile of an inverter that boots quickly; returns its name for a rig file beside it."""
    profile = (ROOT / "harness/bmshil/inverter/profiles/pylon_parallel.yaml").read_text()
    assert "boot: 8.0" in profile
    (tmp_path / "quick.yaml").write_text(profile.replace("boot: 8.0", "boot: 0.2"))
    return "quick.yaml"
