"""The process that draws the live table: one snapshot per line on standard input, as JSON."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from bmshil.cli.words import bus_lines

if TYPE_CHECKING:
    from rich.console import RenderableType

COLUMNS = ("pack", "on air", "CVL V", "CCL A", "DCL A", "SOC %", "V", "A", "°C", "alarms", "sent", "skipped")
NICENESS = 5
"""Drawing comes after sending, also where a machine has only one core."""


def main() -> None:
    """Draw until the input ends; the last table stays."""
    from rich.console import Console
    from rich.live import Live

    os.nice(NICENESS)
    with Live(console=Console(), auto_refresh=False) as live:
        for line in sys.stdin:
            live.update(render(json.loads(line)), refresh=True)


def render(values: dict[str, Any]) -> RenderableType:
    """Snapshot as a table with what passes on the bus below it."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in COLUMNS:
        grid.add_column(name, justify="left" if name in {"on air", "alarms"} else "right", no_wrap=True)
    grid.add_column("faults on", overflow="fold")
    for pack in values["packs"]:
        grid.add_row(*_cells(pack))
    lines = [Text(line) for line in bus_lines(values)]
    if values["adapter"]:
        lines.append(Text(f"the adapter refuses: {values['adapter']}", style="bold red"))
    return Group(grid, Text(), *lines)


def _cells(pack: dict[str, Any]) -> list[Any]:
    from rich.text import Text

    signals = [name.lower().replace("_", " ") for name in pack["protections"]]
    warned = [name.lower().replace("_", " ") for name in pack["alarms"] if name not in pack["protections"]]
    return [
        str(pack["pack"]),
        Text("yes", style="green") if pack["on_air"] else Text("no", style="yellow"),
        f"{pack['cvl']:.2f}",
        f"{pack['ccl']:.1f}",
        f"{pack['dcl']:.1f}",
        f"{pack['soc'] * 100:.1f}",
        f"{pack['voltage']:.2f}",
        f"{pack['current']:.1f}",
        f"{pack['temperature']:.1f}",
        Text(
            ", ".join([*signals, *warned]) or "-", style="bold red" if signals else "yellow" if warned else ""
        ),
        str(pack["sent"]),
        str(pack["skipped"]),
        Text(", ".join(pack["faults"]) or "-", style="magenta" if pack["faults"] else ""),
    ]


if __name__ == "__main__":
    main()
