"""Which software made the evidence."""

import platform
from importlib.metadata import PackageNotFoundError, version

_DISTRIBUTIONS = ("bmshil", "python-can", "cantools", "pyvisa", "pyvisa-py", "numpy", "pytest")


def versions() -> dict[str, str]:
    """Versions of the harness, of Python, of what measures and decodes, and the platform."""
    found = {name: _version(name) for name in _DISTRIBUTIONS}
    return {**found, "python": platform.python_version(), "platform": platform.platform()}


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
