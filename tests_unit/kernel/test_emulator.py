"""The emulator on SocketCAN, heard by candump; and a requirement with the software inverter on the bus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Program

ROOT = Path(__file__).parents[2]
BMSHIL = Path(sys.executable).with_name("bmshil")
LONGEST = 200.0  # s
SECONDS = 6  # the packs check themselves for 2 s before they speak
# +0x100 for each pack: limits, states, measurements, alarms, name, requests
OF_THREE_PACKS = {
    f"{base + 0x100 * pack:03X}" for base in (0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E) for pack in range(3)
}


def _bmshil(*arguments: str) -> tuple[int, Any]:
    """Run the command with --json; return its exit code and its document."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(  # noqa: S603 - our own command
        [BMSHIL, *arguments, "--json"],
        cwd=ROOT,
        env={**environment, "PYTEST_ADDOPTS": "-p no:cacheprovider"},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.stdout.startswith("{"), done.stderr or done.stdout
    return done.returncode, json.loads(done.stdout)


def _identifiers(dump: Program) -> Counter[str]:
    """How often each identifier was on the bus; a line reads (time) interface identifier#data."""
    return Counter(line.split()[2].split("#")[0] for line in dump.lines)


def test_three_packs_are_heard_on_the_bus(
    candump: Callable[..., Program], tmp_path: Path, figure: Callable[[str, str], None]
) -> None:
    rig = tmp_path / "rig.yaml"
    text = (ROOT / "rigs" / "emulate_virtual.yaml").read_text()
    rig.write_text(
        text.replace(
            "interface: virtual, channel: bmshil", "interface: socketcan, channel: can0, isolated: true"
        )
    )
    dump = candump("can1")
    code, said = _bmshil("emulate", str(rig), "--duration", f"{SECONDS}s")
    assert code == 0
    heard = _identifiers(dump)
    assert set(heard) == OF_THREE_PACKS
    assert heard.total() == said["frames"]["sent"] == said["frames"]["confirmed"]
    figure(
        "emulate on can0", f"{heard.total()} frames confirmed, p99 late by {said['lateness']['p99_ms']} ms"
    )


@pytest.mark.timeout(240)
def test_a_requirement_of_parallel_banks_passes_with_the_inverter_on_the_other_controller(
    candump: Callable[..., Program], tmp_path: Path, figure: Callable[[str, str], None]
) -> None:
    dump = candump("can1")
    code, summary = _bmshil(
        "qualify",
        "rigs/template_selftest.yaml",
        "-k",
        "test_lowest_cvl_wins and 2-3-1-2",
        "--runs",
        str(tmp_path),
    )
    heard = _identifiers(dump)
    (required,) = summary["requirements"]
    assert (required["id"], required["verdict"]) == ("AGG-01", "pass"), required["reason"]
    assert code == 0
    assert heard["305"] >= 10  # the inverter's keep-alive
    assert set(heard) >= OF_THREE_PACKS
    figure("qualify on can0 and can1", f"AGG-01 {required['verdict']}, {heard.total()} frames on the bus")
