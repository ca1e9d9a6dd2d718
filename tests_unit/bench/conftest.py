"""Benches on the twin, with a hand on what the harness itself never sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.rig import find
from bmshil.twin.software_bench import SoftwareBench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Lab:
    """The twin behind the bench that was opened last."""

    def __init__(self) -> None:
        self.twins: list[SoftwareBench] = []

    @property
    def twin(self) -> SoftwareBench:
        return self.twins[-1]

    @property
    def state(self) -> dict[str, Any]:
        """What is on, asked of the instruments themselves."""
        relays, load = self.twin.instruments["relays"], self.twin.instruments["load"]
        return {
            "supply": self.twin.world.output,
            "load": load.execute("INP?") == "1",
            **{
                role: relays.execute(f"ROUT:CLOS? (@{channel})") == "1"
                for role, channel in self.twin.relays.items()
            },
        }

    @property
    def on(self) -> set[str]:
        """What carries power; the contacts of the CAN cable do not."""
        return {name for name, on in self.state.items() if on and not name.startswith("can_")}


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Sees the twin of every bench that the test opens."""
    seen = Lab()

    class Seen(SoftwareBench):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            seen.twins.append(self)

    monkeypatch.setattr("bmshil.bench.assembly.software.SoftwareBench", Seen)
    return seen


@pytest.fixture
def variant(tmp_path: Path) -> Callable[..., Path]:
    """A shipped rig file with texts replaced: ``variant("twin", ("old", "new"), ...)``."""

    def make(name: str, *changes: tuple[str, str]) -> Path:
        text = find(name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "rig.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return make
