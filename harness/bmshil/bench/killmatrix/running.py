"""Doing one run of the kill matrix in this process: start-up is paid once for many runs."""

from __future__ import annotations

import os
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bmshil.bench.assembly import open_bench
from bmshil.bench.killmatrix.job import Done
from bmshil.bench.killmatrix.selecting import Selecting
from bmshil.errors import BmsHilError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bench.bench import Bench
    from bmshil.bench.killmatrix.job import Job

OPTIONS = (
    "--quiet",
    "--tb=no",
    "-rN",
    "--disable-warnings",
    "-o", "filterwarnings=default",
    "-p", "no:cacheprovider",
    "-p", "no:randomly",
    "-p", "no:xdist",
)  # fmt: skip
"""What a run of pytest inside a run of the kill matrix leaves out."""

ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)


class Ready:
    """Hands the open bench to the tests, as `bmshil qualify` does."""

    def __init__(self, bench: Bench) -> None:
        self.bmshil_bench = bench


def run_job(job: Job, tests: str, worker: int | None = None) -> Done:
    """Open the twin, ask what the job asks, and say what was found. Nothing stays on disk.

    Args:
        job: what to do.
        tests: folder of the requirement tests.
        worker: number of this process, which chooses its core.
    """
    begun = time.process_time()
    selecting = Selecting(job)
    trouble = ""
    try:
        with open_bench(
            job.rig, profile=job.profile, mutation=job.mutation, seed=job.seed, worker=worker
        ) as bench:
            code = run_tests(tests, bench, [selecting])
            if code not in ENDED:
                trouble = f"pytest ended with {pytest.ExitCode(code).name.lower().replace('_', ' ')}"
    except BmsHilError as error:
        trouble = " ".join(str(error).split())
    return Done(
        job=job,
        outcomes=selecting.outcomes,
        tests=selecting.tests,
        cpu=time.process_time() - begun,
        trouble=trouble,
    )


def run_tests(tests: str, bench: Bench, plugins: Sequence[object]) -> int:
    """Run tests on an open bench without a word; gives pytest's exit code."""
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
    ):
        return int(pytest.main([tests, *OPTIONS], plugins=[Ready(bench), *plugins]))
