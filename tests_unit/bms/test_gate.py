"""No frame outside what the device bears leaves without permission, whatever the nodes do."""

from __future__ import annotations

import struct
from contextlib import suppress

import can
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.battery import Bank, module
from bmshil.bms import Absolute, Fleet, NodeSettings, Replay, StimulusGate, parse_fault
from bmshil.bms.capture import CapturedFrame
from bmshil.dialects import assign_ids, dialect, id_scheme
from bmshil.errors import EnvelopeError
from bmshil.journal import Frame, Journal
from bmshil.ports import CanPort
from bmshil.timeline import SimulatedTimeline

BEARS = Absolute((41.0, 63.0), 100.0, 80.0)
LIMITS = {0x351, 0x451, 0x551}


class Lab:
    """A bank behind a gate, before a port that keeps what comes out."""

    def __init__(self, *, allowed: bool = False) -> None:
        self.timeline = SimulatedTimeline()
        self.journal = Journal(self.timeline)
        spoken = dialect("pylontech-lv-1.2")
        ids = assign_ids(spoken, id_scheme("+0x100"), 3)
        self.gate = StimulusGate(spoken, ids, BEARS, self.journal, allowed=allowed)
        self.name = "lab"
        self.offered: list[Frame] = []
        self.sent: list[Frame] = []
        self.fleet = Fleet(
            Bank([module("generic-16s")] * 3, soc=0.6),
            dialect=spoken,
            ids=ids,
            sender=self,
            timeline=self.timeline,
            journal=self.journal,
            settings=NodeSettings(start_up=0.0, most_charge=100.0, most_discharge=80.0),
        )

    def send(self, frame: Frame, planned: object = None) -> None:  # noqa: ARG002 - as senders do
        self.offered.append(frame)
        if self.gate.admits(frame):
            self.sent.append(frame)

    def run(self, seconds: float) -> str:
        """Let time pass; returns what the gate raised."""
        try:
            self.timeline.run(seconds)
        except EnvelopeError as error:
            return str(error)
        return ""


def harmless(frame: Frame) -> bool:
    """Read by hand: CVL, CCL, DCL in 0.1 units, little-endian, the currents signed."""
    if frame.id not in LIMITS:
        return True
    data = frame.data
    cvl = struct.unpack_from("<H", data, 0)[0] / 10 if len(data) >= 2 else 50.0
    ccl = struct.unpack_from("<h", data, 2)[0] / 10 if len(data) >= 4 else 0.0
    dcl = struct.unpack_from("<h", data, 4)[0] / 10 if len(data) >= 6 else 0.0
    return 41.0 <= cvl <= 63.0 and 0.0 <= ccl <= 100.0 and 0.0 <= dcl <= 80.0


