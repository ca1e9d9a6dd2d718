from typing import Any

import pytest

from bmshil.journal import Event
from bmshil.report.markers import describe, markers


@pytest.mark.parametrize(
    ("kind", "source", "data", "text"),
    [
        ("fault", "pack2", {"text": "silence", "on": True}, "pack2: silence on"),
        ("fault", "pack2", {"text": "silence", "on": False}, "pack2: silence off"),
        ("fault", "pack2", {"text": "reboot"}, "pack2: reboot"),
        ("limit", "pack1", {"cvl": 55.2, "ccl": 20.0}, "pack1: limit CVL 55.2 V, CCL 20 A"),
        ("limit", "pack1", {"cvl": None}, "pack1: limit lifted"),
        ("relay", "relays", {"role": "dc_main", "closed": True}, "relay dc_main closed"),
        ("relay", "relays", {"role": "pv", "closed": False}, "relay pv open"),
        ("stimulus", "bench", {"text": "charge 60 A"}, "charge 60 A"),
        ("instrument_error", "meter", {"cause": "timeout"}, "rig: instrument failed, meter timeout"),
        ("stray_frame", "witness", {"id": "0x7E0"}, "rig: stray frame, witness 0x7E0"),
        ("test", "t", {"phase": "begin"}, None),
        ("judgement", "AGG-01", {}, None),
    ],
)
def test_events_in_words(kind: str, source: str, data: dict[str, Any], text: str | None) -> None:
    assert describe(Event(1.0, kind, source, data)) == text


def relay(t: float, role: str = "pv") -> Event:
    return Event(t, "relay", "relays", {"role": role, "closed": True})


def test_events_that_would_overlap_share_a_number() -> None:
    found = markers([relay(0.0), relay(0.4, "ac_grid"), relay(1.0), relay(1.9)], apart=1.0)
    assert [(one.number, one.time, one.until) for one in found] == [(1, 0.0, 0.4), (2, 1.0, 1.9)]
    assert found[0].text == "relay pv closed; relay ac_grid closed"
    assert found[1].text == "relay pv closed (2 x)"


def test_ten_thousand_events_stay_readable() -> None:
    events = [Event(n * 0.05, "limit", "pack1", {"ccl": 20.0}) for n in range(10_000)]
    found = markers(events, apart=500.0 / 24)
    assert len(found) <= 24
    assert found[0].text == "pack1: limit CCL 20 A (417 x)"


def test_many_different_events_at_once_are_counted() -> None:
    found = markers([relay(0.0, f"r{n}") for n in range(7)], apart=1.0)
    assert found[0].text == "relay r0 closed; relay r1 closed; relay r2 closed; relay r3 closed; and 3 more"


def test_a_trouble_of_the_rig_stands_out() -> None:
    found = markers([relay(0.0), Event(5.0, "port_error", "witness", {"cause": "gone"})], apart=1.0)
    assert [one.trouble for one in found] == [False, True]
