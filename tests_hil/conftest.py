"""What the requirement tests share."""

import pytest

from bmshil.bench import Bench


@pytest.fixture
def unit(bench: Bench) -> float:
    """I_ref: the reference current that stimuli are multiples of, A."""
    return bench.levels.reference
