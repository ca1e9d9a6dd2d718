"""Switches and link cables in a rig file: what is refused, and what is worth a warning."""

from collections.abc import Callable

import pytest

from bmshil.errors import InputError
from bmshil.rig import Rig, warnings

Bend = Callable[..., Rig]

FIRST = "    - {module: generic-16s, capacity: 200}\n"


def first(switches: str) -> tuple[str, str]:
    """The first pack of twin-master, and something said about its front."""
    return FIRST, FIRST.replace("200}", f"200, switches: {{{switches}}}}}")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (first('dip: "010"'), r"switches.dip: switches '010': pylontech has 4, write 0 or 1 for each"),
        (first('dip: "up"'), r"switches"),
        (
            ("  soc: 0.6", "  soc: 0.6\n  addressing: pylon"),
            r"bank.addressing: no scheme of switches 'pylon'",
        ),
    ],
)
def test_switches_that_do_not_exist_are_refused(bend: Bend, change: tuple[str, str], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        bend("twin-master", change)


def test_contradictions_are_warnings_a_line_each(bend: Bend) -> None:
    assert warnings(bend("twin-master")) == ()
    assert warnings(bend("twin-master", first("link_port_0: true"))) == (
        "no pack is the master, so that nobody speaks: a cable is in Link Port 0 of pack 1",
    )
    assert warnings(bend("twin-master", first('dip: "0110"'))) == (
        "pack 1 (DOWN UP UP DOWN): its terminator is off: one group needs switch 2 at 0",
        "pack 1 (DOWN UP UP DOWN): switch 3 means nothing: leave it at 0",
    )
