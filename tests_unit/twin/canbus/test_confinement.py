"""The limits of the error counters."""

import pytest

from bmshil.twin.canbus.confinement import State, after_reception, state_of


@pytest.mark.parametrize(
    ("tec", "rec", "state"),
    [
        (0, 0, State.ERROR_ACTIVE),
        (95, 95, State.ERROR_ACTIVE),
        (96, 0, State.ERROR_WARNING),
        (0, 96, State.ERROR_WARNING),
        (127, 127, State.ERROR_WARNING),
        (128, 0, State.ERROR_PASSIVE),
        (0, 128, State.ERROR_PASSIVE),
        (255, 255, State.ERROR_PASSIVE),
        (256, 0, State.BUS_OFF),
    ],
)
def test_limits(tec: int, rec: int, state: State) -> None:
    assert state_of(tec, rec) is state


def test_a_good_frame_takes_one_off_the_receive_counter() -> None:
    assert [after_reception(rec) for rec in (0, 1, 127)] == [0, 0, 126]


@pytest.mark.parametrize("rec", [128, 200, 255])
def test_a_good_frame_makes_a_passive_receiver_active_again(rec: int) -> None:
    assert 119 <= after_reception(rec) <= 127
