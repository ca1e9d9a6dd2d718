"""The same requirement on a fresh twin leaves the same record, to the bit."""

from __future__ import annotations

import os
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import Trial, open_bench
from bmshil.evidence import trace_hash
from bmshil.judge import Verdict
from pytest_bmshil.marking import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def keep_cores() -> Iterator[None]:
    """A bench on simulated time pins its process to one core."""
    cores = os.sched_getaffinity(0)
    yield
    os.sched_setaffinity(0, cores)


@pytest.fixture
def requirements(pytestconfig: pytest.Config) -> Callable[[str, str], Any]:
    """Fetch a test of a requirement by module and name."""

    def fetch(module: str, name: str) -> Any:
        spec = spec_from_file_location(module, pytestconfig.rootpath / "tests_hil" / f"{module}.py")
        assert spec is not None
        assert spec.loader is not None
        loaded = module_from_spec(spec)
        spec.loader.exec_module(loaded)
        return getattr(loaded, name)

    return fetch


def record(folder: Path, test: Any, **arguments: Any) -> str:
    """Run one requirement on a bench of its own; return the hash of its record."""
    requirement = next(mark for mark in test.pytestmark if mark.name == MARK).args[0]
    with open_bench("twin", journal=folder) as bench:
        trial = Trial(bench, test.__name__, requirement)
        trial.begin()
        test(bench, **arguments)
        assert trial.conclude(None).verdict is Verdict.PASS
        trial.end()
    return trace_hash(folder)


def test_aggregation_twice(tmp_path: Path, requirements: Callable[[str, str], Any]) -> None:
    test = requirements("test_agg", "test_lowest_cvl_wins")
    first, second = (
        record(tmp_path / name, test, unit=16.0, low=2, order=(3, 1, 2)) for name in ("first", "second")
    )
    assert first == second


def test_heartbeat_twice(tmp_path: Path, requirements: Callable[[str, str], Any]) -> None:
    test = requirements("test_hbt", "test_all_frames_lost")
    first, second = (
        record(tmp_path / name, test, unit=16.0, direction="charge") for name in ("first", "second")
    )
    assert first == second


def test_another_requirement_leaves_another_record(
    tmp_path: Path, requirements: Callable[[str, str], Any]
) -> None:
    test = requirements("test_agg", "test_lowest_cvl_wins")
    first = record(tmp_path / "second pack", test, unit=16.0, low=2, order=(1, 2, 3))
    second = record(tmp_path / "third pack", test, unit=16.0, low=3, order=(1, 2, 3))
    assert first != second
