"""Where the requirement tests are, and where runs go."""

from __future__ import annotations

from pathlib import Path

from bmshil.errors import InputError

TESTS = "tests_hil"
RUNS = "runs"


def tests_folder(given: str | None) -> Path:
    """The folder of requirement tests: the one given, that of this folder or a parent, or the checkout's.

    Raises:
        InputError: there is none.
    """
    if given is not None:
        path = Path(given)
        if path.exists():
            return path
        raise InputError(f"--tests {given}: no such file or folder")
    here = Path.cwd()
    candidates = [folder / TESTS for folder in (here, *here.parents)]
    candidates.append(Path(__file__).resolve().parents[3] / TESTS)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise InputError(
        f"no folder {TESTS} here or above: run in a checkout of bmshil, or name the tests with --tests DIR"
    )
