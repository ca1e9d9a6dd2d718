"""One number decides all chance on a twin."""

import pytest

from bmshil.errors import InputError
from bmshil.rig import load, node_settings, seeded


def test_a_seed_draws_noise_and_phases_and_leaves_the_rest() -> None:
    rig = load("twin")
    one, again, other = seeded(rig, 3), seeded(rig, 3), seeded(rig, 4)
    assert one == again
    assert (one.wire.seed, other.wire.seed) == (3, 4)
    assert node_settings(one).phase != node_settings(other).phase
    for drawn in (one, other):
        settings = node_settings(drawn)
        assert 0.0 <= settings.phase < 1.0
        assert settings.stagger is not None
        assert 1 / 6 <= settings.stagger <= 1 / 3
    assert (one.instruments, one.profile, one.bank.packs) == (rig.instruments, rig.profile, rig.bank.packs)


def test_chance_that_is_not_ours_is_not_drawn() -> None:
    with pytest.raises(InputError, match="--shuffle 3 draws the order of the tests alone"):
        seeded(load("template_real"), 3)
    with pytest.raises(InputError, match="give a number of 0 or more"):
        seeded(load("twin"), -1)
