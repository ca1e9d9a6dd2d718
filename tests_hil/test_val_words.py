"""VAL: what is there for display alone moves nothing; what is a request is followed as declared."""

import pytest

from bmshil.bench import Bench
from bmshil.bench.reactions.unmoved import begin, judge_unmoved, play, sends
from bmshil.bench.stimuli.saying import MEASURED, say, say_bytes
from pytest_bmshil import requirement


@requirement(
    "VAL-20",
    "A temperature that is missing, or 0 degC, blocks no charge that the limits allow",
    needs=["can", "dc", "charge", "dialect:temperature"],
    duration="6 * follow_lag + 30",
    scenarios=["S40"],
)
@pytest.mark.parametrize("told", ["zero", "missing"])
def test_a_missing_temperature_blocks_nothing(bench: Bench, told: str) -> None:
    if told == "missing" and not sends(bench, MEASURED):
        pytest.skip("not observable: the dialect has no 0x356")
    before = begin(bench, "S40")
    if told == "zero":
        say(bench, temperature=0.0)
    else:
        say_bytes(bench, MEASURED, "0080", at=4)
    judge_unmoved(
        bench,
        before,
        f"Charge current with a temperature that is {told}",
        "S40: the CCL says what is allowed",
    )


@requirement(
    "VAL-21",
    "The number of modules is for display: it moves no current",
    needs=["can", "dc", "charge", "dialect:modules"],
    duration="9 * follow_lag + 60",
    scenarios=["S42"],
)
@pytest.mark.parametrize("modules", [0, 10])
def test_the_number_of_modules_moves_nothing(bench: Bench, modules: int) -> None:
    before = begin(bench, "S42")
    say(bench, modules=modules)
    judge_unmoved(
        bench,
        before,
        f"Charge current with {modules} modules told",
        "S42: Pylontech CANBUS Protocol V1.2, byte 4 of 0x359",
    )


@requirement(
    "VAL-22",
    "A capacity in another unit moves no current",
    needs=["can", "dc", "charge", "dialect:capacity"],
    duration="6 * follow_lag + 30",
    scenarios=["S28"],
)
def test_the_capacity_moves_nothing(bench: Bench) -> None:
    before = begin(bench, "S28")
    play(bench, "S28")
    judge_unmoved(bench, before, "Charge current with a tenth of the capacity told", "S28: the CCL binds")


@requirement(
    "VAL-23",
    "An absurd cell voltage for 2 s leaves nothing behind",
    needs=["can", "dc", "charge", "dialect:cell_max"],
    duration="6 * follow_lag + recovery.power + 30",
    scenarios=["S39"],
)
def test_an_absurd_cell_leaves_nothing_behind(bench: Bench) -> None:
    before = begin(bench, "S39")
    play(bench, "S39")
    bench.run(bench.declares.recovery.power)
    judge_unmoved(bench, before, "Charge current after a cell of 19.4 V for 2 s", "S39: no cell has that")


@requirement(
    "VAL-24",
    "A battery with another name is charged as well",
    needs=["can", "dc", "charge", "relays", "dialect:manufacturer"],
    duration="boot + recovery.power + 3 * follow_lag + 60",
    scenarios=["S41"],
)
def test_another_name_is_borne(bench: Bench, unit: float) -> None:
    bench.bank.limit(ccl=unit)
    play(bench, "S41")
    bench.power_cycle()
    bench.run(bench.declares.boot + bench.declares.recovery.power)
    bench.power.start_charge()
    bench.settle_generously()
    bench.judge.at_least(
        bench.current(),
        0.5 * unit,
        statement="Charge current after a start with a battery called DIYPYLON",
        citation="S41: ArminJo/JK-BMSToPylontechCAN",
    )


@requirement(
    "VAL-25",
    "A charge that the battery asks for is given from the grid, and does not come and go with the request",
    needs=["can", "dc", "charge", "discharge", "dialect:force_charge_2", "declares:force_charge"],
    duration="6 * follow_lag + 60",
    scenarios=["S45", "S47"],
)
@pytest.mark.parametrize("scenario", ["S45", "S47"])
def test_a_requested_charge_is_given(bench: Bench, unit: float, scenario: str) -> None:
    begin(bench, scenario)
    play(bench, scenario)
    bench.settle_generously()
    since = bench.seconds
    bench.run(20.0)
    bench.judge.at_least(
        bench.measure("dc.current", since, reduction="min"),
        0.5 * unit,
        statement="Lowest battery current while the battery asks for a charge from the grid",
        citation="profile: force_charge.on_request; Pylontech CANBUS Protocol V1.2, 0x35C and its note",
    )


@requirement(
    "VAL-26",
    "What the device does when the battery asks for a full charge is known",
    needs=["can", "dc", "discharge", "dialect:full_charge"],
    duration="6 * follow_lag + 30",
    scenarios=["S46"],
)
def test_a_request_for_a_full_charge_is_characterised(bench: Bench) -> None:
    begin(bench, "S46")
    play(bench, "S46")
    bench.settle_generously()
    bench.judge.characterise(
        bench.current(),
        statement="Battery current under load while the battery asks for a full charge",
        key="request.full_charge.current",
        citation="S46: Pylontech CANBUS Protocol V1.2, bit 3 of 0x35C; no document says which device obeys",
    )
