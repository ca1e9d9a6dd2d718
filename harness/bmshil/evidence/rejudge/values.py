"""Finding a measured value again: in samples, frames, events or the dialogue with the device."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from bmshil.errors import Inconclusive
from bmshil.journal import Direction
from bmshil.journal.layouts import DIRECTION_MASK, ERROR, EXTENDED, REMOTE
from bmshil.judge import measure
from bmshil.judge.constant_voltage import constant_voltage
from bmshil.judge.measurement import REDUCTIONS
from bmshil.ports.error_frames import ERROR_CLASSES, STATE_CLASSES

if TYPE_CHECKING:
    from bmshil.evidence.records import MeasurementRecord
    from bmshil.evidence.rejudge.material import Material
    from bmshil.judge.measurement import Value

CLOSE = 1e-9
"""Two floats that differ by less, relative to the larger one, are the same: sums in another order."""


class Found(NamedTuple):
    """A value that was found again, and in what: samples, frames, events or dialogue."""

    value: Value | None
    source: str


def find(measured: MeasurementRecord, material: Material) -> Found | None:
    """Find a value again; None where only the record of an observation tells it.

    A value of None means that the recipe gives none any more.
    """
    if measured.reduction in REDUCTIONS and measured.channel in material.records.channels:
        return Found(_from_samples(measured, material), "samples")
    for finder in (_health, _readback, _frames, _keepalive, _counter, _reaction, _held):
        found = finder(measured, material)
        if found is not None:
            return found
    return None


def same(one: object, other: object) -> bool:
    """Whether two values are the same but for the last digits of a float."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return one == other


def _from_samples(measured: MeasurementRecord, material: Material) -> float | None:
    try:
        value = measure(
            material.records,
            measured.channel,
            measured.start,
            measured.end,
            measured.reduction,
            parameter=measured.parameter,
        ).value
    except Inconclusive:
        return None
    return float(value)


def _health(measured: MeasurementRecord, material: Material) -> Found | None:
    """The universal check: what was wrong with the bus or the line over the test."""
    if measured.reduction != "observed" or measured.channel not in ("bus", "line"):
        return None
    if material.health is None or measured.start != material.start:
        return None
    told = material.health
    if measured.channel == "line":
        return Found(f"{told.garbled} damaged questions" if told.garbled else "healthy", "events")
    strays = ", ".join(told.stray_frames)
    sick = [f"stray frames {strays}"] if strays else []
    if told.error_frames:
        sick.append(f"{told.error_frames} error frames")
    sick += [f"{name} {state}" for name, state in sorted(told.controllers.items())]
    return Found("; ".join(sick) or "healthy", "events")


def _readback(measured: MeasurementRecord, material: Material) -> Found | None:
    """What the device has answered when it was asked last."""
    name = measured.channel.removeprefix("readback.")
    if material.profile is None or name == measured.channel or measured.reduction != "read":
        return None
    register = material.profile.declares.readback.declared().get(name)
    if register is None:
        return None
    place = f"{register.table} registers {register.address}+{register.words}"
    reply = material.last_reply("readback", place, measured.end)
    if reply is None:
        return None
    try:
        return Found(register.value([int(word) for word in reply.split()]), "dialogue")
    except ValueError:
        return Found(None, "dialogue")


def _frames(measured: MeasurementRecord, material: Material) -> Found | None:
    """How many frames came through at the port that hears best, and how many errors it saw."""
    if measured.reduction != "count" or measured.channel not in ("frames on the bus", "errors on the bus"):
        return None
    rows = material.heard(measured.start, measured.end)
    if rows is None:
        return None
    flags, classes = rows["flags"], rows["id"]
    errors = (flags & ERROR) != 0
    if measured.channel == "frames on the bus":
        through = np.isin(flags & DIRECTION_MASK, (Direction.RECEIVED, Direction.SENT)) & ~errors
        return Found(float(np.count_nonzero(through)), "frames")
    only_state = ((classes & STATE_CLASSES) != 0) & ((classes & ERROR_CLASSES) == 0)
    return Found(float(np.count_nonzero(errors & ~only_state)), "frames")


def _keepalive(measured: MeasurementRecord, material: Material) -> Found | None:
    """The longest silence of the device, between the frames that its profile declares."""
    if (measured.channel, measured.reduction) != ("keep-alive", "longest silence"):
        return None
    rows = material.heard(measured.start, measured.end)
    if rows is None or material.profile is None or material.profile.declares.serial is not None:
        return None
    declared = material.profile.declares.keepalive
    flags = rows["flags"]
    wanted = EXTENDED if declared.extended else 0
    own = (rows["id"] == declared.id) & ((flags & (EXTENDED | REMOTE | ERROR)) == wanted)
    own &= (flags & DIRECTION_MASK) == Direction.RECEIVED
    times = [measured.start, *(rows["t"][own] * 1e-9).tolist(), measured.end]
    return Found(float(max(after - before for before, after in pairwise(times))), "frames")


def _counter(measured: MeasurementRecord, material: Material) -> Found | None:
    """The highest transmit error counter that a port has told."""
    port = measured.channel.removesuffix(".tec")
    if port == measured.channel or measured.reduction != "max":
        return None
    told = [
        float(event.data.get("tec") or 0.0)
        for kind in ("bus_error", "bus_state")
        for event in material.records.events(measured.start, measured.end, kind)
        if event.source == port
    ]
    return Found(max(told, default=0.0), "events")


def _held(measured: MeasurementRecord, material: Material) -> Found | None:
    """Whether the last charge before an observation ended in constant voltage."""
    if (measured.channel, measured.reduction) != ("constant voltage", "observed"):
        return None
    told = material.records.events(measured.start, measured.end, "charged")
    if not told:
        return None
    data = told[-1].data
    times, voltages = material.records.samples("dc.voltage", data["start"], data["end"])
    _, currents = material.records.samples("dc.current", data["start"], data["end"])
    in_cv = len(voltages) == len(currents) and constant_voltage(
        times.tolist(),
        voltages.tolist(),
        currents.tolist(),
        idle_current=data["idle_current"],
        resistance=data["resistance"],
    )
    return Found(in_cv, "samples")


def _reaction(measured: MeasurementRecord, material: Material) -> Found | None:
    """Whether the current went away after a loss: whether the fall that was looked for is in the samples."""
    if measured.reduction != "observed" or not isinstance(measured.value, bool):
        return None
    if " ended after " not in measured.channel:
        return None
    looked = [
        event
        for event in material.measured
        if event.data["reduction"] == "fall" and event.data["start"] == measured.start
    ]
    if not looked:
        return None
    last = looked[-1]
    recipe = msgspec.structs.replace(
        measured,
        channel=last.source,
        end=last.data["end"],
        reduction="fall",
        parameter=last.data["parameter"],
    )
    return Found(_from_samples(recipe, material) is not None, "samples")
