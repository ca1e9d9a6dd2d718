"""Id schemes: who sends what, and the refusal of identifiers that meet or do not fit."""

import re

import pytest

from bmshil.dialects import IdScheme, assign_ids, dialect, id_scheme
from bmshil.errors import IdentifierError, InputError

LV = "pylontech-lv-1.2"


@pytest.mark.parametrize(
    ("name", "pack", "expected"),
    [
        ("base", 1, (0x351, False)),
        ("+0x100", 1, (0x351, False)),
        ("+0x100", 2, (0x451, False)),
        ("+0x100", 5, (0x751, False)),
        ("+0x10", 2, (0x361, False)),
        ("+0x10", 3, (0x371, False)),
        ("29bit", 1, (0x351, True)),
        ("29bit", 3, (0x551, True)),
        ("<<12", 1, (0x351, True)),
        ("<<12", 2, (0x1351, True)),
        ("<<12", 16, (0xF351, True)),
    ],
)
def test_identifier_of_a_pack(name: str, pack: int, expected: tuple[int, bool]) -> None:
    assert id_scheme(name).identify(0x351, pack) == expected


def test_unknown_scheme_names_the_known_ones() -> None:
    with pytest.raises(
        InputError, match=r"no id scheme '\+0x20': known are base, \+0x100, \+0x10, 29bit, <<12"
    ):
        id_scheme("+0x20")


def test_map_goes_both_ways() -> None:
    ids = assign_ids(dialect(LV), id_scheme("+0x100"), 3)
    assert ids.packs == 3
    assert ids.wire(0x35E, 3) == (0x55E, False)
    assert ids.owner(0x55E, extended=False) == (3, 0x35E)
    assert ids.owner(0x55E, extended=True) is None
    assert ids.owner(0x305, extended=False) is None
    assert ids.owner(0x651, extended=False) is None


@pytest.mark.parametrize(("base_id", "pack"), [(0x351, 4), (0x351, 0), (0x352, 1), (0x451, 1)])
def test_map_refuses_what_nobody_sends(base_id: int, pack: int) -> None:
    ids = assign_ids(dialect(LV), id_scheme("+0x100"), 3)
    with pytest.raises(IdentifierError, match=f"no message 0x{base_id:X} of pack {pack}"):
        ids.wire(base_id, pack)


def test_five_packs_fit_11_bits_and_six_do_not() -> None:
    assert assign_ids(dialect(LV), id_scheme("+0x100"), 5).wire(0x35E, 5) == (0x75E, False)
    with pytest.raises(IdentifierError, match="at most 5 packs fit") as refusal:
        assign_ids(dialect(LV), id_scheme("+0x100"), 6)
    for named in ("0x851", "0x855", "0x856", "0x859", "0x85C", "0x85E", "pack 6"):
        assert named in str(refusal.value)


def test_sixteen_packs_for_sofar_and_no_more() -> None:
    assert assign_ids(dialect(LV), id_scheme("<<12"), 16).wire(0x359, 16) == (0xF359, True)
    with pytest.raises(IdentifierError, match="16 packs, not for 17"):
        assign_ids(dialect(LV), id_scheme("<<12"), 17)


def test_two_packs_with_the_same_identifiers_overlap() -> None:
    with pytest.raises(IdentifierError) as refusal:
        assign_ids(dialect(LV), id_scheme("base"), 2)
    for named in ("0x351", "0x355", "0x356", "0x359", "0x35C", "0x35E"):
        assert re.search(rf"{named} is pack 1 .* and pack 2", str(refusal.value))


def test_overlap_inside_the_set_of_one_pack_with_another() -> None:
    with pytest.raises(IdentifierError, match=r"0x355 is pack 1 \(0x355\) and pack 2 \(0x351\)"):
        assign_ids(dialect(LV), IdScheme("+4", 4), 2)


def test_a_pack_must_not_speak_as_the_inverter() -> None:
    with pytest.raises(IdentifierError, match=r"0x305 is pack 2 \(0x351\) and .*from the inverter"):
        assign_ids(dialect(LV), IdScheme("-0x4C", -0x4C), 2)


def test_identifiers_of_the_device_are_refused_by_name() -> None:
    with pytest.raises(IdentifierError, match=r"0x371 is pack 3 \(0x351\) and device name, part 2"):
        assign_ids(dialect(LV), id_scheme("+0x10"), 3, also_used={0x371: "device name, part 2"})


def test_pack_1_may_use_the_base_identifiers_for_what_they_are() -> None:
    ids = assign_ids(dialect(LV), id_scheme("+0x100"), 2, also_used={0x351: "limits", 0x370: "name"})
    assert ids.wire(0x351, 1) == (0x351, False)


def test_standard_and_extended_identifiers_do_not_meet() -> None:
    assert assign_ids(dialect(LV), id_scheme("29bit"), 3, also_used={0x451: "something"}).packs == 3
    with pytest.raises(IdentifierError, match="0x451 extended is pack 2"):
        assign_ids(dialect(LV), id_scheme("29bit"), 3, also_used={0x80000451: "something"})


def test_a_bank_has_a_pack() -> None:
    with pytest.raises(IdentifierError, match="at least one pack, not 0"):
        assign_ids(dialect(LV), id_scheme("base"), 0)
