"""What mutations and profiles say that a device fails is asked of devices: a wrong id would catch nothing."""

from __future__ import annotations

import re
from pathlib import Path

from bmshil.inverter import mutations, profile, profile_names

TESTS = Path(__file__).parents[2] / "tests_hil"
CALL = re.compile(r'@requirement\(\n    "(?P<id>[A-Z][A-Z0-9]{2}-\d{2})",(?P<rest>.*?)\n\)', re.DOTALL)


def of_devices() -> set[str]:
    """Ids of the requirements that bind a device, read in the text of the tests."""
    found = {
        call["id"]: 'subject="' not in call["rest"] or 'subject="dut"' in call["rest"]
        for file in TESTS.glob("test_*.py")
        for call in CALL.finditer(file.read_text(encoding="utf-8"))
    }
    assert len(found) > 100
    return {name for name, binds in found.items() if binds}


def test_a_mutation_is_caught_by_nothing_that_its_profile_fails_as_it_is() -> None:
    both = {
        (one.id, name): sorted({*one.violated_by(name).safety} & {*profile(name).unsafe})
        for one in mutations()
        for name in one.profiles
    }
    assert {pair: ids for pair, ids in both.items() if ids} == {}


def test_what_a_profile_is_spared_stands_in_the_list() -> None:
    for one in mutations():
        assert one.spares.keys() <= {*one.profiles}, one.id
        for spared in one.spares.values():
            assert {*spared} <= {*one.violates.requirements}, one.id
            assert set(one.violates.requirements) > {*spared}, one.id


def test_every_listed_requirement_binds_a_device() -> None:
    known = of_devices()
    listed = {one.id: {*one.violates.requirements} for one in mutations()}
    for name in profile_names():
        one = profile(name)
        listed[name] = {*one.violates.requirements, *one.unsafe}
    assert {name: sorted(ids - known) for name, ids in listed.items() if ids - known} == {}
