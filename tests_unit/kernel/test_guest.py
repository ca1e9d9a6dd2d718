"""The guest itself is what the other tests take for granted."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Links


def test_the_kernel_is_debian_s() -> None:
    assert "Debian" in platform.version()


@pytest.mark.parametrize("interface", ["can0", "can1"])
def test_the_controllers_run_at_500_kbit_s(interface: str, links: Links) -> None:
    assert links.can(interface)["bittiming"]["bitrate"] == 500_000
    assert links.state(interface) == "ERROR-ACTIVE"
