"""bmshil dbc: write the DBC file of several packs on one bus."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.dialects import Dialect, IdMap

STANDARD_OUTPUT = "-"

MOST_PACKS = 255


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "--scheme",
        default="+0x100",
        help='how the packs differ: base, +0x100, +0x10, 29bit, "<<12" (default: %(default)s)',
    )
    parser.add_argument(
        "--packs", metavar="N", type=int, default=3, help="number of packs (default: %(default)s)"
    )
    parser.add_argument(
        "--dialect", default="pylontech-lv-1.2", help="what every pack speaks (default: %(default)s)"
    )
    parser.add_argument(
        "--dut",
        metavar="NAME",
        help="refuse identifiers that this profile, or devices of this dialect, use too",
    )
    parser.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="the file, a folder, or - for standard output (default: here)",
    )
    parser.add_argument("--force", action="store_true", help="replace a file that is there already")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Check the identifiers, write the file, say where it is and what to mind."""
    from bmshil.dialects import BankDbc, assign_ids, bank_dbc, dialect, id_scheme

    if options.json and options.output == STANDARD_OUTPUT:
        raise InputError("-o - and --json both want standard output: name a file")
    speaks, scheme = dialect(options.dialect), id_scheme(options.scheme)
    used = None if options.dut is None else _used_by(options.dut)
    if options.packs > MOST_PACKS:
        raise InputError(
            f"--packs {options.packs}: write at most {MOST_PACKS}, what one byte of address holds"
        )
    ids = assign_ids(speaks, scheme, options.packs, also_used=used)
    warnings = [] if used is not None else _meetings(speaks, ids)
    text = bank_dbc(speaks, scheme, options.packs)
    if options.output == STANDARD_OUTPUT:
        sys.stdout.write(text)
        target = None
    else:
        target = _target(options.output, BankDbc(speaks.name, scheme.name, options.packs).file_name)
        _write(target, text, force=options.force)
    messages = options.packs * len(speaks.messages) + len(speaks.inverter_ids)
    if options.json:
        print(json.dumps({"file": str(target), "messages": messages, "warnings": warnings}, indent=2))
        return 0
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if target is not None:
        print(target)
    return 0


def _used_by(name: str) -> dict[int, str]:
    """Identifiers of a profile's device, or of all devices of a dialect.

    Raises:
        InputError: neither a profile nor a dialect has this name.
    """
    from bmshil.dialects import neighbour_ids
    from bmshil.dialects.neighbours import NEIGHBOURS
    from bmshil.dialects.scheme import EXTENDED
    from bmshil.inverter import did_you_mean, profile, profile_names

    if name in NEIGHBOURS:
        return dict(neighbour_ids(name))
    known = [*profile_names(), *NEIGHBOURS]
    if name not in known and not name.endswith((".yaml", ".yml")):
        raise InputError(
            f"--dut {name}: no profile and no dialect is called so{did_you_mean(name, sorted(set(known)))}"
        )
    declares = profile(name).declares
    keepalive = declares.keepalive
    used = {keepalive.id | (EXTENDED if keepalive.extended else 0): f"keep-alive of {name}"}
    for other in (declares.dialect, *declares.also_uses):
        used = {**neighbour_ids(other), **used}
    return used


def _meetings(speaks: Dialect, ids: IdMap) -> list[str]:
    """One line per neighbouring dialect that uses an identifier of a further pack for something else."""
    from bmshil.dialects.neighbours import NEIGHBOURS
    from bmshil.dialects.scheme import EXTENDED
    from bmshil.journal import identifier_label

    further = {
        id_
        | (
            EXTENDED if extended else 0
        ): f"{identifier_label(id_, extended)} (0x{message.id:X} of pack {pack})"
        for pack in range(1, ids.packs + 1)
        for message in speaks.messages
        for id_, extended in [ids.wire(message.id, pack)]
        if (id_, extended) != (message.id, False)
    }
    return [
        f"not on one bus with devices of {name}: "
        + ", ".join(f"{further[key]} is {used[key]}" for key in sorted(further.keys() & used.keys()))
        for name, used in NEIGHBOURS.items()
        if further.keys() & used.keys()
    ]


def _target(given: str | None, name: str) -> Path:
    path = Path(given) if given is not None else Path(name)
    return path / name if path.is_dir() else path


def _write(path: Path, text: str, *, force: bool) -> None:
    """Write the whole file or none of it.

    Raises:
        InputError: it is there already, or cannot be written.
    """
    if path.exists() and not force:
        raise InputError(f"{path} is there already: name another file with -o, or replace it with --force")
    draft: Path | None = None
    try:
        with NamedTemporaryFile(
            "w", encoding="ascii", newline="\n", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            draft = Path(file.name)
            file.write(text)
        draft.chmod(0o666 & ~_umask())
        os.replace(draft, path)  # noqa: PTH105 - the atomicity is what matters, and it is named here
    except BaseException as error:
        if draft is not None:
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise InputError(f"{path}: cannot be written: {error.strerror}") from error
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
