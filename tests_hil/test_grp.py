"""GRP: groups of packs with a master each, behind a hub that speaks for all of them."""

from typing import cast

import pytest

from bmshil.bench import NEAR_FULL, Bench, declared_voltage
from bmshil.bench.bus.speech import last_said, require_told
from bmshil.bench.reactions.floor import judge_never_above, judge_within_limit
from bmshil.bench.reactions.speaker_lost import judge_lost_speaker, require_charge_back
from bmshil.bms import Hub
from pytest_bmshil import requirement

A0 = "field article on CAN architectures of several batteries"
A2 = "field article on wiring Pylontech modules in parallel"

WHOLE = 5.0
"""Limit of the whole bank in units of I_ref, the largest that a rig is asked for; each pack has its part."""

START_WITHIN = 60.0
"""From the first START button until the hub must speak, s."""

GROUPS = [1, 2, 3]


def hub_of(bench: Bench) -> Hub:
    return cast("Hub", bench.bank.architecture)


def packs_of(bench: Bench, group: int) -> tuple[int, ...]:
    """Numbers of the packs of a group; a test of one that is not there is skipped."""
    ports = hub_of(bench).ports
    if group > len(ports):
        pytest.skip(f"not observable: the hub has {len(ports)} groups")
    return ports[group - 1].group.numbers


def without(bench: Bench, group: int) -> float:
    """Share of the packs that is left without a group."""
    return 1 - len(packs_of(bench, group)) / len(bench.bank)


def until_noticed(bench: Bench) -> None:
    """Wait until the hub counts a group no longer that has just fallen silent, and the device follows."""
    bench.run(bench.rig.architecture.link.timeout + 3.0)
    bench.settle_generously()


@requirement(
    "GRP-01",
    "The groups are started one after the other and then the hub, which at once speaks for all of them",
    subject="bank",
    silent_device=True,
    needs=["architecture:hub"],
    duration="60",
)
def test_start_order(bench: Bench) -> None:
    hub = hub_of(bench)
    bench.bank.stop()
    bench.run(3.0)
    bench.judge.fact(
        bench.observe("groups detected", hub.detected > 0), expected=False, statement="No LED without power"
    )
    start = bench.seconds
    bench.bank.start()
    spoke = bench.until(lambda: hub.speaking, START_WITHIN)
    bench.judge.fact(
        bench.observe("the hub speaks", spoke, start), statement="The hub speaks after its groups"
    )
    bench.judge.equals(
        bench.figure("groups detected", float(hub.detected), "1", how="port LEDs of the hub"),
        float(len(bench.rig.architecture.groups)),
        statement="Groups whose port LED is on when the hub says its first word",
        citation=f"{A2}: the LEDs show how many groups are detected",
    )
    said = last_said(bench, 2.0)
    if "modules" in said:
        bench.judge.equals(
            bench.figure("modules", float(said["modules"]), "1", how="told on the bus"),
            float(len(bench.bank)),
            statement="Modules that the hub tells the device",
        )
    asked = sum(node.own_report.ccl for node in bench.bank)
    bench.judge.equals(
        bench.figure("ccl", said["ccl"], "A", how="told on the bus"),
        min(asked, 3276.7),
        tolerance=0.1 * len(bench.bank),
        wrong=[sum(bench.bank[number].own_report.ccl for number in packs_of(bench, 1))],
        statement="Charge current that the hub asks for from the beginning",
    )


@requirement(
    "GRP-02",
    "The device moves the current that all groups permit together, whichever of them permits less",
    needs=["dc", "charge", "discharge", "architecture:hub"],
    duration="3 * follow_lag + 60",
    scenarios=["S76"],
)
@pytest.mark.parametrize("direction", ["charge", "discharge"])
@pytest.mark.parametrize("low", GROUPS)
def test_current_of_all_groups(bench: Bench, unit: float, low: int, direction: str) -> None:
    sign, limit = (1.0, "ccl") if direction == "charge" else (-1.0, "dcl")
    part = WHOLE * unit / len(bench.bank)
    bench.bank.limit(**{limit: part})
    for number in packs_of(bench, low):
        bench.bank[number].limit(**{limit: part / 2})
    total = WHOLE * unit * (1 + without(bench, low)) / 2
    first = len(packs_of(bench, 1)) * part * (0.5 if low == 1 else 1.0)
    (bench.charge if direction == "charge" else bench.discharge)(limit=total)
    bench.settle_generously()
    require_told(bench, **{limit: total})
    bench.judge.equals(
        bench.current(),
        sign * total,
        wrong=[sign * WHOLE * unit, sign * first],
        statement=f"Current with half the limit at the packs of group {low}",
        citation=f"profile: aggregation.{limit}; {A2}: the hub collects all groups",
    )


