"""bmshil check: whether a rig is fit to test, a line for each check, and what it cannot test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bmshil.cli.places import RUNS
from bmshil.errors import BmsHilError, InputError, RigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.bench.checks import Check
    from bmshil.rig import Rig

Values = dict[str, Any]

LISTENING = 3.0
"""How long the adapters listen at least, s."""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("rig", help="rig file, or its name in rigs/")
    parser.add_argument("--dut", metavar="PROFILE", help="profile of the device, instead of the rig file's")
    parser.add_argument("--tests", metavar="DIR", help="folder of requirement tests (default: tests_hil)")
    parser.add_argument("--runs", metavar="DIR", default=RUNS, help="where runs go (default: %(default)s/)")
    parser.add_argument("--mutate", metavar="NAME", help="make the twin a known bad inverter")
    parser.add_argument(
        "--fault",
        metavar="TEXT",
        action="append",
        default=[],
        help='what is wrong with a twin, e.g. "meter.stuck", "relays.weld role=dc_main", "lead.open"; a '
        "wrong word is answered with those that there are; may be repeated",
    )
    parser.add_argument("--no-power", action="store_true", help="leave every output off")
    parser.add_argument(
        "--plan", action="store_true", help="open nothing: planned slots, bus load, adapters, requirements"
    )
    parser.add_argument(
        "--open", dest="listen", action="store_true", help="as --plan, and listen on the adapters for a while"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Look at everything, or at the plan alone; then refuse a rig that is not fit."""
    from bmshil.rig import load

    rig = load(options.rig, dut=options.dut)
    if options.plan or options.listen:
        for option, given in (
            ("--fault", options.fault),
            ("--mutate", options.mutate),
            ("--no-power", options.no_power),
        ):
            if given:
                raise InputError(f"{option} changes nothing in what is planned: leave --plan and --open out")
    return _plan(rig, options) if options.plan or options.listen else _preflight(rig, options)


def _preflight(rig: Rig, options: Namespace) -> int:
    """The table of checks; nothing stays on."""
    from bmshil.bench import check_rig
    from bmshil.bench.assembly import parse_own_faults
    from bmshil.bench.checks import Result

    faults = parse_own_faults(options.fault, rig)
    checks = check_rig(
        rig, mutation=options.mutate, faults=faults, runs=Path(options.runs), power=not options.no_power
    )
    document = {
        **_identity(rig),
        "checks": [_line(one) for one in checks],
        "requirements": _requirements(rig, options.tests),
        **_findings(rig),
    }
    if options.json:
        print(json.dumps(document, indent=2))
    else:
        from bmshil.cli.check_words import preflight_text

        print(preflight_text(document), end="", flush=True)
    failed = [one for one in checks if one.result is Result.FAILED]
    if failed:
        more = f" ({len(failed)} checks failed)" if len(failed) > 1 else ""
        remedy = f": {failed[0].remedy}" if failed[0].remedy else ""
        raise RigError(f"{rig.path}: {failed[0].name}: {failed[0].found}{remedy}{more}")
    return 0


def _line(check: Check) -> Values:
    return {
        "check": check.name,
        "result": str(check.result),
        "found": check.found,
        "remedy": check.remedy,
    }


def _plan(rig: Rig, options: Namespace) -> int:
    """What is planned on the bus."""
    document = {
        **_identity(rig),
        **_traffic(rig),
        "adapters": _adapters(rig),
        "requirements": _requirements(rig, options.tests),
        **_findings(rig),
        "heard": None,
    }
    if options.listen and not document["refusals"]:
        document["heard"] = _heard(rig)
    if options.json:
        print(json.dumps(document, indent=2))
    else:
        from bmshil.cli.check_words import check_text

        print(check_text(document), end="", flush=True)
    for refusal in document["refusals"]:
        raise RigError(refusal)
    return 0


