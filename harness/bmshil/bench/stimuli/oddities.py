"""What a bank can say that is odd, wrong, contradictory or of another dialect."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bmshil.bench.stimuli.saying import in_turn, odd, say, say_bytes, take_back
from bmshil.bms import ByteOrder, Dlc, Scale, Silence, Swap
from bmshil.dialects import Alarm
from bmshil.errors import Blocked

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench

STEP = 0.1
"""V and A: the smallest step of the limits in Pylontech LV; "0.1" is the word for stop of diyBMS."""

TURNS_LARGE = 12.0
"""A: 0x0078, which reads 3072 A in the other byte order; from 12.8 A on it would be negative."""


def role(bench: Bench, name: str) -> int:
    """Identifier of the message with a role.

    Raises:
        Blocked: the dialect has none.
    """
    found = bench.bank.dialect.roles.get(name)
    if found is None:
        raise Blocked(f"not observable: {bench.bank.dialect.name} has no message for {name}")
    return found


def saying(**values: float | str | bool | Alarm) -> Callable[[Bench], None]:
    """Make a play that lets the bank say other values."""

    def play(bench: Bench) -> None:
        say(bench, **values)

    return play


def bytes_of(base: int, data: str, at: int = 0) -> Callable[[Bench], None]:
    """Make a play that lets some bytes of a message be others."""

    def play(bench: Bench) -> None:
        say_bytes(bench, base, data, at)

    return play


def cvl_zero_once(bench: Bench) -> None:
    """Say a CVL of 0 V for one period."""
    said = say(bench, cvl=0.0)
    bench.run(bench.declares.period.nominal)
    take_back(said)


def stop_code(bench: Bench) -> None:
    """Say 0.1 V, 0.1 A and 0.1 A."""
    say(bench, cvl=STEP, ccl=STEP, dcl=STEP)


def tenth_of_the_voltage(bench: Bench) -> None:
    """Say a tenth of the measured voltage: 530 where 5300 is meant."""
    bench.stimulus("a tenth of the measured voltage")
    odd(bench, Scale(field="voltage", factor=0.1, ids=(role(bench, "measured"),)))


def other_byte_order(bench: Bench) -> None:
    """Send the limits in the other byte order, with a CCL that reads a large one then."""
    bench.bank.limit(ccl=min(bench.levels.reference, TURNS_LARGE))
    bench.stimulus("limits in the other byte order")
    odd(bench, ByteOrder(ids=(role(bench, "limits"),)))


def limits_exchanged(bench: Bench) -> None:
    """Permit no charge, and let CCL and DCL change places on the wire; the enable bit stays right."""
    bench.bank.limit(ccl=0.0, dcl=bench.levels.reference)
    say(bench, charge_enabled=False)
    odd(bench, Swap(fields=("ccl", "dcl"), ids=(role(bench, "limits"),)))


def negative_dcl(bench: Bench) -> None:
    """Halve the DCL, and send it below zero."""
    bench.bank.limit(dcl=bench.levels.reference / 2)
    bench.stimulus("half the DCL, below zero")
    odd(bench, Scale(field="dcl", factor=-1.0, ids=(role(bench, "limits"),)))


def lengths_in_turn(bench: Bench) -> None:
    """Send the limits with six bytes and with eight, in turn."""
    limits = (role(bench, "limits"),)
    lengths = [Dlc(length=length, ids=limits) for length in (6, 8)]
    bench.stimulus("limits with six and eight bytes in turn")
    in_turn(bench, bench.declares.period.nominal, *(partial(odd, bench, length) for length in lengths))


def alarm_never_leaves(bench: Bench) -> None:
    """Raise a protection, and let it be neither raised nor cleared afterwards."""
    said = say(bench, protections=Alarm.CELL_HIGH_VOLTAGE)
    bench.settle()
    take_back(said)


def without_requests(bench: Bench) -> None:
    """Send no enable bits any more."""
    bench.stimulus("no enable bits")
    odd(bench, Silence(ids=(role(bench, "requests"),)))


def soc_zero_at_first(bench: Bench) -> None:
    """Say a SOC of 0 % for five periods."""
    said = say(bench, soc=0.0)
    bench.run(5 * bench.declares.period.nominal)
    take_back(said)


def cvl_beyond(bench: Bench) -> None:
    """Ask for more than the device bears, or than its declared range."""
    values = bench.declares.values
    high = bench.declares.rating.voltage[1] if values.cvl is None else values.cvl[1]
    say(bench, cvl=high + 0.5)


def cvl_toggles(bench: Bench) -> None:
    """Let the CVL go up and down by one step each second."""
    cvl = bench.levels.high_cvl
    in_turn(
        bench,
        1.0,
        *(partial(say, bench, cvl=cvl + step) for step in (STEP, -STEP)),
    )


def absurd_cell(bench: Bench) -> None:
    """Say a highest cell of 19.4 V for 2 s."""
    said = say(bench, cell_max=19.4)
    bench.run(2.0)
    take_back(said)


def modules_jump(bench: Bench) -> None:
    """Say 0, 1 and 10 modules in turn."""
    in_turn(bench, 10.0, *(partial(say, bench, modules=count) for count in (10, 0, 1)))


def nothing_enabled(bench: Bench) -> None:
    """Enable neither charging nor discharging, with limits above zero."""
    say(bench, charge_enabled=False, discharge_enabled=False)


def enable_flaps(bench: Bench, every: float = 1.5) -> None:
    """Enable charging and forbid it in turn; slower than the messages, or only one of both is ever sent."""
    in_turn(bench, every, *(partial(say, bench, charge_enabled=on) for on in (False, True)))


def request_flaps(bench: Bench) -> None:
    """Say 9 % and ask for a charge from the grid, then 10 % and ask for none, in turn every 5 s."""
    in_turn(
        bench,
        5.0,
        partial(say, bench, soc=0.09, force_charge_2=True),
        partial(say, bench, soc=0.10, force_charge_2=False),
    )


def request_without_enables(bench: Bench) -> None:
    """Ask for a charge from the grid while neither charging nor discharging is enabled."""
    say(bench, soc=0.14, force_charge_1=True, charge_enabled=False, discharge_enabled=False)
