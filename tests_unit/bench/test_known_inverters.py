"""Good inverters pass, bad ones are caught: by the whole command.

The kill matrix over all of them is a product of its own; this is what a change of the house must not break.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import bmshil.inverter

pytestmark = pytest.mark.timeout(600)  # all runs count for the test that asks first

TESTS = Path(__file__).parents[2] / "tests_hil"
PROFILES = Path(bmshil.inverter.__file__).parent / "profiles"

UNHURRIED = (
    "not repeating and not skipped_pre_charge and not ritual and not match and not by_force "
    "and not test_val and not test_hbt_more and not test_lim_more and not test_lim_grid "
    "and not test_sta_late and not test_chr"
)
"""All but LIM-08, which sends 10 000 sets and takes as long as all others together, but those whose subject
is the bank, which are the same for every inverter, but those from single field failures, which the kill
matrix asks of each, and but CHR, which finds against nobody."""

BY_NUMBER = (
    "(test_cfg or test_dsc or test_sta or test_agg or test_nm1 or bank_grows) and not match and not by_force "
    "and not ritual and not skipped_pre_charge and not test_sta_late"
)
"""What depends on how many batteries there are. All else these inverters do as pylon_parallel, of which every
requirement is asked in tests_hil, and the kill matrix asks them all."""


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
    "good 1.3": ("twin", "--dut=pylon_parallel_13", "-k", UNHURRIED),
    "good fixed": ("twin", "--dut=pylon_fixed3", "-k", BY_NUMBER),
    "good single": ("twin", "--dut=pylon_single", "-k", BY_NUMBER),
    "good sma": ("twin", "--dut=sma_si", "-k", UNHURRIED),
    "good alone": ("twin-single", "-k", "keepalive or ccl_step or identifiers or lowest_cvl"),
    "good minimum": ("twin", "--dut=minimum.yaml", "-k", "returning_pack or (open_pack and 2)"),
    "good without a SOC": ("twin-single", "--dut=holds_soc.yaml", "-k", "only_state"),
    "good but slow": (
        "twin",
        "--dut=slow.yaml",
        "-k",
        "test_lim and (ccl_step or dcl_step) or (open_pack and 2)",
    ),
    "averages_cvl": (
        "twin",
        "-k",
        "(lowest_cvl_wins and 1-2-3) or charge_voltage or rule_of_the_charge_current",
    ),
    "ccl0_ignored": ("twin", "-k", "zero_ccl or zero_dcl or ccl_step or restored_limit"),
    "any_frame_alive": ("twin", "-k", "only_limits or only_state"),
    "keeps_lost_pack": ("twin", "-k", "silent_pack or open_pack or returning_pack"),
    "enables_ignored": ("twin-single", "-k", "stricter and S23", "--fault", "relays.cut role=ac_grid @45s"),
    "no_keepalive": ("twin", "-k", "keepalive or protocol or zero_ccl"),
    "alarms_first_only": ("twin", "-k", "alarm_of_any or soc_is"),
    "wrong_bit_rate": (
        "twin",
        "-k",
        "test_bit_rate_of_the_device or test_device_acknowledges or termination",
    ),
    "charges_before_batteries": ("twin", "-k", "spoken or run_count"),
    "fixed_count": ("twin", "-k", "spoken or (run_count and 2)"),
    "commands_from_anybody": ("twin", "-k", "without_authorisation or zero_ccl"),
    "good but deaf": ("twin", "--dut=only_listens.yaml", "-k", "test_device_acknowledges"),
}
"""What is asked of which inverter: good ones, and mutations of pylon_parallel."""


OTHER_RIGS = (
    "not observable: the architecture of the bank is not ",
    "not observable: the rig's bank has not five packs",
    "not observable: the device does not ask over RS485",
    "not declared: a device that goes on by voltage",
)
"""Why requirements are skipped that other rigs and devices are for."""


class Run(NamedTuple):
    """How the command ended, and what it printed."""

    code: int
    summary: dict[str, Any]

    def having(self, verdict: str, question: str = "verdict") -> set[str]:
        """Requirements with this verdict, as a whole or on one question."""
        return {one["id"] for one in self.summary["requirements"] if one[question] == verdict}

    @property
    def skipped_here(self) -> set[str]:
        """Requirements that were skipped for another reason than that they need another rig."""
        return {
            one["id"]
            for one in self.summary["requirements"]
            if one["verdict"] == "skipped"
            and not all(test["reason"].startswith(OTHER_RIGS) for test in one["tests"])
        }

    @property
    def tests(self) -> list[dict[str, Any]]:
        """All tests of all requirements."""
        return [test for one in self.summary["requirements"] for test in one["tests"]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """All cases, in one process of their own: most of a short run is the start of Python."""
    arguments = [
        [*options, "--json", f"--tests={TESTS}", *([] if name.startswith("good") else ["--mutate", name])]
        for name, options in CASES.items()
    ]
    folder = tmp_path_factory.mktemp("runs")
    good = (PROFILES / "pylon_parallel.yaml").read_text(encoding="utf-8")
    deaf = good.replace("  acknowledges: true", "  acknowledges: false")
    (folder / "only_listens.yaml").write_text(deaf, encoding="utf-8")
    minimum = good.replace("ccl: sum, dcl: sum", "ccl: minimum, dcl: minimum")
    (folder / "minimum.yaml").write_text(minimum, encoding="utf-8")
    slow = good.replace("follow_lag: 5.0", "follow_lag: 60.0").replace("  lag: 0.5", "  lag: 45.0")
    (folder / "slow.yaml").write_text(slow, encoding="utf-8")
    single = (PROFILES / "pylon_single.yaml").read_text(encoding="utf-8")
    holds = single.replace("limits: 60, state: 60", "limits: 60, state: null")
    (folder / "holds_soc.yaml").write_text(holds, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(arguments),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = [Run(*json.loads(line)) for line in done.stdout.splitlines()]
    assert len(printed) == len(CASES), done.stderr
    return dict(zip(CASES, printed, strict=True))


EVERYWHERE = {
    *(f"CFG-0{number}" for number in (1, 2, 3, 4)),
    *(f"HBT-0{number}" for number in (1, 2, 3, 4)),
    *(f"LIM-0{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9)),
    "ADR-01",
    "ADR-02",
    "ADR-07",
    "ADR-09",
    "DSC-01",
    "DSC-02",
    "STA-01",
    "STA-03",
    "WRT-01",
    *(f"PHY-0{number}" for number in range(1, 8)),
    "DIV-01",
    "DIV-05",
}
BY_THE_NUMBER = {
    *(f"CFG-0{number}" for number in (1, 2, 3, 4)),
    "DSC-01",
    "DSC-02",
    "STA-01",
    "STA-03",
}
OF_SEVERAL = {
    *(f"AGG-0{number}" for number in (1, 2, 3, 4, 5)),
    "NM1-01",
    "NM1-02",
    "NM1-03",
    "NM1-04",
    "STA-02",
}


@pytest.mark.parametrize(
    ("case", "asked", "skipped", "reason"),
    [
        ("good 1.3", EVERYWHERE | OF_SEVERAL | {"DIV-02"}, set(), ""),
        (
            "good fixed",
            BY_THE_NUMBER | OF_SEVERAL,
            {"NM1-03", "NM1-04", "DIV-04"},
            "not declared: the device does not declare a dynamic number",
        ),
        ("good single", BY_THE_NUMBER, OF_SEVERAL | {"DIV-04"}, "not declared: the device "),
        (
            "good sma",
            EVERYWHERE,
            OF_SEVERAL | {"DIV-02", "DIV-04", "WRT-01"},
            "not ",
        ),  # it has no read-back either
    ],
)
def test_a_good_inverter_passes_all_that_it_declares(
    runs: dict[str, Run], case: str, asked: set[str], skipped: set[str], reason: str
) -> None:
    run = runs[case]
    assert run.having("pass") == asked - skipped
    assert run.skipped_here == skipped
    assert (run.code, run.summary["verdict"]) == (0, "pass")
    assert {test["verdict"] for test in run.tests} <= {"pass", "skipped"}
    assert all(
        test["reason"].startswith((reason, *OTHER_RIGS)) for test in run.tests if test["verdict"] == "skipped"
    )


def test_an_inverter_for_one_battery_passes_with_one(runs: dict[str, Run]) -> None:
    run = runs["good alone"]
    assert run.code == 0
    assert run.having("pass") == {"CFG-01", "CFG-02", "LIM-02", "ADR-01"}
    assert run.skipped_here == {"AGG-01"}


def test_where_the_rule_hides_a_lost_pack_its_return_is_not_asked(runs: dict[str, Run]) -> None:
    run = runs["good minimum"]
    assert run.code == 0
    assert (run.having("pass"), run.skipped_here) == ({"NM1-02"}, {"NM1-03"})


def test_an_inverter_may_go_on_without_a_soc_while_it_keeps_to_the_limits(runs: dict[str, Run]) -> None:
    (one,) = runs["good without a SOC"].summary["requirements"]
    assert (one["id"], one["conformity"], one["safety"]) == ("HBT-03", "characterised", "pass")


def test_no_declared_lag_lowers_the_floor(runs: dict[str, Run]) -> None:
    run = runs["good but slow"]
    assert run.having("pass", "conformity") == {"LIM-02", "LIM-03", "NM1-02"}
    assert run.having("fail", "safety") == {"LIM-02", "LIM-03", "NM1-02"}


def test_whoever_puts_a_bank_on_an_inverter_for_one_battery_is_told(runs: dict[str, Run]) -> None:
    (rule,) = [one for one in runs["good single"].summary["requirements"] if one["id"] == "DSC-02"]
    assert (rule["verdict"], rule["safety"]) == ("pass", "characterised")
    (told,) = [one for one in rule["tests"][0]["judgements"] if one["question"] == "safety"]
    assert told["statement"].startswith("A parallel bank on this device is unsafe")
    assert told["measurement"]["value"] == "unsafe: its rule is 'first'"


@pytest.mark.parametrize(
    ("mutation", "conformity", "safety", "passes"),
    [
        ("averages_cvl", {"DSC-02", "AGG-01"}, {"AGG-01"}, {"DSC-01"}),
        ("ccl0_ignored", {"LIM-04"}, {"LIM-04"}, {"LIM-02", "LIM-05", "CFG-02"}),
        ("any_frame_alive", {"HBT-02"}, {"HBT-02"}, {"HBT-03"}),
        ("keeps_lost_pack", {"NM1-01"}, {"NM1-01"}, {"NM1-02"}),
        ("no_keepalive", {"CFG-01", "CFG-04"}, set(), set()),
        ("alarms_first_only", {"AGG-05"}, set(), {"AGG-04"}),
        ("charges_before_batteries", {"STA-01"}, {"STA-01"}, {"STA-02"}),
        ("fixed_count", {"STA-02"}, set(), {"STA-01"}),
        ("wrong_bit_rate", {"PHY-04"}, set(), {"PHY-01"}),
        ("commands_from_anybody", {"WRT-01"}, {"WRT-01"}, {"LIM-04"}),
    ],
)
def test_a_bad_inverter_is_caught_by_what_it_violates_and_by_nothing_else(
    runs: dict[str, Run], mutation: str, conformity: set[str], safety: set[str], passes: set[str]
) -> None:
    run = runs[mutation]
    assert run.code == 1
    assert run.having("fail", "conformity") == conformity
    assert run.having("fail", "safety") == safety
    assert run.having("fail") == conformity | safety
    assert run.having("pass") == passes
    assert run.summary["dut"]["mutation"] == mutation


@pytest.mark.parametrize(
    ("mutation", "requirement", "reason"),
    [
        ("ccl0_ignored", "LIM-06", "nothing was away that could come back"),
        ("keeps_lost_pack", "NM1-03", "it was never away, and cannot come back"),
        ("enables_ignored", "VAL-03", "its source may have failed meanwhile"),
    ],
)
def test_what_never_went_or_could_never_flow_is_not_passed(
    runs: dict[str, Run], mutation: str, requirement: str, reason: str
) -> None:
    (one,) = [one for one in runs[mutation].summary["requirements"] if one["id"] == requirement]
    assert one["verdict"] == "inconclusive"
    assert one["reason"].endswith(reason)


def test_where_nothing_can_be_tested_nothing_is_passed(runs: dict[str, Run]) -> None:
    (blocked,) = [one for one in runs["no_keepalive"].summary["requirements"] if one["id"] == "LIM-04"]
    assert (blocked["verdict"], blocked["reason"]) == (
        "blocked",
        "reset needed: no keep-alive from the device",
    )


def test_an_inverter_that_only_listens_is_not_passed(runs: dict[str, Run]) -> None:
    run = runs["good but deaf"]
    assert run.code != 0
    (blocked,) = run.summary["requirements"]
    assert (blocked["id"], blocked["verdict"]) == ("PHY-07", "blocked")
    assert blocked["reason"].endswith("a device that only listens look the same")
