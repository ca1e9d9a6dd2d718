"""Which code a run was made with: hashes of the harness, of its pytest plugin and of each test."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from bmshil.evidence.bundle.chain import digest

PACKAGES = ("bmshil", "pytest_bmshil")
"""Packages that decide what a run finds."""

TESTS = "tests/"
"""How the name of a test file begins among the hashes."""

NAMED = 4
"""How many files are named before the rest is only counted."""


def own_code() -> str:
    """SHA-256 of the harness that runs, as :func:`code_hashes` has it; empty where it is not in files."""
    folder = _folder(PACKAGES[0])
    return "" if folder is None else _package(folder)


def code_hashes(tests: Path) -> dict[str, str]:
    """SHA-256 of the code of a run: one for each package over all of its files, and one for each test file.

    Args:
        tests: folder of requirement tests, or one file of them.

    Raises:
        OSError: a file cannot be read.
    """
    found = {name: _package(folder) for name in PACKAGES if (folder := _folder(name)) is not None}
    if tests.is_file():
        return {**found, f"{TESTS}{tests.name}": digest(tests)}
    files = sorted(tests.rglob("*.py"))
    return {**found, **{f"{TESTS}{one.relative_to(tests).as_posix()}": digest(one) for one in files}}


def code_differs(then: dict[str, str], now: dict[str, str]) -> str:
    """What is other code than it was, in words for one line; empty when nothing is.

    Args:
        then: hashes as a run has recorded them.
        now: hashes of the code that is here.
    """
    packages = [name for name in PACKAGES if then.get(name) != now.get(name)]
    tests = [
        name.removeprefix(TESTS)
        + ("" if name in then and name in now else " (new)" if name in now else " (gone)")
        for name in sorted({*then, *now})
        if name.startswith(TESTS) and then.get(name) != now.get(name)
    ]
    more = f" and {len(tests) - NAMED} more" if len(tests) > NAMED else ""
    told = [f"the code of {' and '.join(packages)}"] if packages else []
    return "; ".join([*told, f"tests: {', '.join(tests[:NAMED])}{more}"] if tests else told)


def _folder(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _package(folder: Path) -> str:
    """One hash over all files of a package but what Python makes of them and what editors leave behind."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            whole.update(f"{path.relative_to(folder).as_posix()} {digest(path)}\n".encode())
    return whole.hexdigest()
