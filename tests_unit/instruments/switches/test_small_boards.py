"""LCUS and KMTronic boards, byte for byte, and the Keysight 34970A."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InputError, InstrumentError
from bmshil.instruments import Capability
from bmshil.instruments.switches.keysight import Keysight34970A
from bmshil.instruments.switches.kmtronic import KmtronicRelays
from bmshil.instruments.switches.lcus import LcusRelays

OK = '+0,"No error"'


@pytest.fixture
def relays_of(connect: Any) -> Any:
    """Connect a board with two relays, unless a test says otherwise."""

    def make(kind: Any, *dialogue: tuple[str, str], **options: Any) -> Any:
        return connect(kind, *dialogue, **{"channels": {"dc_main": 1, "pv": 2}, **options})

    return make


def test_lcus_sends_a_sum_and_believes_what_it_said(relays_of: Any, journal: Any) -> None:
    relays = relays_of(LcusRelays, ("A0 01 01 A2", ""), ("A0 01 00 A1", ""))
    relays.close("dc_main")
    assert relays.closed("dc_main") is True
    relays.open("dc_main")
    assert relays.closed("dc_main") is False
    assert [event.data["closed"] for event in journal.events(0, 1, "relay")] == [True, False]
    assert relays.capabilities == Capability.NONE


def test_lcus_opens_a_relay_that_may_stand_either_way_before_it_says_anything(relays_of: Any) -> None:
    relays = relays_of(LcusRelays, ("A0 02 00 A2", ""))
    assert relays.closed("pv") is False
    assert relays.closed("pv") is False


def test_lcus_as_the_permit_is_told_to_open(relays_of: Any) -> None:
    permit = relays_of(LcusRelays, ("A0 03 01 A4", ""), ("A0 03 00 A3", ""), channels={"permit": 3})
    permit.hold(1.5)
    assert permit.held() is True
    permit.off()
    assert permit.held() is False


def test_lcus_that_is_not_there_is_told_when_connecting() -> None:
    with pytest.raises(InstrumentError, match="relays"):
        LcusRelays.connect("relays", "ASRL/no/such/port::INSTR", channels={"dc_main": 1})


def test_kmtronic_asks_after_each_command(relays_of: Any) -> None:
    relays = relays_of(
        KmtronicRelays,
        ("FF 01 03", "FF 01 00"),
        ("FF 02 01", ""),
        ("FF 02 03", "FF 02 01"),
        ("FF 02 00", ""),
        ("FF 02 03", "FF 02 01"),
    )
    relays.close("pv")
    with pytest.raises(InstrumentError, match="'FF 02 00': still reads closed"):
        relays.open("pv")
    assert relays.capabilities == Capability.CONFIRMS | Capability.READ_BACK


@pytest.mark.parametrize("reply", ["FF 02 01", "FE 01 01", "FF 01 02"])
def test_kmtronic_refuses_what_is_no_state(relays_of: Any, reply: str) -> None:
    relays = relays_of(KmtronicRelays, ("FF 01 03", "FF 01 00"), ("FF 01 03", reply))
    with pytest.raises(InstrumentError, match=f"'FF 01 03': answered {reply}, which tells no state"):
        relays.closed("dc_main")


def test_34970a_clears_the_scan_list_before_it_closes_anything(script: Any) -> None:
    board = script(
        ("ROUT:SCAN (@);:ROUT:CLOS (@101);:ROUT:CLOS? (@101);*OPC?;:SYST:ERR?", f"1;1;{OK}"),
        ("ROUT:CLOS? (@203)", "0"),
        ("ROUT:OPEN (@101);:ROUT:CLOS? (@101);*OPC?;:SYST:ERR?", f"0;1;{OK}"),
        ("ROUT:OPEN (@101,203);*OPC?;:ROUT:CLOS? (@101,203)", "1;0,0"),
    )
    relays = Keysight34970A.connect("relays", board.resource, channels={"dc_main": 101, "pv": 203})
    relays.close("dc_main")
    assert relays.closed("pv") is False
    relays.open("dc_main")
    relays.open_all()
    relays.disconnect()


@pytest.mark.parametrize("channel", [1, 100, 341])
def test_34970a_channels_have_a_slot_in_front(channel: int) -> None:
    with pytest.raises(InputError, match="but the board has 101 to 340"):
        Keysight34970A.connect("relays", "TCPIP::127.0.0.1::1::SOCKET", channels={"pv": channel})
