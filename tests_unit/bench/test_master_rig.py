"""A bank for which a master speaks: a good arrangement passes, bad arithmetics and devices are caught."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

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
        code = main(["qualify", *arguments])
    print(json.dumps([code, json.loads(printed.getvalue())]), flush=True)
"""

GOOD = (
    "(current_of_the_whole_bank and 2-charge) or (lowest_cvl_of_the_whole and 2) or (loses_a_slave and 1) "
    "or (goes_on_without_a_slave and 0) or the_master_is_lost or takes_over or (bears_the_gap and shorter) "
    "or two_masters or (what_a_master_says and yambms) or (tells_the_lowest_cvl and 2) "
    "or blind_sum or test_rule_of or ccl_step"
)

CASES = {
    "good": ("twin-master", "-k", GOOD),
    "avg_cvl": ("avg_cvl.yaml", "-k", "lowest_cvl and 2"),
    "sum_ccl_blind": ("sum_ccl_blind.yaml", "-k", "goes_on_without_a_slave and 1"),
    "first_pack_only": ("first_pack_only.yaml", "-k", "loses_a_slave and 0"),
    "soc_div_all": ("soc_div_all.yaml", "-k", "loses_a_slave and 0"),
    "cvl_div_n": ("cvl_div_n.yaml", "-k", "loses_a_slave and 0"),
    "device keeps last": ("twin-master", "--mutate=keeps_last", "-k", "the_master_is_lost"),
    "device gives up early": ("twin-master", "--mutate=no_recovery", "-k", "the_master_is_lost"),
}


class Run(NamedTuple):
    """How the command ended, the verdict on each requirement by question, and the reasons."""

    code: int
    verdicts: dict[str, str]
    safety: dict[str, str]
    reasons: dict[str, str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """All cases, in one process of their own: most of a short run is the start of Python."""
    folder = tmp_path_factory.mktemp("runs")
    good = find("twin-master").read_text(encoding="utf-8")
    for name, (rig, *_) in CASES.items():
        if rig.endswith(".yaml"):
            assert "arithmetic: minimum_cvl" in good
            text = good.replace("arithmetic: minimum_cvl", f"arithmetic: {name}")
            (folder / rig).write_text(text, encoding="utf-8")
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
    return {
        name: Run(
            code,
            {one["id"]: one["verdict"] for one in summary["requirements"]},
            {one["id"]: one["safety"] for one in summary["requirements"]},
            {one["id"]: one["tests"][0]["reason"] for one in summary["requirements"]},
        )
        for name, (code, summary) in zip(CASES, printed, strict=True)
    }


def test_a_good_arrangement_passes_and_the_device_obeys_it(runs: dict[str, Run]) -> None:
    run = runs["good"]
    assert run.code == 0
    passed = {name for name, verdict in run.verdicts.items() if verdict == "pass"}
    assert passed == {*(f"MAS-{number:02d}" for number in range(1, 12)), "LIM-02", "CFG-02"}
    assert {name for name in run.verdicts if name not in passed} == {"DSC-01", "DSC-02"}
    assert run.reasons["DSC-01"].startswith("not observable: one speaks for the bank")


@pytest.mark.parametrize(
    ("arithmetic", "caught", "reason"),
    [
        ("avg_cvl", "MAS-11", "CVL on the bus, of packs that say"),
        ("sum_ccl_blind", "MAS-04", "Charge current against the limits of the packs that the master still"),
        ("first_pack_only", "MAS-03", "Capacity that the master knows with all packs: 200 Ah"),
        ("soc_div_all", "MAS-03", "What the bus is told without the slave: soc: 0.4"),
        ("cvl_div_n", "MAS-03", "What the bus is told without the slave: cvl: 18.7 V"),
    ],
)
def test_a_bad_arithmetic_is_caught(runs: dict[str, Run], arithmetic: str, caught: str, reason: str) -> None:
    run = runs[arithmetic]
    assert run.code == 1
    assert run.verdicts[caught] == "fail"
    assert run.reasons[caught].startswith(reason)


def test_overcharging_and_overloading_fail_safety(runs: dict[str, Run]) -> None:
    assert runs["avg_cvl"].safety["MAS-11"] == "fail"
    assert runs["avg_cvl"].verdicts["MAS-02"] == "inconclusive"
    assert runs["sum_ccl_blind"].safety["MAS-04"] == "fail"


@pytest.mark.parametrize(
    ("device", "safety"), [("device keeps last", "fail"), ("device gives up early", "pass")]
)
def test_a_device_that_takes_a_lost_master_badly_is_caught(
    runs: dict[str, Run], device: str, safety: str
) -> None:
    run = runs[device]
    assert run.code == 1
    assert (run.verdicts["MAS-05"], run.safety["MAS-05"]) == ("fail", safety)
