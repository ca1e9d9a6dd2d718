"""Mutations: patches that bend what the twin does and nothing else."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import InputError
from bmshil.inverter import Mutation, Profile, Violates, mutation, mutations, profile

TREE: dict[str, Any] = {
    "aggregation": {"cvl": "minimum", "ccl": "sum"},
    "timeouts": {"limits": 60.0},
    "lag": 1.0,
}


def bent(**patch: Any) -> dict[str, Any]:
    changes = {path.replace("__", "."): value for path, value in patch.items()}
    return Mutation("bad", "Bad", ("made_up",), changes, Violates()).apply(TREE)


def test_a_path_reaches_one_value_and_leaves_the_rest() -> None:
    assert bent(aggregation__cvl="average") == {
        "aggregation": {"cvl": "average", "ccl": "sum"},
        "timeouts": {"limits": 60.0},
        "lag": 1.0,
    }
    assert TREE["aggregation"]["cvl"] == "minimum"


def test_several_paths_and_whole_branches() -> None:
    assert bent(timeouts__limits=None, lag=9.0, aggregation={"cvl": "first"}) == {
        "aggregation": {"cvl": "first"},
        "timeouts": {"limits": None},
        "lag": 9.0,
    }


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("lagg", "mutation bad: set.lagg: no key 'lagg', did you mean 'lag'?"),
        ("aggregation.cvll", "set.aggregation.cvll: no key 'cvll', did you mean 'cvl'?"),
        ("agregation.cvl", "set.agregation.cvl: no key 'agregation', did you mean 'aggregation'?"),
        ("lag.deeper", "set.lag.deeper: no key 'deeper'"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        bent(**{path.replace(".", "__"): 1})


@given(
    st.dictionaries(st.sampled_from(["aggregation.cvl", "aggregation.ccl", "lag"]), st.integers(), max_size=3)
)
def test_a_patch_changes_what_it_names_and_nothing_else(changes: dict[str, int]) -> None:
    after = Mutation("bad", "Bad", (), dict(changes), Violates()).apply(TREE)
    assert after["aggregation"]["cvl"] == changes.get("aggregation.cvl", "minimum")
    assert after["aggregation"]["ccl"] == changes.get("aggregation.ccl", "sum")
    assert after["lag"] == changes.get("lag", 1.0)
    assert after["timeouts"] == {"limits": 60.0}


FILE = """\
mutations:
  - id: averages_cvl
    title: Charges to the average
    profiles: [made_up, other]
    set: {aggregation.cvl: average}
    violates: {conformity: [AGG-01], safety: [AGG-01, AGG-02]}
    scenario: [S14]
  - {id: deaf, title: Hears nothing, profiles: [other], set: {lag: 99}, violates: {}}
"""


def test_a_file_of_mutations(tmp_path: Path) -> None:
    path = tmp_path / "mutations.yaml"
    path.write_text(FILE, encoding="utf-8")
    first, second = mutations(path=path)
    assert (first.id, first.set, first.scenario) == ("averages_cvl", {"aggregation.cvl": "average"}, ("S14",))
    assert first.violates.requirements == ("AGG-01", "AGG-02")
    assert second.violates.requirements == ()
    assert [one.id for one in mutations("made_up", path=path)] == ["averages_cvl"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: deaf", "id: averages_cvl", "line 8: mutations[1].id: 'averages_cvl' is there twice"),
        ("violates: {conf", "violate: {conf", "line 6: mutations[0].violate: unknown key, did you mean"),
        (
            "conformity",
            "conformty",
            "mutations[0].violates.conformty: unknown key, did you mean 'conformity'?",
        ),
        ("profiles: [other]", "profiles: other", "line 8: mutations[1].profiles: expected 'array'"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in FILE
    path = tmp_path / "mutations.yaml"
    path.write_text(FILE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)):
        mutations(path=path)


def test_a_folder_is_read_whole_and_one_name_stands_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(FILE.replace("id: deaf", "id: blind"), encoding="utf-8")
    with pytest.raises(
        InputError, match=re.escape("'averages_cvl' is there twice, first in a.yaml")
    ) as found:
        mutations(path=tmp_path)
    assert "b.yaml, line 2: mutations[0].id" in str(found.value)
    (tmp_path / "b.yaml").write_text(
        FILE.replace("id: deaf", "id: blind").replace("averages_cvl", "max"), encoding="utf-8"
    )
    assert [one.id for one in mutations(path=tmp_path)] == ["averages_cvl", "deaf", "max", "blind"]


def test_the_mutations_that_come_with_bmshil() -> None:
    known = {one.id for one in mutations("pylon_parallel")}
    assert {"averages_cvl", "first_battery_only", "last_value", "fixed_count", "keeps_last"} <= known


def test_every_shipped_mutation_says_which_requirements_catch_it() -> None:
    for one in mutations():
        assert one.violates.requirements, one.id
        assert one.set, one.id
        for name in one.profiles:
            behaves = profile(name).behaves()
            assert one.apply(behaves) != behaves, f"{one.id} changes nothing in {name}"


def test_an_unknown_mutation_gets_the_nearest_name() -> None:
    with pytest.raises(InputError, match=r"no mutation is called 'average_cvl', did you mean 'averages_cvl'"):
        mutation("average_cvl", profile("pylon_parallel"))


def test_a_mutation_of_another_profile_is_refused(make_profile: Callable[..., Profile]) -> None:
    with pytest.raises(InputError, match="averages_cvl does not apply to profile made_up, only to"):
        mutation("averages_cvl", make_profile())
    assert mutation("averages_cvl", profile("pylon_parallel")).id == "averages_cvl"
