"""What each pack of a Deye bank says of itself beside the set that speaks for the bank."""

from collections.abc import Callable
from typing import Any

import pytest

from bmshil.bms import ArchitectureSettings, Silence
from bmshil.dialects import assign_ids, dialect, id_scheme
from bmshil.errors import IdentifierError, InputError

Make = Callable[..., Any]

DEYE = "deye-pcs-3.3"
BANK = [0x359, 0x351, 0x355, 0x356, 0x361, 0x363, 0x364, 0x371, 0x35C, 0x35E]
OWN = [0x110, 0x150, 0x200, 0x250, 0x400, 0x500, 0x550, 0x600, 0x650, 0x700, 0x750]


def bank(scene: Make, packs: int, kind: str = "master", **more: Any) -> Any:
    return scene(packs, language=DEYE, architecture=ArchitectureSettings(kind), **more)


def said(one: Any) -> list[int]:
    return [frame.id for _, frame in one.sender.sent]


def test_two_packs_speak_at_their_addresses_and_one_for_both(scene: Make) -> None:
    one = bank(scene, 2)
    one.timeline.run(3.0)
    one.fleet[1].limit(ccl=20.4, dcl=45.0)
    one.fleet[2].limit(ccl=30.9, dcl=61.0)
    one.timeline.run(2.5)
    one.sender.clear()
    one.timeline.run(1.0)
    assert said(one) == [*BANK, *OWN, *(base + 1 for base in OWN)]
    assert one.sender.of(0x110) == one.sender.of(0x111) == ["00 00 00 00 00 00 00 31"]
    assert one.sender.of(0x150) == ["0B 02 00 00 58 02 E8 03"]  # 52.3 V, 0 A, 60 %, 100 %
    assert one.sender.of(0x151) == ["0B 02 00 00 58 02 E8 03"]
    assert one.sender.of(0x200) == ["CC 0C C2 0C FA 00 FA 00"]  # 5 mV about 3.271 V, 25 degC
    assert one.sender.of(0x201) == ["CC 0C C2 0C FA 00 FA 00"]
    assert one.sender.of(0x250) == ["FA 00 FA 00 14 00 2D 00"]  # 20 A and 45 A of pack 1
    assert one.sender.of(0x251) == ["FA 00 FA 00 1E 00 3D 00"]  # 30 A and 61 A of pack 2
    assert one.sender.of(0x371) == ["01 02 24 04"]  # 51.3 A and 106 A of both
    assert one.fleet.sent == one.fleet[1].sent + one.fleet[2].sent


def test_a_pack_that_is_off_or_silenced_says_nothing_of_itself(scene: Make) -> None:
    one = bank(scene, 3)
    one.timeline.run(3.0)
    one.fleet[2].stop()
    silence = one.fleet[3].faults.on(Silence())
    one.timeline.run(0.5)
    one.sender.clear()
    one.timeline.run(2.0)
    assert {frame for frame in said(one) if frame not in BANK} == set(OWN)
    silence.off()
    one.fleet[2].start()
    one.timeline.run(2.0)
    assert {0x151, 0x152} <= set(said(one))


def test_nobody_carries_them_while_nobody_speaks_for_the_bank(scene: Make) -> None:
    one = bank(scene, 3)
    one.timeline.run(3.5)
    silence = one.fleet[1].faults.on(Silence())
    one.sender.clear()
    one.timeline.run(2.0)
    assert one.sender.sent == []
    silence.off()
    one.timeline.run(1.5)
    assert set(said(one)) == {*BANK, *(base + place for base in OWN for place in range(3))}


def test_packs_that_start_up_wait_with_their_own_messages_too(scene: Make) -> None:
    one = bank(scene, 2, start_up=5.0)
    one.timeline.run(4.9)
    assert one.sender.sent == []


@pytest.mark.parametrize(
    ("kind", "packs", "own"),
    [("single", 2, OWN), ("lone_master", 2, OWN), ("collector", 2, []), ("parallel", 1, OWN)],
)
def test_only_who_is_on_the_bus_of_the_inverter_says_it(
    scene: Make, kind: str, packs: int, own: list[int]
) -> None:
    one = bank(scene, packs, kind, **({"scheme": "base"} if kind == "parallel" else {}))
    one.timeline.run(4.0)
    assert {frame for frame in said(one) if frame not in BANK} == set(own)


def test_sixteen_packs_fit_into_a_second_and_no_more_have_an_address(scene: Make) -> None:
    one = bank(scene, 16)
    one.timeline.run(7.97)
    one.sender.clear()
    one.timeline.run(1.0)
    assert len(one.sender.sent) == len(BANK) + 16 * len(OWN)
    assert len({when for when, _ in one.sender.sent}) == len(BANK) + 16 * len(OWN)
    with pytest.raises(InputError, match="16 addresses"):
        bank(scene, 17)


def test_whose_they_are_is_known_and_nobody_takes_them() -> None:
    ids = assign_ids(dialect(DEYE), id_scheme("base"), 1)
    assert ids.owner(0x75F, False) == (16, 0x750)
    assert ids.owner(0x760, False) is None
    assert ids.wire_of_pack(0x250, 3) == (0x252, False)
    with pytest.raises(IdentifierError, match="addresses are 1 to 16"):
        ids.wire_of_pack(0x250, 17)
    with pytest.raises(IdentifierError, match="0x559 is a message of pack 3 and 0x550 of address 10"):
        assign_ids(dialect(DEYE), id_scheme("+0x100"), 3)
