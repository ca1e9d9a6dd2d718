"""Every measured value of the bench says how well it is known."""

from collections.abc import Iterator

import pytest

from bmshil.bench import Bench, open_bench


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench("twin") as opened:
        opened.run(30.0)
        yield opened


def test_a_mean_at_the_terminals_is_known_as_well_as_the_meter(bench: Bench) -> None:
    assert bench.voltage().uncertainty == pytest.approx(0.02, abs=0.001)
    assert bench.current().uncertainty == pytest.approx(0.2, abs=0.01)


def test_the_step_of_a_register_is_known_to_half_of_it_and_a_count_exactly(bench: Bench) -> None:
    assert bench.ask("soc").uncertainty == 0.0005
    assert bench.ask("packs").uncertainty == 0.0
    assert bench.ask("alarm").uncertainty == 0.0


def test_what_the_bank_has_said_is_exact_and_what_was_read_is_not(bench: Bench) -> None:
    assert bench.figure("bank.cvl", 56.0, "V", how="told").uncertainty == 0.0
    assert bench.figure("dc.voltage", 3.0, "V", how="read").uncertainty == 0.02


@pytest.mark.parametrize(("rating", "amps"), [(100.0, 2.0), (30.0, 0.6), (10.0, 0.2)])
def test_no_current_is_what_the_acceptance_calls_so_whatever_the_rig_can_tell(
    bench: Bench, rating: float, amps: float
) -> None:
    assert bench.zero_allowed(rating) == pytest.approx(amps)
