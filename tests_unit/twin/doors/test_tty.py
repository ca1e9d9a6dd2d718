"""The lasting name of a pseudo-terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bmshil.twin.doors.tty import Tty

HOLDS_ONE = """
import sys
from pathlib import Path
from bmshil.twin.doors.tty import Tty
held = Tty(Path(sys.argv[1]), "adapter")
print("made", flush=True)
sys.stdin.read()
"""


def test_what_is_written_to_the_link_comes_out_at_the_device(tmp_path: Path) -> None:
    held = Tty(tmp_path / "canable", "adapter")
    host = os.open(tmp_path / "canable", os.O_RDWR | os.O_NOCTTY)
    os.write(host, b"V\r")
    assert os.read(held.device, 10) == b"V\r"
    os.close(host)
    held.close()
    assert not (tmp_path / "canable").is_symlink()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system has no /proc: Linux has it")
def test_the_name_of_a_killed_one_leads_nowhere_and_not_to_the_terminal_of_somebody_else(
    tmp_path: Path,
) -> None:
    link = tmp_path / "canable"
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", HOLDS_ONE, str(link)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"made\n"
    assert link.exists()
    process.kill()
    process.communicate()
    assert link.is_symlink()
    assert not link.exists()
