"""What all tests share: nothing that they switch leaves a mark, and no core waits for another."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where only tests on wall time are asked for, the many files without one are not even read."""
    if config.option.markexpr != "wall" or collection_path.suffix != ".py":
        return None
    if not collection_path.name.startswith("test_") or b"mark.wall" in collection_path.read_bytes():
        return None
    return True


@pytest.hookimpl(trylast=True)  # after those who shuffle
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, by what they are marked with: no worker ends alone with one."""
    items.sort(key=lambda item: -_marked_time(item))


def _marked_time(item: pytest.Item) -> float:
    """Seconds that a test is given, or that its file waits in real time; 0 where nothing is said."""
    marks = (item.get_closest_marker(name) for name in ("timeout", "wall"))
    return max((float(mark.args[0]) for mark in marks if mark is not None and mark.args), default=0.0)


@pytest.fixture(autouse=True, scope="session")
def _own_core() -> None:
    """One core for each worker where there are enough.

    A bench on simulated time keeps itself on one core, and two workers could choose the same.
    """
    cores = sorted(os.sched_getaffinity(0))
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None and 1 < int(os.environ["PYTEST_XDIST_WORKER_COUNT"]) <= len(cores):
        os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw"))]})


@pytest.fixture(autouse=True, scope="session")
def _own_state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Marks, drills and records of guards go elsewhere, in processes that the tests start too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BMSHIL_STATE", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """A shell starts what runs in the background with SIGINT ignored, and so would be every test of it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
