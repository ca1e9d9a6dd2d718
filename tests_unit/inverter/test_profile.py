"""Profiles: what is declared, what the twin does, and what is refused."""

import re
from collections.abc import Callable

import pytest

from bmshil.dialects import dialect, id_scheme, neighbour_ids
from bmshil.errors import InputError
from bmshil.inverter import Profile, Reaction, Rule, profile, profile_names

Make = Callable[..., Profile]


def test_a_profile_tells_what_is_declared(make_profile: Make) -> None:
    found = make_profile()
    declares = found.declares
    assert (found.name, found.title) == ("made_up", "A good inverter")
    assert declares.aggregation.cvl is Rule.MINIMUM
    assert declares.rating.voltage == (40.0, 60.0)
    assert (declares.keepalive.id, declares.keepalive.trigger) == (0x305, "free")
    assert (declares.timeouts.limits, declares.timeouts.state, declares.timeouts.measured) == (
        50.0,
        None,
        None,
    )
    assert declares.readback.declared().keys() == {"soc"}


def test_what_the_twin_does_is_the_declaration_with_the_deviations_laid_over_it(make_profile: Make) -> None:
    behaves = make_profile().behaves()
    assert behaves["aggregation"] == {
        "cvl": "minimum",
        "ccl": "sum",
        "dcl": "sum",
        "soc": "average",
        "alarms": "any",
    }
    assert behaves["lag"] == 0.5
    assert behaves["timeouts"] == {
        "all": 60.0,
        "limits": 50.0,
        "state": None,
        "measured": None,
        "requests": None,
        "pack": 5.0,
    }
    assert behaves["on_timeout"] == "stop"


def test_deviations_never_reach_what_tests_read(make_profile: Make) -> None:
    found = make_profile()
    found.behaves()["aggregation"]["cvl"] = "average"
    assert found.declares.aggregation.soc is Rule.CAPACITY_WEIGHTED
    assert found.behaves()["aggregation"]["cvl"] == "minimum"


def test_a_field_profile_says_what_it_fails(make_profile: Make) -> None:
    assert make_profile().good
    field = make_profile("behaves:", "violates: {conformity: [LIM-04], safety: [LIM-04, HBT-01]}\nbehaves:")
    assert not field.good
    assert (field.violates.conformity, field.violates.safety) == (("LIM-04",), ("LIM-04", "HBT-01"))
    assert field.violates.requirements == ("HBT-01", "LIM-04")


def test_one_reaction_for_all_or_one_for_each(make_profile: Make) -> None:
    causes = ("all", "limits", "state", "pack")
    assert [make_profile().declares.reaction(cause) for cause in causes] == [Reaction.STOP] * 4
    each = make_profile("on_timeout: stop", "on_timeout: {all: stop, limits: defaults, pack: hold}").declares
    assert [each.reaction(cause) for cause in causes] == [
        Reaction.STOP,
        Reaction.DEFAULTS,
        Reaction.STOP,
        Reaction.HOLD,
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("follow_lag", "folow_lag", "line 14: declares.folow_lag: unknown key, did you mean 'follow_lag'?"),
        ("  tick: 1.0\n", "", "line 3: declares: the key 'tick' is missing"),
        ("tick: 1.0", "tick: 0", "line 13: declares.tick: expected 'float' > 0.0"),
        (
            "cvl: minimum",
            "cvl: lowest",
            "line 7: declares.aggregation.cvl: no such word: 'lowest', known are any, average",
        ),
        ("[40, 60]", "[60, 40]", "voltage must be [lowest, highest], got [60.0, 40.0]"),
        ("fastest: 0.2", "fastest: 2", "fastest must not exceed nominal"),
        ("id: 0x305", "id: 0x805", "identifier 0x805 does not fit 11 bits"),
        ("grace: 5.0", "grace: 0.5", "grace must not be shorter than the period"),
        ("grace: 5.0", 'grace: 5.0, data: "abc"', "line 16: declares.keepalive.data"),
        ("module_count: dynamic", "module_count: fixed", "module_count: fixed needs count"),
        ("grace: 5.0", "grace: 5.0, trigger: poll", "serial and keepalive.trigger: poll belong together"),
        ("on_timeout: stop", "on_timeout: voltage_soc", "on_timeout: voltage_soc needs fallback"),
        ("{address: 3,", "{adress: 3,", "declares.readback.soc.adress: unknown key, did you mean 'address'?"),
        ("readback: {soc:", "readback: {sock:", "declares.readback.sock: unknown key, did you mean 'soc'?"),
        ("behaves:", "behave:", "line 21: behave: unknown key, did you mean 'behaves'?"),
    ],
)
def test_a_mistake_is_named(make_profile: Make, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        make_profile(old, new)
    assert "\n" not in str(caught.value)


def test_an_unknown_profile_gets_the_nearest_name() -> None:
    with pytest.raises(
        InputError, match=r"no profile is called 'pylon_paralel', did you mean 'pylon_parallel'"
    ):
        profile("pylon_paralel")


def test_the_profiles_that_come_with_bmshil() -> None:
    assert {"pylon_parallel", "pylon_parallel_13", "pylon_fixed3", "pylon_single"} <= set(profile_names())


@pytest.mark.parametrize("name", profile_names())
def test_a_shipped_profile_names_what_exists(name: str) -> None:
    declares = profile(name).declares
    if declares.serial is None:
        assert dialect(declares.dialect).name == declares.dialect
    else:
        assert declares.dialect == "pylontech-rs485"
    assert id_scheme(declares.id_scheme).name == declares.id_scheme
    assert all(neighbour_ids(other) for other in declares.also_uses)
    assert declares.setup_sheet, "every inverter has a menu that can be wrong"


def test_the_good_inverter_for_several_batteries_declares_the_safe_rules() -> None:
    declares = profile("pylon_parallel").declares
    assert (declares.batteries, declares.module_count) == ("several", "dynamic")
    assert declares.aggregation.cvl is Rule.MINIMUM
    assert declares.keepalive.id == 0x305


def test_the_inverter_for_one_battery_says_so() -> None:
    declares = profile("pylon_single").declares
    assert (declares.batteries, declares.id_scheme, declares.max_packs) == ("one", "base", 1)


def test_inverters_on_rs485_ask_as_those_of_the_field_do() -> None:
    one, several = profile("pylon_rs485").declares.serial, profile("pylon_polled").declares.serial
    assert one is not None
    assert several is not None
    assert (one.protocol, one.baud, one.addresses, one.one_speaker) == (
        "pylontech-system",
        9600,
        (0x02, 0x12),
        True,
    )
    assert (several.protocol, several.addresses, several.one_speaker) == ("pylontech-pack", (2, 3, 4), False)


def test_the_sunny_island_declares_what_its_document_says() -> None:
    declares = profile("sma_si").declares
    assert (declares.dialect, declares.batteries, declares.id_scheme) == ("sma-si", "one", "base")
    assert (declares.timeouts.all, declares.timeouts.limits, declares.timeouts.state) == (60, 60, 60)
    assert declares.reaction("limits") is Reaction.DEFAULTS
    assert declares.reaction("state") is Reaction.STOP
    assert (declares.follow_lag, declares.rating.voltage, declares.period.fastest) == (
        10.0,
        (41.0, 63.0),
        0.2,
    )
    assert declares.readback.declared() == {}
