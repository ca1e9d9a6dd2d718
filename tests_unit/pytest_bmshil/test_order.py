"""Random orders that can be had again."""

import pytest

TESTS = """
import pytest

@pytest.mark.parametrize("number", range(8))
def test_one(number):
    pass
"""


def order(pytester: pytest.Pytester, *arguments: str) -> list[str]:
    result = pytester.runpytest("-v", "-p", "no:randomly", *arguments)
    return [line.split("[")[1].split("]")[0] for line in result.outlines if "PASSED" in line]


def test_a_seed_draws_an_order_that_can_be_had_again(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    listed = order(pytester)
    first = order(pytester, "--shuffle=1")
    assert listed == ["0", "1", "2", "3", "4", "5", "6", "7"]
    assert first == order(pytester, "--shuffle=1")
    assert sorted(first) == listed
    assert first != listed
    assert first != order(pytester, "--shuffle=2")
