import os

import pytest


@pytest.fixture(autouse=True, scope="session")
def _in_the_guest() -> None:
    if os.environ.get("BMSHIL_GUEST") != "1":
        pytest.skip("needs the real Linux CAN stack: make test-kernel")
