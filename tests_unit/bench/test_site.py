"""The 200 kWh case of a field article: eight packs, two CAN buses, two inverters, masters 1 and 5."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.bench import Site, open_site
from bmshil.bms import Silence
from bmshil.bms.architectures.master import Master
from bmshil.errors import InputError
from bmshil.rig import RigState, find

if TYPE_CHECKING:
    from pathlib import Path

AMPS = 20.0
"""What each pack takes; four of them bear 80 A, within the 120 A of either inverter."""

FOUR_EACH = {letter: ["wire.terminators count=4"] for letter in "ab"}


def currents(site: Site) -> list[float]:
    """What both inverters move into their banks, A."""
    return [round(float(site[letter].current().value)) for letter in site]


def charge(site: Site) -> None:
    """Let both inverters charge with what their masters ask for."""
    for letter in site:
        site[letter].bank.limit(ccl=AMPS)
        site[letter].charge(limit=4 * AMPS)
    site.run(30.0)


def readings(site: Site) -> list[float]:
    """Between CAN-H and CAN-L of either bus, ohm."""
    return [float(site[letter].wire.measure().value) for letter in site]


def test_both_buses_are_independent() -> None:
    with open_site("twin-site") as site:
        assert site.masters == (1, 5)
        assert [part.packs[0] for part in site.plan.parts] == [1, 5]
        assert [site[letter].wire.termination.value for letter in site] == [60.0, 60.0]  # type: ignore[union-attr]  # rigs with an ohmmeter
        charge(site)
        assert currents(site) == [80, 80]
        site.node(5).faults.on(Silence())
        site.run(90.0)  # the inverter of bus B stops after 60 s
        assert currents(site) == [80, 0]
        assert site["a"].bus.heard_from_bank(over=3.0)
        assert not site["b"].bus.heard_from_bank(over=3.0)


def test_limits_of_one_bus_do_not_reach_the_other() -> None:
    with open_site("twin-site") as site:
        charge(site)
        site["b"].bank.limit(ccl=AMPS / 2)
        site.run(30.0)
        assert currents(site) == [80, 40]


def test_a_bad_inverter_on_one_bus_leaves_the_other_alone() -> None:
    with open_site("twin-site", mutations={"b": "ccl0_ignored"}) as site:
        assert (site["a"].mutation, site["b"].mutation) == (None, "ccl0_ignored")
        charge(site)
        for letter in site:
            site[letter].bank.limit(ccl=0.0)
        site.run(30.0)
        idle, charging = currents(site)
        assert abs(idle) <= 1
        assert charging > 10


def test_four_terminators_on_each_of_two_independent_buses_read_30_ohm() -> None:
    # The article's 15 ohm for "all eight" is impossible on two buses that are not joined.
    with open_site("twin-site", faults=FOUR_EACH) as site:
        assert readings(site) == [30.0, 30.0]
        assert {site[letter].state.state for letter in site} == {RigState.BROKEN}
        assert "four terminators" in (site["a"].wire.trouble or "")


def test_both_buses_joined_by_mistake_read_15_ohm_with_eight_terminators(tmp_path: Path) -> None:
    text = find("twin-site").read_text(encoding="utf-8")
    assert "# joined: true" in text
    path = tmp_path / "joined.yaml"
    path.write_text(text.replace("# joined: true", "joined: true"), encoding="utf-8")
    with open_site(path, faults=FOUR_EACH) as site:
        assert readings(site) == [15.0, 15.0]  # 120 / 8
        assert "eight terminators" in (site["b"].wire.trouble or "")
    with open_site(path) as site:
        assert site["a"].energised  # it was alone, and right, when it was opened
        assert not site["b"].energised
        for letter in site:
            site[letter].wire.hush()  # a bus on which somebody speaks reads something else
        assert readings(site) == [30.0, 30.0]  # two and two


def test_slaves_with_the_address_of_their_master_do_not_answer_it() -> None:
    with open_site("twin-site") as site:
        bank = site["a"].bank.architecture
        assert isinstance(bank, Master)
        charge(site)
        assert list(bank.present) == [1, 2, 3, 4]
        for slave in (2, 3, 4):
            bank.group.readdress(slave, 1)
        site.run(30.0)  # the link's time-out is 10 s
        assert list(bank.present) == [1]
        assert currents(site) == [20, 80]


def test_journals_of_the_parts_are_kept_apart(tmp_path: Path) -> None:
    with open_site("twin-site", journal=tmp_path) as site:
        site.run(1.0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    assert all(any((tmp_path / letter).iterdir()) for letter in "ab")


def test_everything_is_off_at_the_end() -> None:
    with open_site("twin-site") as site:
        benches = [site[letter] for letter in site]
        assert all(bench.energised for bench in benches)
    assert not any(bench.energised for bench in benches)


def test_a_pack_or_part_that_does_not_exist_is_named() -> None:
    with open_site("twin-site") as site:
        with pytest.raises(InputError, match="no pack 9: site twin-site has packs 1 to 8"):
            site.node(9)
        with pytest.raises(InputError, match="site twin-site has no part 'c': it has a, b"):
            site["c"]
    with (
        pytest.raises(InputError, match="site twin-site has no part 'd': it has a, b"),
        open_site("twin-site", faults={"d": []}),
    ):
        pass
