"""What the command leaves behind when it is stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from bmshil.cli import killmatrix, main

TESTS = Path(__file__).parents[2] / "tests_hil"


def stopped(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("kept", [[], ["notes.txt"]])
def test_a_folder_in_which_nothing_was_kept_is_taken_away(
    kept: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(*_: object) -> None:
        (folder,) = (tmp_path / "runs").iterdir()
        for name in kept:
            (folder / name).touch()
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(killmatrix, "_work", work)
    assert main(["killmatrix", "--only", "averages_cvl", "--tests", str(TESTS)]) == 130
    assert [path.name for path in (tmp_path / "runs").rglob("*.txt")] == kept
    assert len([*(tmp_path / "runs").iterdir()]) == len(kept)


def test_a_folder_that_was_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(killmatrix, "_work", stopped)
    line = ["killmatrix", "--only", "averages_cvl", "--tests", str(TESTS), "--out", str(tmp_path)]
    assert main(line) == 130
    assert tmp_path.is_dir()
