"""A master and its slaves with cables in wrong ports."""

from typing import Any


def test_a_cable_in_the_master_s_port_0_makes_the_bank_silent(stack: Any) -> None:
    stack.fleet[1].panel.link_port_0 = True
    stack.run(30.0)
    assert stack.times()[-1] == 5.0
    assert stack.master.speakers == ()
    stack.fleet[1].panel.reset()
    stack.run(5.0)
    assert (stack.master.speakers, stack.said.capacity) == ((1,), 600.0)


def test_a_slave_on_the_bus_speaks_for_itself_beside_its_master(stack: Any) -> None:
    stack.fleet[2].panel.can_port = True
    stack.run(5.0)
    assert stack.master.speakers == (1, 2)
    # Three packs of 100 A, and one.
    assert [report.ccl for report in stack.master.said] == [300.0, 100.0]
    assert {frame.data[2:4].hex() for _, frame in stack.sent[-40:] if frame.id == 0x351} == {"b80b", "e803"}


def test_a_link_cable_that_is_out_takes_away_all_behind_it(stack: Any) -> None:
    stack.fleet[2].panel.link_port_0 = False
    stack.run(15.0)
    assert (stack.master.present, stack.said.capacity) == ((1,), 200.0)
    stack.fleet.reset()
    stack.run(3.0)
    assert stack.said.capacity == 600.0


def test_a_master_whose_can_cable_is_out_goes_on_reading(stack: Any) -> None:
    stack.fleet[1].panel.can_port = False
    stack.run(5.0)
    assert stack.master.speakers == ()
    assert stack.master.present == (1, 2, 3)
    assert stack.times()[-1] == 5.0
