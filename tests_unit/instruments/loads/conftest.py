"""Loads connected to scripted instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

IDENTITY = "BMSHIL,SCRIPT,1,1.0"


@pytest.fixture
def load(script: Any, journal: Any) -> Iterator[Any]:
    """Connect a driver to a script; one without an error queue has none to empty."""
    connected: list[Any] = []

    def make(driver: Any, *dialogue: Any, **options: Any) -> Any:
        greeted = bool(driver.error_query)
        spoken = dialogue if greeted else (("*IDN?", IDENTITY), *dialogue)
        resource = script(*spoken, greeted=greeted).resource
        connected.append(driver.connect("load", resource, journal=journal, **options))
        return connected[-1]

    yield make
    for one in connected:
        one.disconnect()
