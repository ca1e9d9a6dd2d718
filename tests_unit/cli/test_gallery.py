"""bmshil gallery."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.bench.gallery import EXHIBITS
from bmshil.bms import KINDS_OF_ARCHITECTURE
from bmshil.cli import main
from bmshil.rig import rig_names

if TYPE_CHECKING:
    import pytest

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def test_one_picture_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gallery", "gated", "--out", str(tmp_path / "new" / "folder")]) == 0
    (picture,) = (tmp_path / "new" / "folder").iterdir()
    assert picture.name == "gated.svg"
    assert "the inverter speaks, and the bank begins" in picture.read_text(encoding="utf-8")
    assert "gated.svg: A bank that is silent until the inverter speaks" in capsys.readouterr().out


def test_a_name_that_the_gallery_has_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gallery", "gatet"]) == 2
    assert "the gallery has no 'gatet'" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    assert main(["gallery", "gated", "--out", str(taken)]) == 2
    assert f"--out {taken}: cannot be made: File exists" in capsys.readouterr().err


def test_every_exhibit_stands_on_a_rig_that_comes_along_and_has_its_picture() -> None:
    for name, one in EXHIBITS.items():
        assert one.name == name
        assert one.rig in rig_names()
        assert (PICTURES / f"{name}.svg").stat().st_size < 100_000


def test_no_architecture_is_forgotten() -> None:
    # One pack alone has nothing to show.
    assert set(KINDS_OF_ARCHITECTURE) - {"single"} <= set(EXHIBITS)
