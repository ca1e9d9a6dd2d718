"""What ``bmshil check`` has found, in words."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from typing import Any

Values = dict[str, Any]

RESULTS = ("ok", "warning", "failed", "not checked")

NAME, RESULT = 20, 11
"""Columns for the name of a check and for its result."""


def check_text(document: Values) -> str:
    """The document of the command as one screen: rig, slots, load, adapters, requirements, findings."""
    from bmshil.report import table

    blocks = [
        _rig(document),
        table(
            [
                {
                    "pack": one["pack"],
                    "message": one["message"],
                    "identifier": one["id"],
                    "period ms": f"{one['period_ms']:.6g}",
                    "offset ms": f"{one['offset_ms']:.1f}",
                    "bits at most": one["bits"],
                }
                for one in document["messages"]
            ]
        ),
        _load(document["bus_load"], document["keepalive"]),
        table([_adapter(one) for one in document["adapters"]]),
        _heard(document["heard"], document["keepalive"]["id"]),
        _requirements(document),
        _findings(document),
    ]
    return "\n".join(block for block in blocks if block)


def preflight_text(document: Values) -> str:
    """The table of a preflight, then what cannot be tested here."""
    blocks = [_rig(document), _checks(document["checks"]), _requirements({**document, "untestable": None})]
    return "\n".join(block for block in blocks if block) + f"\n{_counted(document['checks'], 'checks')}\n"


def checks_text(checks: list[Values]) -> str:
    """A checklist: one line for each step, and how they ended."""
    return f"{_checks(checks)}\n{_counted(checks, 'steps')}\n"


def _counted(checks: list[Values], what: str) -> str:
    counts = Counter(one["result"] for one in checks)
    told = ", ".join(f"{counts[word]} {word}" for word in RESULTS if counts[word])
    return f"{len(checks)} {what}: {told}"


def _checks(checks: list[Values]) -> str:
    """One line for each check, and what to do below it; neighbours that wait for the same share a line."""
    lines: list[str] = []
    columns = shutil.get_terminal_size((100, 24)).columns
    for result, group in _grouped(checks):
        name, found = group[0]["check"], group[0]["found"]
        if len(group) > 1:
            found = f"{found}; the same for {', '.join(one['check'] for one in group[1:])}"
        lines += textwrap.wrap(
            f"{name:{NAME}}  {result:{RESULT}}  {found}",
            max(columns, NAME + RESULT + 30),
            subsequent_indent=" " * (NAME + RESULT + 4),
        )
        if group[0]["remedy"]:
            indent = " " * (NAME + RESULT + 4)
            lines += textwrap.wrap(
                f"to do: {group[0]['remedy']}",
                max(columns, NAME + RESULT + 30),
                initial_indent=indent,
                subsequent_indent=indent + "       ",
            )
    return "\n".join(lines) + "\n"


def _grouped(checks: list[Values]) -> list[tuple[str, list[Values]]]:
    groups: list[tuple[str, list[Values]]] = []
    for one in checks:
        last = groups[-1][1] if groups else []
        if one["result"] == "not checked" and last and last[0]["found"] == one["found"]:
            last.append(one)
        else:
            groups.append((one["result"], [one]))
    return groups


def _rig(document: Values) -> str:
    instruments = ", ".join(document["instruments"]) or "none"
    power = ", ".join(f"{role} {watts:g} W" for role, watts in document["power"].items()) or "none"
    title = f": {document['description']}" if document["description"] else ""
    return (
        f"rig {document['rig']}{title} ({document['file']}, placement {document['placement']})\n"
        f"device: {document['dut']}, {document['dut_title']}\n"
        f"bank: {', '.join(document['packs'])}; {document['dialect']}, {document['id_scheme']}\n"
        f"instruments: {instruments}; power sources: {power}\n"
    )


def _load(load: Values, keepalive: Values) -> str:
    return (
        f"planned bus load: {load['percent']:.3g} % of {load['bitrate']} bit/s with the longest stuffing\n"
        f"  bank {load['bank_percent']:.3g} %, keep-alive {keepalive['id']} of the device every "
        f"{keepalive['period_ms']:g} ms {load['device_percent']:.3g} %; "
        f"refused above {load['limit_percent']:g} %\n"
    )


def _adapter(one: Values) -> Values:
    isolated = {True: "yes", False: "no", None: "not said"}[one["isolated"]]
    return {
        "adapter": one["role"],
        "interface": one["interface"],
        "channel": one["channel"],
        "bit/s": one["bitrate"],
        "isolated": isolated if one["adapter"] else "software",
        "listens only": one["listen_only"],
        "can": ", ".join(one["capabilities"]) or "send and receive",
    }


def _heard(heard: list[Values] | None, keepalive: str) -> str:
    if heard is None:
        return ""
    lines = []
    for one in heard:
        names = ", ".join(f"{name} x{count}" for name, count in one["identifiers"].items()) or "none"
        how = "only listening" if one["quiet"] else "acknowledging, because it cannot only listen"
        counters = f"{one['state']}, error counters {one['tec']} and {one['rec']}"
        lines += [
            f"{one['role']}, {one['seconds']:g} s {how}: {one['finding']}",
            f"  {one['frames']} frames ({names}), {one['error_frames']} error frames, {counters}",
            f"  keep-alive {keepalive}: {one['keepalives']} times",
        ]
    return "".join(_folded(line) for line in lines)


def _requirements(document: Values) -> str:
    """What can be tested; on a rig without supply or meter only why nothing can."""
    found, untestable = document["requirements"], document["untestable"]
    lines = [] if untestable is None else [f"`bmshil qualify` refuses this rig: {untestable}"]
    if found is None:
        lines.append("requirements: no folder of tests here; name it with --tests DIR")
    elif {"supply", "meter"} <= document["instruments"].keys():
        skipped = found["skipped"]
        lines.append(f"requirements: {found['total'] - len(skipped)} of {found['total']} find what they need")
        reasons: dict[str, list[str]] = {}
        for one in skipped:
            reasons.setdefault(one["reason"], []).append(one["id"])
        lines += [f"  {', '.join(ids)} skipped: {reason}" for reason, ids in reasons.items()]
    return "".join(_folded(line) for line in lines)


def _findings(document: Values) -> str:
    """Waivers, warnings, and every refusal but the first, which the command ends with."""
    lines = [f"waiver: {one}" for one in document["waivers"]]
    lines += [f"warning: {one}" for one in document["warnings"]]
    lines += [f"refused, too: {one}" for one in document["refusals"][1:]]
    if not document["refusals"]:
        opened = "nothing" if document["heard"] is None else "nothing but the adapters"
        lines.append(f"nothing speaks against using this rig; {opened} was opened")
    return "".join(_folded(line) for line in lines)


def _folded(line: str) -> str:
    columns = shutil.get_terminal_size((100, 24)).columns
    return textwrap.fill(line, columns, subsequent_indent="    ") + "\n"
