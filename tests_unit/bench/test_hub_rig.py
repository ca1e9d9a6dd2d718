"""A bank behind a hub on the twin: the good hub passes, the bad ones are caught."""

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

GOOD = "test_grp and (start_order or falls_silent or [2-charge] or [2])"
GROUP_LOST = "(loses_a_group or without_a_group) and [1]"
GROUP_2_LOW = "of_all_groups and ([2-charge] or [2])"

CASES = {
    "good": ("twin-hub", "-k", GOOD),
    "kept": ("kept.yaml", "-k", GROUP_LOST),
    "first": ("first.yaml", "-k", GROUP_2_LOW),
}
"""What is asked of which hub."""


class Run(NamedTuple):
    """How the command ended, and the verdict and first reason on each requirement."""

    code: int
    verdicts: dict[str, str]
    reasons: dict[str, str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """All cases, in one process of their own: most of a short run is the start of Python."""
    folder = tmp_path_factory.mktemp("runs")
    good = find("twin-hub").read_text(encoding="utf-8")
    assert "groups: [2, 2, 1]" in good
    for name in ("kept", "first"):
        bad = good.replace("groups: [2, 2, 1]", f"groups: [2, 2, 1]\n  forwards: {name}")
        (folder / f"{name}.yaml").write_text(bad, encoding="utf-8")
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
            {one["id"]: one["tests"][0]["reason"] for one in summary["requirements"]},
        )
        for name, (code, summary) in zip(CASES, printed, strict=True)
    }


def test_a_hub_that_forwards_the_groups_it_hears_passes(runs: dict[str, Run]) -> None:
    assert runs["good"].verdicts == dict.fromkeys([f"GRP-0{number}" for number in range(1, 7)], "pass")
    assert runs["good"].code == 0


def test_a_hub_that_keeps_a_lost_group_is_caught(runs: dict[str, Run]) -> None:
    assert runs["kept"].verdicts["GRP-04"] == "fail"
    assert "CCL that the hub tells without group 1" in runs["kept"].reasons["GRP-04"]
    assert set(runs["kept"].verdicts.values()) <= {"fail", "inconclusive"}
    assert runs["kept"].code == 1


@pytest.mark.parametrize(
    ("case", "id_", "told"),
    [("kept", "GRP-05", "CCL"), ("first", "GRP-02", "CCL"), ("first", "GRP-03", "CVL")],
)
def test_a_device_is_not_blamed_for_a_bad_hub(runs: dict[str, Run], case: str, id_: str, told: str) -> None:
    assert runs[case].verdicts[id_] == "inconclusive"
    assert f"the bank of this rig tells {told}" in runs[case].reasons[id_]
