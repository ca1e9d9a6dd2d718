"""Where the DBC files come from: the installed package first, else the work tree."""

from pathlib import Path

import pytest

from bmshil.dialects import dbc_folder, files
from bmshil.errors import InputError


def test_work_tree_holds_the_files() -> None:
    assert (dbc_folder() / "pylontech_lv_1_2.dbc").is_file()


def test_installed_package_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packaged = tmp_path / "_data" / "dbc"
    packaged.mkdir(parents=True)
    monkeypatch.setattr(files, "files", lambda _package: tmp_path)
    assert dbc_folder() == packaged


def test_neither_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files, "files", lambda _package: tmp_path)
    monkeypatch.setattr(files, "__file__", str(tmp_path / "harness" / "bmshil" / "dialects" / "files.py"))
    with pytest.raises(InputError, match=r"no DBC files in .* nor in .*: install bmshil again"):
        dbc_folder()