def _identity(rig: Rig) -> Values:
    return {
        "rig": rig.name,
        "file": str(rig.path),
        "description": rig.description,
        "placement": rig.placement,
        "dut": rig.profile.name,
        "dut_title": rig.profile.title,
        "packs": [f"{module.name} {module.capacity:g} Ah" for module in rig.modules],
        "dialect": rig.dialect.name,
        "id_scheme": rig.ids.scheme.name,
        "instruments": {role: entry.driver for role, entry in rig.instruments.items()},
        "power": {role: source.rating for role, source in rig.power.items()},
    }


def _traffic(rig: Rig) -> Values:
    from bmshil.journal import identifier_label
    from bmshil.rig import planned_traffic

    traffic = planned_traffic(rig)
    keepalive = rig.profile.declares.keepalive
    return {
        "messages": [
            {
                "pack": one.pack,
                "message": one.name,
                "id": identifier_label(one.id, one.extended),
                "period_ms": round(one.period * 1e3, 3),
                "offset_ms": round(one.offset * 1e3, 3),
                "bits": one.bits,
            }
            for one in traffic.messages
        ],
        "keepalive": {
            "id": identifier_label(keepalive.id, keepalive.extended),
            "period_ms": round(keepalive.period * 1e3, 3),
        },
        "bus_load": {
            "percent": round(100 * traffic.load, 3),
            "bank_percent": round(100 * traffic.bank_load, 3),
            "device_percent": round(100 * traffic.device_load, 3),
            "limit_percent": round(100 * rig.wire.most_load, 3),
            "bitrate": traffic.bitrate,
        },
    }


def _adapters(rig: Rig) -> list[Values]:
    from bmshil.bench.fitness.needs import known_capabilities
    from bmshil.ports import Capability
    from bmshil.rig import is_adapter

    return [
        {
            "role": role,
            "interface": rig.interface(role),
            "channel": channel.channel,
            "bitrate": channel.bitrate,
            "listen_only": channel.listen_only,
            "adapter": is_adapter(channel),
            "isolated": channel.isolated,
            "capabilities": [
                one.name.lower().replace("_", " ")
                for one in known_capabilities(rig, role)
                if one.name is not None and one is not Capability.ISOLATION
            ],
        }
        for role, channel in rig.can.items()
    ]


def _heard(rig: Rig) -> list[Values]:
    """What the adapters hear for some periods of the keep-alive."""
    from bmshil.bench.bus.preflight import listen
    from bmshil.journal import identifier_label

    keepalive = rig.profile.declares.keepalive
    seconds = max(LISTENING, 3 * keepalive.period)
    return [
        {
            "role": one.role,
            "seconds": seconds,
            "quiet": one.quiet,
            "finding": one.finding,
            "frames": one.health.received,
            "error_frames": one.health.error_frames,
            "tec": one.health.tec,
            "rec": one.health.rec,
            "state": one.health.state,
            "keepalives": one.keepalives,
            "identifiers": {identifier_label(*key): count for key, count in one.identifiers.items()},
        }
        for one in listen(rig, seconds)
    ]


def _requirements(rig: Rig, folder: str | None) -> Values | None:
    """How many requirements there are and which will be skipped; None where their tests are not at hand."""
    from bmshil.bench import foreseen
    from bmshil.cli.places import tests_folder
    from bmshil.cli.requirements import collect_requirements

    try:
        rows = collect_requirements(tests_folder(folder))
    except InputError:
        if folder is not None:
            raise
        return None
    skipped = [
        {"id": row["id"], "requirement": row["title"], "reason": reason}
        for row in rows
        if (reason := foreseen(rig, row["needs"])) is not None
    ]
    return {"total": len(rows), "skipped": skipped}


def _findings(rig: Rig) -> Values:
    """What is wrong, what is doubtful, what somebody has allowed, and why no inverter can be tested here."""
    from bmshil.bench import check_testable
    from bmshil.rig import refusals, waivers, warnings

    untestable = None
    try:
        check_testable(rig)
    except BmsHilError as error:
        untestable = str(error)
    return {
        "untestable": untestable,
        "warnings": list(warnings(rig)),
        "waivers": list(waivers(rig)),
        "refusals": list(refusals(rig)),
    }
