"""Requirements that can be cited and planned with."""

import re

import pytest

from bmshil.errors import InputError
from bmshil.judge import NEEDS, Requirement


@pytest.mark.parametrize("identifier", ["AGG-01", "NM1-99", "X00-00"])
def test_an_id_that_can_be_cited(identifier: str) -> None:
    assert Requirement(identifier, "The bank is charged", "dut").id == identifier


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        "AGG",
        "AGG-1",
        "AGG-001",
        "agg-01",
        "1GG-01",
        "AG-01",
        "AGG_01",
        "AGG-01 ",
        "AGG-01\n",
        "AGG-\u0660\u0661",
    ],
)
def test_an_id_that_cannot_be_cited(identifier: str) -> None:
    with pytest.raises(InputError, match=re.escape(f"requirement id {identifier!r}: write three letters")):
        Requirement(identifier, "The bank is charged", "dut")


@pytest.mark.parametrize("subject", ["dut", "bank", "rig"])
def test_known_subjects(subject: str) -> None:
    assert Requirement("AGG-01", "The bank is charged", subject).subject == subject


def test_mistakes_are_named() -> None:
    with pytest.raises(InputError, match="AGG-01: unknown subject 'inverter', known: dut, bank, rig"):
        Requirement("AGG-01", "The bank is charged", "inverter")
    with pytest.raises(InputError, match="AGG-01: unknown need 'magic', known: dc, charge"):
        Requirement("AGG-01", "The bank is charged", "dut", needs=("dc", "magic"))
    with pytest.raises(InputError, match="AGG-01: write the rule in a sentence as its title"):
        Requirement("AGG-01", " ", "dut")


def test_every_need_is_explained() -> None:
    every = Requirement("AGG-01", "The bank is charged", "dut", needs=tuple(NEEDS))
    assert every.needs == tuple(NEEDS)
    assert all(NEEDS.values())
