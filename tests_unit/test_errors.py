"""The tree of errors: what the exit codes and the workers of a parallel run rely on."""

import pickle

import pytest

from bmshil import errors


def all_errors() -> list[type[BaseException]]:
    found = [getattr(errors, name) for name in dir(errors)]
    return [one for one in found if isinstance(one, type) and issubclass(one, BaseException)]


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_every_error_survives_the_way_between_processes(kind: type[BaseException]) -> None:
    copy = pickle.loads(pickle.dumps(kind("rigs/x.yaml: no such key")))  # noqa: S301 - our own bytes
    assert type(copy) is kind
    assert str(copy) == "rigs/x.yaml: no such key"


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_one_root_catches_everything(kind: type[BaseException]) -> None:
    assert issubclass(kind, errors.BmsHilError)


@pytest.mark.parametrize(
    ("name", "parents"),
    [
        ("InputError", {"BmsHilError", "ValueError"}),
        ("BankError", {"InputError", "ValueError"}),
        ("IdentifierError", {"InputError", "ValueError"}),
        ("CaptureError", {"InputError", "ValueError"}),
        ("CodecError", {"BmsHilError", "ValueError"}),
        ("RigError", {"BmsHilError"}),
        ("PortError", {"RigError", "OSError"}),
        ("InstrumentError", {"RigError", "OSError"}),
        ("EnvelopeError", {"RigError"}),
        ("TimelineError", {"RigError", "RuntimeError"}),
        ("Blocked", {"BmsHilError"}),
        ("Inconclusive", {"BmsHilError"}),
        ("DutFailed", {"BmsHilError", "AssertionError"}),
    ],
)
def test_the_tree_is_the_one_that_is_drawn(name: str, parents: set[str]) -> None:
    ancestors = {one.__name__ for one in getattr(errors, name).__mro__}
    assert parents <= ancestors


def test_a_verdict_is_neither_bad_input_nor_a_bad_rig() -> None:
    for verdict in (errors.Blocked, errors.Inconclusive, errors.DutFailed):
        assert not issubclass(verdict, errors.InputError | errors.RigError)


def test_no_error_is_missing_from_this_list() -> None:
    assert sorted(kind.__name__ for kind in all_errors()) == [
        "BankError",
        "Blocked",
        "BmsHilError",
        "CaptureError",
        "CodecError",
        "DutFailed",
        "EnvelopeError",
        "IdentifierError",
        "Inconclusive",
        "InputError",
        "InstrumentError",
        "PortError",
        "RigError",
        "TimelineError",
    ]
