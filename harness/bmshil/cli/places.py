"""Where the requirement tests are, and where runs go."""

from __future__ import annotations

from pathlib import Path

from bmshil.errors import InputError

TESTS = "tests_hil"
RUNS = "runs"


def tests_folder(given: str | None) -> Path:
    """The folder of requirement tests: the one given, that of this folder or a parent, or the checkout's.

    Raises:
        InputError: there is none, or what is given is neither a folder nor a file of Python.
    """
    if given is not None:
        path = Path(given)
        if not path.exists():
            raise InputError(f"--tests {given}: no such file or folder")
        if not path.is_dir() and path.suffix != ".py":
            raise InputError(f"--tests {given}: no file of tests: name a folder like {TESTS}, or a .py file")
        return path
    here = Path.cwd()
    candidates = [folder / TESTS for folder in (here, *here.parents)]
    candidates.append(Path(__file__).resolve().parents[3] / TESTS)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise InputError(
        f"no folder {TESTS} here or above: run in a checkout of bmshil, or name the tests with --tests DIR"
    )
