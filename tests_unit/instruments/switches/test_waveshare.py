"""The Waveshare board, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InputError, InstrumentError
from bmshil.instruments import Capability, driver
from bmshil.instruments.switches.waveshare import WaveshareRelays

ASK = "01 01 00 00 00 08 3D CC"
NONE, FIRST = "01 01 01 00 51 88", "01 01 01 01 90 48"
GREETING = (ASK, NONE)
CLOSE, OPEN = "01 05 00 00 FF 00 8C 3A", "01 05 00 00 00 00 CD CA"
OPEN_2 = "01 05 00 01 00 00 9C 0A"
FLASH_700 = "01 05 02 00 00 07 8D B0"


@pytest.fixture
def relays_of(connect: Any) -> Any:
    """Connect a board with two relays, unless a test says otherwise."""

    def make(kind: Any, *dialogue: tuple[str, str], **options: Any) -> Any:
        return connect(kind, *dialogue, **{"channels": {"dc_main": 1, "pv": 2}, **options})

    return make


def test_it_switches_reads_back_and_writes_down(relays_of: Any, journal: Any) -> None:
    relays = relays_of(
        WaveshareRelays, GREETING, (CLOSE, CLOSE), (ASK, FIRST), (ASK, FIRST), (OPEN, OPEN), (ASK, NONE)
    )
    assert relays.identity.startswith("Waveshare Modbus RTU Relay")
    relays.close("dc_main")
    assert relays.closed("dc_main") is True
    relays.open("dc_main")
    assert [event.data for event in journal.events(0, 1, "relay")] == [
        {"role": "dc_main", "closed": True},
        {"role": "dc_main", "closed": False},
    ]


def test_a_relay_that_reads_back_otherwise_is_an_error(relays_of: Any, journal: Any) -> None:
    relays = relays_of(WaveshareRelays, GREETING, (CLOSE, CLOSE), (ASK, NONE))
    with pytest.raises(InstrumentError, match="'01 05 00 00 FF 00 8C 3A': still reads open"):
        relays.close("dc_main")
    assert journal.events(0, 1, "relay") == []


def test_all_are_opened_although_one_fails_and_that_one_is_named(relays_of: Any) -> None:
    relays = relays_of(
        WaveshareRelays,
        GREETING,
        (OPEN, OPEN),
        (ASK, FIRST),
        (OPEN_2, OPEN_2),
        (ASK, FIRST),
    )
    with pytest.raises(InstrumentError, match=r"may still be closed: dc_main: .*still reads closed"):
        relays.open_all()


def test_as_the_permit_it_closes_for_a_time_that_is_never_longer_than_asked_for(relays_of: Any) -> None:
    permit = relays_of(
        WaveshareRelays,
        GREETING,
        (FLASH_700, FLASH_700),
        (ASK, FIRST),
        (FLASH_700, FLASH_700),
        (ASK, FIRST),
        (ASK, NONE),
        (OPEN, OPEN),
        (ASK, NONE),
        channels={"permit": 1},
    )
    permit.hold(0.7)
    permit.hold(0.79)
    assert permit.held() is False
    permit.off()
    assert Capability.TIMED in permit.capabilities


@pytest.mark.parametrize("seconds", [0.0, 0.09, 3276.8])
def test_a_time_that_it_cannot_keep_is_refused(relays_of: Any, seconds: float) -> None:
    permit = relays_of(WaveshareRelays, GREETING, channels={"permit": 1})
    with pytest.raises(InputError, match=r"it can close for 0.1 to 3276.7 s"):
        permit.hold(seconds)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("01 85 02 C3 51", "refused: no such relay"),
        ("01 05 00 00 FF 00 8C 3B", "whose checksum is wrong"),
        ("01 05 00 00 00 00 CD CA", "repeated 00 00 00 00 instead of the command"),
        ("02 05 00 00 FF 00 8C 09", "address 2 answered instead of 1"),
    ],
)
def test_a_wrong_reply_is_an_error_with_the_command_in_it(relays_of: Any, reply: str, words: str) -> None:
    relays = relays_of(WaveshareRelays, GREETING, (CLOSE, reply))
    with pytest.raises(InstrumentError, match=f"'{CLOSE}': .*{words}"):
        relays.close("dc_main")


def test_a_board_with_sixteen_relays_tells_two_bytes_of_states(relays_of: Any) -> None:
    ask = "02 01 00 00 00 10 3D F5"
    relays = relays_of(
        WaveshareRelays,
        (ask, "02 01 02 00 80 FC 5C"),
        (ask, "02 01 02 00 80 FC 5C"),
        channels={"dc_main": 16},
        address=2,
        relays=16,
    )
    assert relays.closed("dc_main") is True


def test_nobody_there_is_told_when_connecting(relays_of: Any) -> None:
    with pytest.raises(InstrumentError, match=r"'01 01 00 00 00 08 3D CC': no reply within 0.1 s"):
        relays_of(WaveshareRelays, (ASK, ""), timeout=0.1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"channels": {"dc_main": 9}}, "dc_main is on channel 9, but the board has 1 to 8"),
        ({"channels": {"dc_main": 0}}, "dc_main is on channel 0, but the board has 1 to 8"),
        ({"channels": {"permits": 1}}, "unknown relay role 'permits'"),
        ({"channels": {}, "address": 0}, "address 0: Modbus has 1 to 247"),
    ],
)
def test_what_cannot_be_wired_is_refused_before_connecting(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        WaveshareRelays.connect("relays", "ASRL/no/such/port::INSTR", **options)


@pytest.mark.parametrize("role", ["relays", "permit"])
@pytest.mark.parametrize("name", ["waveshare-relays", "kmtronic-relays", "lcus-relays", "keysight-34970a"])
def test_every_board_may_be_the_relays_or_the_permit(name: str, role: str) -> None:
    assert (Capability.TIMED in driver(name, role).capabilities) is (name == "waveshare-relays")
