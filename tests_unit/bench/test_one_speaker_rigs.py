"""Banks for which a lone master, a collector or a gated pack speaks: good ones pass, bad ones are caught."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import bmshil.inverter
from bmshil.rig import find

pytestmark = pytest.mark.timeout(300)  # all runs count for the test that asks first

TESTS = Path(__file__).parents[2] / "tests_hil"
PROFILES = Path(bmshil.inverter.__file__).parent / "profiles"

SCRIPT = """
import io, json, sys
from contextlib import redirect_stdout
from bmshil.cli import main, qualify

qualify.render = lambda store, _: store.report  # plots take longer than the tests; others prove them
for arguments in json.load(sys.stdin):
    with redirect_stdout(io.StringIO()) as printed:
        code = main(["qualify", *arguments])
    print(json.dumps([code, json.loads(printed.getvalue())]), flush=True)
"""

CASES = {
    "lone": ("twin-lone", "-k", "test_sgl and not (drifts and (0.5 or 0.3))"),
    "lone, even": ("twin-lone", "-k", "drifts and 0.5"),
    "lone, keeps last": ("twin-lone", "-k", "lone_master_is_lost", "--mutate=keeps_last"),
    "collector": ("twin-collector", "-k", "(leaves_the_collector and 2) or stops_publishing"),
    "collector that chooses": ("chooses.yaml", "-k", "test_col"),
    "collector with a named pack": ("named.yaml", "-k", "next_pack"),
    "collector that never forgets": ("blind.yaml", "-k", "leaves_the_collector and 2"),
    "gated": ("twin-gated", "-k", "test_gat"),
    "gated, device waits": ("twin-gated", "--dut=waits.yaml", "-k", "speaks_first"),
}


class Run(NamedTuple):
    """How the command ended, and the verdict on each requirement."""

    code: int
    verdicts: dict[str, str]
    reasons: dict[str, str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """All cases, in one process of their own: most of a short run is the start of Python."""
    folder = tmp_path_factory.mktemp("runs")
    behind = find("twin-collector").read_text(encoding="utf-8")
    for name, old, new in (
        ("chooses", "chooses: all", "chooses: lowest_instance"),
        ("named", "chooses: all", "chooses: named, master: 2"),
        ("blind", "capacity_weighted", "sum_ccl_blind"),
    ):
        assert old in behind
        (folder / f"{name}.yaml").write_text(behind.replace(old, new), encoding="utf-8")
    good = (PROFILES / "pylon_single.yaml").read_text(encoding="utf-8")
    assert "trigger: free" in good
    (folder / "waits.yaml").write_text(good.replace("trigger: free", "trigger: answer"), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SCRIPT],
        input=json.dumps([[*options, "--json", f"--tests={TESTS}"] for options in CASES.values()]),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(printed) == len(CASES), done.stderr
    return {name: _run(*one) for name, one in zip(CASES, printed, strict=True)}


def _run(code: int, summary: dict[str, Any]) -> Run:
    found = summary["requirements"]
    return Run(
        code,
        {one["id"]: one["verdict"] for one in found},
        {one["id"]: one["tests"][0]["reason"] for one in found},
    )


@pytest.mark.parametrize(
    ("case", "verdicts"),
    [
        ("lone", {"SGL-01": "pass", "SGL-02": "pass", "SGL-03": "pass", "SGL-04": "pass"}),
        ("lone, even", {"SGL-01": "pass"}),
        ("collector", {"COL-01": "pass", "COL-03": "pass"}),
        ("collector that chooses", {"COL-01": "skipped", "COL-02": "pass", "COL-03": "pass"}),
        ("collector with a named pack", {"COL-02": "pass"}),
        ("gated", {"GAT-01": "pass", "GAT-02": "pass"}),
    ],
)
def test_a_good_one_passes(runs: dict[str, Run], case: str, verdicts: dict[str, str]) -> None:
    assert runs[case].verdicts == verdicts
    assert runs[case].code == 0


@pytest.mark.parametrize(
    ("case", "id_", "reason"),
    [
        ("lone, keeps last", "SGL-04", "The charge does not go on for ever when the lone master is lost"),
        (
            "collector that never forgets",
            "COL-01",
            "Capacity that the collector says without pack 2: 250 Ah instead of 200",
        ),
        ("gated, device waits", "GAT-01", "The device speaks although it hears no battery"),
    ],
)
def test_a_bad_one_is_caught(runs: dict[str, Run], case: str, id_: str, reason: str) -> None:
    assert runs[case].verdicts == {id_: "fail"}
    assert reason in runs[case].reasons[id_]
    assert runs[case].code == 1
