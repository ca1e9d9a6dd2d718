"""The DIV requirements on their rigs: good ones pass, bad ones are caught; by the whole command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bmshil.rig import find

pytestmark = pytest.mark.timeout(300)  # all runs count for the test that asks first

TESTS = Path(__file__).parents[2] / "tests_hil"

SCRIPT = """
import io, json, sys
from contextlib import redirect_stdout
from bmshil.cli import main, qualify

qualify.render = lambda store, _: store.report  # plots take longer than the tests; others prove them
for arguments in json.load(sys.stdin):
    with redirect_stdout(io.StringIO()) as printed:
        main(["qualify", *arguments])
    print(json.dumps(json.loads(printed.getvalue())), flush=True)
"""

AHEAD = "is_ahead_stays_connected and pack2"
MASTER = "protects_the_pack"

CASES = {
    "parallel": ("twin", "-k", f"(drift_apart and pack1) or ({AHEAD}) or (terminator_moves and between)"),
    "averages": ("twin", "--mutate=averages_cvl", "-k", AHEAD),
    "master": ("twin-master", "-k", f"{MASTER} and (its or avg_cvl)"),
    "bad master": ("bad.yaml", "-k", f"{MASTER} and its"),
    "grows": ("twin-five", "-k", "bank_grows or rating_against"),
    "keeps": ("twin-five", "--mutate=ignores_third_pack", "-k", "bank_grows"),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict[str, Any]]]:
    """Requirements by id of every case, all in one process of their own."""
    folder = tmp_path_factory.mktemp("runs")
    text = find("twin-master").read_text(encoding="utf-8")
    assert "arithmetic: minimum_cvl" in text
    (folder / "bad.yaml").write_text(
        text.replace("arithmetic: minimum_cvl", "arithmetic: avg_cvl"), encoding="utf-8"
    )
    arguments = [[*options, "--json", f"--tests={TESTS}"] for options in CASES.values()]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(arguments),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = [json.loads(line)["requirements"] for line in done.stdout.splitlines()]
    assert len(printed) == len(CASES), done.stderr
    return {name: {one["id"]: one for one in found} for name, found in zip(CASES, printed, strict=True)}


def verdicts(found: dict[str, dict[str, Any]], question: str = "verdict") -> dict[str, str]:
    """What became of each DIV requirement that was asked for."""
    return {name: one[question] for name, one in found.items() if name.startswith("DIV")}


def test_a_good_inverter_keeps_the_pack_that_is_ahead(runs: dict[str, Any]) -> None:
    assert verdicts(runs["parallel"]) == {"DIV-01": "pass", "DIV-02": "pass", "DIV-05": "pass"}


def test_an_inverter_that_averages_drives_it_off(runs: dict[str, Any]) -> None:
    assert verdicts(runs["averages"], "safety") == {"DIV-02": "fail"}
    assert "contactor of pack 2 is 'opened', not 'closed'" in runs["averages"]["DIV-02"]["reason"]


def test_a_good_master_protects_it_and_bad_ones_do_not(runs: dict[str, Any]) -> None:
    assert verdicts(runs["master"]) == {"DIV-03": "pass"}
    assert len(runs["master"]["DIV-03"]["tests"]) == 2  # its own, and a bad one that opens it


def test_a_rig_whose_master_averages_fails(runs: dict[str, Any]) -> None:
    assert verdicts(runs["bad master"]) == {"DIV-03": "fail"}


def test_a_bank_grows_from_two_to_five(runs: dict[str, Any]) -> None:
    assert verdicts(runs["grows"]) == {"DIV-04": "pass", "DIV-06": "characterised"}
    noted = runs["grows"]["DIV-06"]["tests"][0]["judgements"][0]
    assert noted["measurement"]["value"] == 500.0
    assert noted["verdict"] == "characterised"


def test_an_inverter_that_overlooks_a_new_pack_is_caught(runs: dict[str, Any]) -> None:
    assert verdicts(runs["keeps"]) == {"DIV-04": "fail"}
