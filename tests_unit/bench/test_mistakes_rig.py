"""The wiring mistakes as requirements, by the whole command, on the rigs where each can be made."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.timeout(300)  # all runs count for the test that asks first

TESTS = Path(__file__).parents[2] / "tests_hil"

SCRIPT = """
import io, json, sys
from contextlib import redirect_stdout
from bmshil.bms import Master
from bmshil.cli import main, qualify

follows = Master.rewired
qualify.render = lambda store, _: store.report  # plots take longer than the tests; others prove them
for arguments in json.load(sys.stdin):
    Master.rewired = (lambda *_: None) if "test_adr and chain" in arguments else follows
    with redirect_stdout(io.StringIO()) as printed:
        code = main(["qualify", *arguments])
    print(json.dumps([code, json.loads(printed.getvalue())]), flush=True)
"""

CASES = {
    "behind a master": ("twin-master", "-k", "test_adr and not identifiers"),
    "over RS485": ("twin-rs485", "-k", "test_adr and baud"),
    "cables that do nothing": ("twin-master", "-k", "test_adr and chain"),
}


class Run(NamedTuple):
    """How the command ended, and the verdict on each requirement."""

    code: int
    verdicts: dict[str, str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """All cases, in one process of their own: most of a short run is the start of Python."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SCRIPT],
        input=json.dumps([[*options, "--json", f"--tests={TESTS}"] for options in CASES.values()]),
        cwd=tmp_path_factory.mktemp("runs"),
        capture_output=True,
        text=True,
        check=False,
    )
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(printed) == len(CASES), done.stderr
    return {
        name: Run(code, {one["id"]: one["verdict"] for one in summary["requirements"]})
        for name, (code, summary) in zip(CASES, printed, strict=True)
    }


def test_behind_a_master_every_mistake_shows_but_that_of_rs485(runs: dict[str, Run]) -> None:
    code, verdicts = runs["behind a master"]
    assert code == 0
    shown = {*(f"ADR-0{number}" for number in (3, 4, 5, 7, 8, 9)), "ADR-10", "ADR-11"}
    assert {name for name, verdict in verdicts.items() if verdict == "pass"} == shown
    assert {name for name, verdict in verdicts.items() if verdict == "skipped"} == {"ADR-02", "ADR-06"}


def test_over_rs485_the_wrong_baud_shows(runs: dict[str, Run]) -> None:
    assert runs["over RS485"] == (0, {"ADR-06": "pass"})


def test_a_bank_whose_cables_do_nothing_is_caught(runs: dict[str, Run]) -> None:
    code, verdicts = runs["cables that do nothing"]
    assert (code, verdicts["ADR-10"]) == (1, "fail")
