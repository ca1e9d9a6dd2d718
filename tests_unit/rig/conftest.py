"""Rig files that tests may bend."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bmshil.rig import Rig, find, load


@pytest.fixture
def bend(tmp_path: Path) -> Callable[..., Rig]:
    """Read a shipped rig file with texts replaced: ``bend("twin", ("old", "new"), ...)``."""

    def make(name: str, *changes: tuple[str, str]) -> Rig:
        text = find(name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "rig.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return make
