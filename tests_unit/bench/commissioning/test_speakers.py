"""Who speaks, found out from identifiers and payloads."""

from __future__ import annotations

import pytest

from bmshil.bench.commissioning.ear import Heard
from bmshil.bench.commissioning.speakers import check_known, understand
from bmshil.dialects import dialect
from bmshil.errors import InputError

# A US3000 by Pylontech CANBUS Protocol V1.2: 53.2 V, 37.0 A, 60 % and 98 %, 49.95 V, 2.5 A, 25.0 degC.
SET = {
    0x351: "14 02 72 01 72 01 D6 01",
    0x355: "3C 00 62 00",
    0x356: "83 13 19 00 FA 00",
    0x359: "00 00 00 00 01 50 4E",
    0x35C: "C0 00",
    0x35E: "50 59 4C 4F 4E 20 20 20",
}


def heard(*steps: int, extended: bool = False, **changed: str) -> dict[tuple[int, bool], Heard]:
    """Sets of several packs, each heard five times."""
    found = {}
    for step in steps:
        for base, text in SET.items():
            data = bytes.fromhex(text)
            values = {data: None}
            if f"x{base:X}" in changed:
                values[bytes.fromhex(changed[f"x{base:X}"])] = None
            found[base + step, extended] = Heard(5, values, data)
    return found


@pytest.mark.parametrize(
    ("steps", "extended", "scheme", "numbers"),
    [
        ((0,), False, "base", [1]),
        ((0, 0x100, 0x200), False, "+0x100", [1, 2, 3]),
        ((0x100, 0x200), False, "+0x100", [2, 3]),
        ((0, 0x1000), True, "<<12", [1, 2]),
        ((0x10,), False, "+0x10", [2]),
    ],
)
def test_scheme_and_packs_follow_from_the_identifiers(
    steps: tuple[int, ...], extended: bool, scheme: str, numbers: list[int]
) -> None:
    found = understand(heard(*steps, extended=extended), 5.0)
    assert found is not None
    assert (found.dialect, found.scheme, list(found.each)) == ("pylontech-lv-1.2", scheme, numbers)
    assert len(found.identifiers) == 6 * len(steps)


def test_what_is_heard_becomes_a_report() -> None:
    found = understand(heard(0), 5.0)
    assert found is not None
    report = found.each[1].report
    assert (report["cvl"], report["ccl"], report["soc"], report["voltage"]) == pytest.approx(
        (53.2, 37.0, 0.60, 49.95)
    )
    assert (report["temperature"], report["modules"]) == (25.0, 1)
    assert found.each[1].rate == 1.0
    assert not found.each[1].changing


def test_a_value_that_changes_is_named() -> None:
    found = understand(heard(0, x356="84 13 19 00 FA 00", x355="3D 00 62 00"), 5.0)
    assert found is not None
    assert found.each[1].changing == {"voltage", "soc"}


def test_the_inverter_alone_is_nobody() -> None:
    keepalive = {(0x305, False): Heard(5, {bytes(8): None}, bytes(8))}
    assert understand(keepalive, 5.0) is None
    assert understand({}, 5.0) is None


def test_what_is_known_before_is_not_guessed() -> None:
    found = understand(heard(0), 5.0, speaks="pylontech-lv-1.3", scheme="+0x10")
    assert found is not None
    assert (found.dialect, found.scheme) == ("pylontech-lv-1.3", "+0x10")


def test_names_that_nobody_knows_are_refused() -> None:
    for names in (("morse", None), (None, "+7")):
        with pytest.raises(InputError, match="known are"):
            check_known(*names)


def test_the_set_is_what_the_dialect_sends() -> None:
    assert [message.id for message in dialect("pylontech-lv-1.2").messages] == list(SET)
