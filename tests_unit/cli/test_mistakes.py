"""bmshil mistakes: the table of A2's eight rows, played."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bms.mistakes import MISTAKES, mistake
from bmshil.cli import main
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence


UNHEARD = (
    "the battery is at 115200 bit/s and the inverter at 9600: it understands 0 questions and answers none "
    "(the other way round: this inverter uses the slow one)"
)


@pytest.fixture(scope="module")
def rows() -> Any:
    """All of them, played once."""
    with redirect_stdout(StringIO()) as printed:
        code = main(["mistakes", "--json"])
    return code, {row["name"]: row for row in json.loads(printed.getvalue())["mistakes"]}


def test_every_mistake_of_the_field_shows_on_the_bench(rows: tuple[int, dict[str, Any]]) -> None:
    code, found = rows
    assert code == 0
    assert list(found) == [
        "cable_in_port_0",
        "slave_on_the_bus",
        "terminator_off",
        "wrong_baud",
        "daisy_chain",
        "unmatched_module",
        "inverter_first",
        "broken_chain",
        "equal_addresses",
    ]
    assert all(row["shown"] for row in found.values())


@pytest.mark.parametrize(
    ("name", "bench", "findings"),
    [
        (
            "cable_in_port_0",
            ["0 identifiers of the bank are heard", "the device reports that it has no battery"],
            ["no pack is the master, so that nobody speaks: a cable is in Link Port 0 of pack 1"],
        ),
        (
            "slave_on_the_bus",
            [
                "twice as many frames as one battery sends under the identifiers of pack 1",
                "the charge current limit alternates: 120 A and 360 A",
            ],
            ["packs 1 and 2 are both on the bus of the inverter, where only the master belongs"],
        ),
        (
            "terminator_off",
            ["the termination reads 120 ohm: one terminator"],
            ["pack 1 (DOWN UP DOWN DOWN): its terminator is off: one group needs switch 2 at 0"],
        ),
        (
            "wrong_baud",
            [
                UNHEARD,
                "the device reports that it has no battery",
                "it shows a temperature of 0 degC, 25 degC before",
            ],
            ["pack 1 (DOWN DOWN DOWN DOWN): RS485 at 115200 bit/s, the inverter uses 9600"],
        ),
        (
            "daisy_chain",
            [
                "5 modules in a chain share 185 A as 43.0, 38.9, 36.0, 34.0, 33.1 A, the nearest first",
                "on a busbar each carries 37.0 A",
            ],
            [],
        ),
        (
            "broken_chain",
            ["2 of 3 modules are told, 3 before", "the charge current limit is 240 A, 360 A before"],
            ["Link Port 0 of pack 3 is empty: the chain ends before it, and its master lacks pack 3"],
        ),
        (
            "equal_addresses",
            ["1 of 3 modules are told, 3 before", "the charge current limit is 120 A, 360 A before"],
            [
                "pack 2 has the address 1 of its master, which never asks for it",
                "pack 3 has the address 1 of its master, which never asks for it",
            ],
        ),
    ],
)
def test_what_the_bench_says_of_each(
    rows: tuple[int, dict[str, Any]], name: str, bench: Sequence[str], findings: Sequence[str]
) -> None:
    row = rows[1][name]
    assert row["bench"] == bench
    assert [one for one in row["findings"] if one in findings] == findings


def test_the_hands_on_power_cables_are_caught_by_protections(rows: tuple[int, dict[str, Any]]) -> None:
    refused, flows, trips = rows[1]["unmatched_module"]["bench"]
    assert refused.startswith(
        "the pack refuses to join: SOC 10.0%, bank 100.0%: 90.0% apart, 2.0% are allowed"
    )
    assert flows.startswith("joined by force ")
    assert trips.endswith(" its over-current protection has opened its contactor")
    assert (
        rows[1]["inverter_first"]["bench"][1] == "the packs are latched: off and on does not bring them back"
    )


def test_single_mistakes_are_played_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mistakes", "daisy_chain"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("1. Power cable daisy chain with 5+ modules")
    assert told.endswith("1 of 1 mistakes show on the bench as they do in the field\n")
    assert main(["mistakes", "no_coffee"]) == 2
    assert "no mistake 'no_coffee': known are cable_in_port_0, " in capsys.readouterr().err


def test_the_words_are_those_of_the_article() -> None:
    assert len(MISTAKES) == 9
    assert mistake("broken_chain").seen == "Module count drops, CCL value lower than expected"
    with pytest.raises(InputError, match="no mistake 'x'"):
        mistake("x")