FAULTS = [
    "override cvl=70",
    "override cvl=0",
    "override ccl=150",
    "override dcl=-20",
    "scale field=cvl factor=1.3",
    "reboot silence=0 zeros=3",
    "byteorder",
    "duplicate",
    "byteorder ids=0x351",
    "dlc length=1",
    "dlc length=3",
    "freeze",
    "silence",
    "period seconds=0.2",
]
limits = st.fixed_dictionaries(
    {},
    optional={
        "cvl": st.floats(0.0, 80.0),
        "ccl": st.floats(0.0, 300.0),
        "dcl": st.floats(0.0, 300.0),
    },
)
steps = st.lists(
    st.tuples(st.integers(1, 3), st.one_of(st.sampled_from(FAULTS), limits), st.floats(0.1, 2.0)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_whatever_the_nodes_do_no_harmful_frame_comes_through(
    steps: list[tuple[int, str | dict[str, float], float]],
) -> None:
    lab = Lab()
    lab.fleet.start()
    for pack, what, seconds in steps:
        if isinstance(what, str):
            text = what.replace("duplicate", f"duplicate of={pack % 3 + 1}")
            lab.fleet.faults.schedule(parse_fault(f"pack{pack}.{text}", 3))
        else:
            lab.fleet[pack].limit(**what)
        lab.run(seconds)
    assert all(harmless(frame) for frame in lab.sent)
    assert (lab.gate.refused == "") is all(harmless(frame) for frame in lab.offered)


@given(st.sampled_from(sorted(LIMITS)), st.binary(max_size=8))
def test_nor_does_any_payload_at_all(identifier: int, data: bytes) -> None:
    lab = Lab()
    frame = Frame(identifier, data)
    with suppress(EnvelopeError):
        lab.send(frame)
    assert lab.sent == ([frame] if harmless(frame) else [])


def test_a_refusal_says_which_frame_which_value_and_how_to_allow_it() -> None:
    lab = Lab()
    lab.fleet.start()
    assert lab.run(2.5) == ""
    lab.fleet[2].limit(cvl=70.0)
    assert lab.run(2.0) == (
        "0x451: CVL 70 V lies outside what the device bears, 41 to 63 V; not sent: --allow-hazard allows it, "
        "with a reduced current"
    )
    (told,) = lab.journal.events(0.0, 9.0, "hazard")
    assert (told.data["sent"], told.source) == (False, "gate")


def test_it_raises_once_so_that_the_way_off_is_free_and_again_after_rearming() -> None:
    lab = Lab()
    lab.fleet.start()
    lab.fleet.limit(ccl=150.0)
    assert lab.run(3.0)
    assert lab.run(3.0) == ""
    assert not [frame for frame in lab.sent if frame.id in LIMITS]
    assert [frame for frame in lab.sent if frame.id == 0x355]  # what is harmless goes on
    lab.gate.rearm()
    assert lab.run(3.0).startswith("0x")


@pytest.mark.parametrize("cvl", [41.0, 63.0])
def test_what_the_device_just_bears_is_sent(cvl: float) -> None:
    lab = Lab()
    lab.fleet.start()
    lab.fleet.limit(cvl=cvl, ccl=100.0, dcl=80.0)
    assert lab.run(2.0) == ""
    assert {frame.id for frame in lab.sent} >= LIMITS


def test_with_permission_it_is_sent_counted_and_told_once() -> None:
    lab = Lab(allowed=True)
    causes: list[str] = []
    lab.gate.on_hazard = causes.append
    lab.fleet.start()
    lab.fleet[2].limit(cvl=0.0)
    assert lab.run(5.0) == ""
    harmful = [frame for frame in lab.sent if not harmless(frame)]
    assert len(harmful) == lab.gate.hazards == 5
    assert causes == ["0x451: CVL 0 V lies outside what the device bears, 41 to 63 V"]
    assert [event.data["sent"] for event in lab.journal.events(0.0, 9.0, "hazard")] == [True]


def test_by_itself_a_node_asks_for_no_more_than_the_device_bears() -> None:
    lab = Lab()  # generic packs: 50 A, and 90 A of discharge against 80 A
    lab.fleet.start()
    assert lab.run(3.0) == ""
    assert lab.fleet[1].report.dcl == 80.0


def test_a_port_asks_the_gate_and_a_capture_passes_it_too() -> None:
    lab = Lab()
    port = CanPort(lab.timeline, lab.journal, role="emulator", interface="virtual", channel="gate")
    port.admits = lab.gate.admits
    frames = [
        CapturedFrame(0.0, Frame(0x351, bytes.fromhex("3002F401F4010000"))),  # 56.0 V, 50 A
        CapturedFrame(0.5, Frame(0x351, bytes.fromhex("1402740E740ECC01"))),  # 53.2 V, 370 A: ten modules
    ]
    with can.Bus(interface="virtual", channel="gate") as device:
        port.open()
        Replay(frames, port, timeline=lab.timeline, journal=lab.journal).start()
        refused = lab.run(2.0)
        port.close()
        heard = [message.data.hex() for message in iter(lambda: device.recv(0), None)]
    assert refused.startswith("0x351: CCL 370 A lies outside what the device bears, 0 to 100 A")
    assert heard == ["3002f401f4010000"]
