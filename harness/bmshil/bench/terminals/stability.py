r"""Which rigs can play a battery to a device that regulates voltage, without swinging.

In CV two regulators hold one voltage: the device moves its current with a bandwidth ``w`` (rad/s), and the
bench moves the set-point of the supply. The device answers a set-point ``u`` with the current

    I = (CVL - u) / R * w/(s + w),   R = all ohms between set-point and device.

**With a programmable resistance** the supply answers the device itself and at once, so that software moves
only the slow part, polarisation and state of charge. Its loop gain falls below one above
``(R_pol/T_pol + dU/dQ) / R``: under 0.1 rad/s for every bank of the catalogue, in the knee too, so that any
delay below ten seconds is harmless.

**Without one** software moves the ohmic part too, by a share ``a`` of what is missing at each step. It sees
the current only a delay ``D`` later: from a sample to the next step (one period), until the set-point is in
force (the latency), until the supply has followed it, and half a period for which it then stays. With
``rho = R_bank/R_cable`` and the rate ``r = a / period`` the characteristic equation is

    1 + rho * r/(s + r) * w/(s + w) * exp(-s D) = 0.

* Small gain: for ``rho < 1`` the product never reaches one, and no delay makes it swing. But a cable is never
  known exactly, so that everything here is asked of twice the ratio: a gain margin of two.
* Delay margin: where the product is one, at the frequency ``x``, the phases of both lags leave
  ``(pi - atan(x/r) - atan(x/w)) / x`` seconds. ``D`` must be less than nine tenths of that, so that a swing
  dies away.

The share is a third of ``1/(1 + rho)``, the bound above which the correction overshoots even without delay.
A longer period makes the loop slower and the margin longer, so that a rig with a long latency needs a longer
period; and a period must not be so long that the resistance of the bank shows up only after seconds.

Source: delay margin and small gain theorem as in Astrom and Murray, Feedback Systems, chapter 10.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan, inf, log, pi, sqrt
from typing import TYPE_CHECKING

from bmshil.instruments import Capability, driver

if TYPE_CHECKING:
    from bmshil.rig import Rig

SHARE = 1 / 3
"""Of the bound 1/(1 + R_bank/R_cable): how much of what is missing one step makes up for."""

GAIN_MARGIN = 2.0
"""So many times the ratio of the resistances must be stable as well."""

CERTAIN = 0.9
"""Share of the delay margin that may be used: at all of it a swing would stay for ever."""

FOLLOWING = 0.01
"""Until the regulator of a supply has followed a set-point that is in force, s."""

BANDWIDTHS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Of voltage regulators of inverters, rad/s: where nobody knows a device's own, all must be stable."""

SLOWEST = 3.0
"""Longest time constant with which the resistance of the bank may show up, s."""

UNKNOWN = (
    "control.cable is missing: the supply has no programmable resistance, so the bench must know what is "
    "between it and the inverter, in ohm: volts across the leads at a known current"
)

PERIODS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
"""Control periods that are worth proposing, s."""


def correction(ratio: float) -> float:
    """Share of the missing ohmic part that one step may make up for; ratio is R_bank/R_cable."""
    return SHARE / (1.0 + ratio)


@dataclass(frozen=True, kw_only=True)
class Loop:
    """A control loop that plays the terminals of a bank.

    Attributes:
        period: of the steps, s.
        latency: from a command until its set-point is in force, s.
        ratio: resistance of the bank over that of the cable; infinite where the cable is unknown.
        bandwidth: of the device's voltage regulator, rad/s; None where nobody knows it.
        resistance: whether the supply has a programmable resistance.
    """

    period: float
    latency: float
    ratio: float
    bandwidth: float | None = None
    resistance: bool = False

    @property
    def delay(self) -> float:
        """From a sample to the middle of what follows from it, s."""
        return 1.5 * self.period + self.latency + FOLLOWING

    @property
    def settling(self) -> float:
        """Time constant with which the resistance of the bank shows up at a constant current, s."""
        if self.resistance:
            return 0.0
        return inf if self.ratio == inf else self.period / correction(self.ratio)

    @property
    def margin(self) -> float:
        """Longest delay with which a swing dies away at ``GAIN_MARGIN`` times its ratio, s."""
        if self.resistance:
            return inf
        if self.ratio == inf:
            return 0.0
        known = BANDWIDTHS if self.bandwidth is None else (self.bandwidth,)
        rate = correction(self.ratio) / self.period
        return CERTAIN * min(_delay_margin(GAIN_MARGIN * self.ratio, rate, one) for one in known)

    @property
    def accepted(self) -> bool:
        """Whether it is stable with that margin, and not too slow."""
        return self.delay <= self.margin and self.settling <= SLOWEST

    @property
    def longest_latency(self) -> float:
        """Latency up to which it is accepted, s; negative when no latency is short enough."""
        return self.margin - 1.5 * self.period - FOLLOWING


def _delay_margin(ratio: float, rate: float, bandwidth: float) -> float:
    """How much delay the loop bears before it swings, s.

    Where ``ratio * r/(s+r) * w/(s+w)`` has the size one, both lags have used up a part of half a turn.
    """
    if ratio <= 1.0:
        return inf
    r2, w2 = rate * rate, bandwidth * bandwidth
    x = sqrt((sqrt((r2 - w2) ** 2 + 4.0 * ratio * ratio * r2 * w2) - r2 - w2) / 2.0)
    return (pi - atan(x / rate) - atan(x / bandwidth)) / x


def loop_of(rig: Rig) -> Loop | None:
    """The control loop of a rig whose every pack is connected; None where it has no supply."""
    entry = rig.instruments.get("supply")
    if entry is None:
        return None
    bank = 1.0 / sum(1.0 / module.resistance for module in rig.modules)
    control = rig.control
    return Loop(
        period=control.period,
        latency=control.latency,
        ratio=bank / control.cable if control.cable is not None else inf,
        bandwidth=control.bandwidth,
        resistance=Capability.RESISTANCE in driver(entry.driver, "supply").capabilities,
    )


def loop_findings(rig: Rig) -> tuple[str, ...]:
    """Why the loop of this rig might swing or be too slow, a line each with what to do.

    Raises:
        InputError: an unknown driver.
    """
    loop = loop_of(rig)
    if loop is None or loop.accepted:
        return ()
    if loop.ratio == inf:
        return (UNKNOWN,)
    what = (
        f"a supply without programmable resistance, R_bank/R_cable {loop.ratio:.2g}, "
        f"period {loop.period:g} s and latency {loop.latency:g} s"
    )
    if loop.delay > loop.margin:
        why = (
            "could swing against the inverter's own voltage loop "
            f"({loop.delay:.2g} s of delay, {loop.margin:.2g} s are safe)"
        )
    else:
        why = f"show the bank's resistance only after {loop.settling:.1f} s"
    return (f"control: {what} {why}: {_advice(loop)}",)


def _advice(loop: Loop) -> str:
    near = sorted(PERIODS, key=lambda period: abs(log(period / loop.period)))
    fits = next((one for one in near if replace(loop, period=one).accepted), None)
    if fits is not None:
        return f"write control.period: {fits:g}"
    return (
        "take a supply with programmable resistance, a faster one, or a series resistor in the leads "
        "(and add it to control.cable)"
    )
