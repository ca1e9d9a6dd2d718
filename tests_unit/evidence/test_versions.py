import platform
import re
import sys

import pytest

from bmshil.evidence import versions


def test_versions_name_what_measures_and_decodes() -> None:
    found = versions()
    assert set(found) == {
        "bmshil",
        "python",
        "platform",
        "python-can",
        "cantools",
        "pyvisa",
        "pyvisa-py",
        "numpy",
        "pytest",
    }
    assert found["python"] == platform.python_version()
    assert all(re.match(r"\d+\.\d+", found[name]) for name in found if name not in {"platform", "bmshil"})


def test_a_missing_distribution_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["bmshil.evidence.versions"]
    monkeypatch.setattr(module, "_DISTRIBUTIONS", ("a-thing-that-nobody-has-installed",))
    assert versions()["a-thing-that-nobody-has-installed"] == "not installed"
