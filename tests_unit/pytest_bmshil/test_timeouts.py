"""On a rig that is no inside twin, a test that takes too long is ended so that its fixtures tear down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Rehearse = Callable[..., pytest.RunResult]

SHOW = """
def test_one(request):
    config = request.config
    print("told:", config._env_timeout_method, config._env_timeout)
"""


@pytest.fixture
def rig(place: Path) -> str:
    """A rig file that describes no inside twin."""
    path = place / "north.yaml"
    path.write_text(
        "name: north\n"
        "dut: {profile: pylon_single}\n"
        "bank: {packs: [{module: generic-16s}]}\n"
        "can: {emulator: {interface: virtual, channel: north}}\n",
        encoding="utf-8",
    )
    return f"--rig={path}"


def test_the_method_is_signal_and_there_is_a_time(rehearse: Rehearse, rig: str) -> None:
    result = rehearse(SHOW, "-s", rig)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*told: signal 1800.0"])


def test_a_time_that_somebody_has_chosen_stays(rehearse: Rehearse, rig: str) -> None:
    result = rehearse(SHOW, "-s", rig, "--timeout=77")
    result.stdout.fnmatch_lines(["*told: signal 77.0"])


LONG = """
from bmshil.judge import Requirement
from pytest_bmshil import requirement

@pytest.fixture
def bench():
    pass

@requirement("LIM-08", "Many limits", duration="10000 * period.fastest + 90")
def test_long(request):
    print("marked:", request.node.get_closest_marker("timeout").args)

@pytest.mark.timeout(7)
@requirement("SOK-01", "A day", duration="86400")
def test_own(request):
    print("marked:", request.node.get_closest_marker("timeout").args)
"""


def test_a_requirement_gets_the_time_that_it_is_planned_to_take_whatever_an_ini_says(
    rehearse: Rehearse, rig: str, pytester: pytest.Pytester
) -> None:
    pytester.makeini("[pytest]\nfilterwarnings = error\ntimeout = 240\n")
    result = rehearse(LONG, "-s", rig)
    # 10 000 periods of 0.2 s and 90 s, twice, and half an hour.
    result.stdout.fnmatch_lines(["*marked: (5980.0,)", "*marked: (7,)"])


def test_an_inside_twin_is_left_alone(rehearse: Rehearse) -> None:
    result = rehearse(SHOW, "-s", "--timeout-method=thread")
    result.stdout.fnmatch_lines(["*told: thread None"])


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--timeout-method=thread", "timeout_method thread ends the process without switching the rig off"),
        ("-pno:timeout", "this rig needs pytest-timeout"),
    ],
)
def test_what_would_leave_the_rig_on_is_a_usage_error(
    rehearse: Rehearse, rig: str, option: str, told: str
) -> None:
    result = rehearse("def test_one():\n    pass\n", rig, option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert told in result.stderr.str()


@pytest.mark.parametrize("marker", ["timeout(5, method='thread')", "timeout(5, 'thread')"])
def test_so_is_a_test_that_asks_for_it(rehearse: Rehearse, rig: str, marker: str) -> None:
    result = rehearse(f"@pytest.mark.{marker}\ndef test_one():\n    pass\n", rig)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "timeout method thread ends the process without switching the rig off" in result.stderr.str()