@requirement(
    "GRP-03",
    "The bank is charged to the lowest CVL of any pack in any group",
    needs=["dc", "charge", "architecture:hub"],
    duration="300",
    scenarios=["S74"],
)
@pytest.mark.parametrize("group", GROUPS)
def test_lowest_cvl_of_all_groups(bench: Bench, unit: float, group: int) -> None:
    low = packs_of(bench, group)[-1]
    high, lowest, mean = bench.levels.high_cvl, bench.levels.low_cvl, bench.levels.mean_cvl
    bench.prepare(soc=NEAR_FULL)
    bench.bank.limit(cvl=high)
    bench.bank[low].limit(cvl=lowest)
    bench.settle_generously()
    require_told(bench, cvl=lowest)
    start = bench.seconds
    bench.charge(limit=unit / 2)
    reached = bench.until_cv(timeout=600)
    bench.judge.equals(
        reached.voltage,
        declared_voltage(bench, lowest),
        wrong=[declared_voltage(bench, other) for other in (mean, high)],
        statement=f"Final voltage with {high:g} V asked for by all but pack {low}, and {lowest:g} V by that",
        citation=f"{A0}: always the minimum",
    )
    bench.judge.fact(
        bench.observe("constant voltage", reached.in_cv, start),
        statement="The charge ended in constant voltage: the limit was what bound",
    )
    judge_never_above(
        bench, start, lowest, "Highest voltage of the whole charge against the lowest CVL of a pack"
    )


@requirement(
    "GRP-04",
    "A group that is silent for the time-out takes its limits with it, and brings them back",
    subject="bank",
    silent_device=True,
    needs=["architecture:hub"],
    duration="60",
    scenarios=["S68", "S70", "S71"],
)
@pytest.mark.parametrize("group", GROUPS)
def test_the_hub_loses_a_group(bench: Bench, unit: float, group: int) -> None:
    hub = hub_of(bench)
    lost = packs_of(bench, group)
    timeout = bench.rig.architecture.link.timeout
    part = WHOLE * unit / len(bench.bank)
    high, low = bench.levels.high_cvl, bench.levels.low_cvl
    bench.bank.limit(cvl=high, ccl=part)
    bench.bank[lost[0]].limit(cvl=low)
    bench.run(5.0)

    def told(ccl: float, cvl: float, when: str, *, wrong: tuple[float, float]) -> None:
        said = last_said(bench)
        for name, expected, other, tolerance in (("ccl", ccl, wrong[0], 1.0), ("cvl", cvl, wrong[1], 0.05)):
            bench.judge.equals(
                bench.figure(name, said[name], "A" if name == "ccl" else "V", how="told on the bus"),  # type: ignore[literal-required]  # both are keys
                expected,
                wrong=[other],
                tolerance=tolerance,
                statement=f"{name.upper()} that the hub tells {when}",
                citation=f"{A0}: limits and capacity are those of the packs that are left",
            )

    left = WHOLE * unit * without(bench, group)
    told(WHOLE * unit, low, "with all groups", wrong=(left, high))
    start = bench.seconds
    hub.lose_group(group)
    gone = bench.until(lambda: not hub.leds[group - 1], timeout + 5.0)
    bench.judge.fact(bench.observe(f"LED of port {group}", not gone), expected=False, statement="It goes out")
    bench.judge.between(
        bench.elapsed("group missed", start),
        timeout - 2.0,
        timeout + 2.0,
        statement="Time from the pulled cable until the hub counts the group as lost",
        citation="rig: architecture.link.timeout",
    )
    bench.run(2.0)
    told(left, high, f"without group {group}", wrong=(WHOLE * unit, low))
    hub.restore_group(group)
    bench.run(3.0)
    told(WHOLE * unit, low, f"with group {group} back", wrong=(left, high))


@requirement(
    "GRP-05",
    "When the hub has lost a group the device charges with what the others permit until it is back",
    needs=["dc", "charge", "architecture:hub"],
    duration="6 * follow_lag + 90",
    scenarios=["S68", "S70", "S71"],
)
@pytest.mark.parametrize("group", GROUPS)
def test_the_device_goes_on_without_a_group(bench: Bench, unit: float, group: int) -> None:
    hub = hub_of(bench)
    whole = WHOLE * unit
    left = whole * without(bench, group)
    bench.bank.limit(ccl=whole / len(bench.bank))
    bench.charge(limit=whole)
    bench.settle_generously()
    bench.judge.equals(
        bench.current(), whole, wrong=[left], statement="Charge current with all groups of the hub"
    )
    hub.lose_group(group)
    until_noticed(bench)
    require_told(bench, ccl=left)
    measured = bench.current()
    bench.judge.equals(
        measured,
        left,
        wrong=[0.0, whole],
        statement=f"Charge current without group {group}",
        citation="profile: aggregation.ccl",
    )
    judge_within_limit(
        bench,
        measured,
        left,
        "Charge current against the limits of the groups that the hub still hears",
    )
    hub.restore_group(group)
    bench.run(3.0)
    bench.settle_generously()
    require_told(bench, ccl=whole)
    bench.judge.equals(
        bench.current(), whole, wrong=[0.0, left], statement=f"Charge current with group {group} back"
    )


@requirement(
    "GRP-06",
    "A hub that hears none of its groups is silent, and the device stops within its declared time",
    needs=["dc", "charge", "architecture:hub"],
    duration="timeouts.all + 4 * follow_lag + recovery.power + 150",
    scenarios=["S01"],
)
def test_the_hub_falls_silent(bench: Bench, unit: float) -> None:
    hub = hub_of(bench)
    bench.bank.limit(ccl=unit / len(bench.bank))
    bench.charge(limit=unit)
    bench.settle_generously()

    def lose_all() -> None:
        for port in hub.ports:
            hub.lose_group(port.number)

    def restore_all() -> None:
        for port in hub.ports:
            hub.restore_group(port.number)

    patience = bench.rig.architecture.link.timeout
    loss = judge_lost_speaker(bench, lose_all, who="every group", patience=patience)
    require_charge_back(bench, loss, restore_all)
