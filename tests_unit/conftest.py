"""What all tests share: nothing that they switch leaves a mark on the machine."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="session")
def _own_state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Marks, drills and records of guards go elsewhere, in processes that the tests start too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BMSHIL_STATE", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """A shell starts what runs in the background with SIGINT ignored, and so would be every test of it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
