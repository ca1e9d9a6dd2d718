"""bmshil commission: walk the checklist of a new bank on whatever is on the bus, and keep a record."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.bench.commissioning import Interface, Record, Terms
    from bmshil.rig import Rig

FAILED = 1
"""Exit code where a step has failed."""

UNPROVEN = 3
"""Exit code where no step could be checked, so that nothing is known of the bank."""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "where",
        metavar="RIG_OR_INTERFACE",
        help="rig file, its name in rigs/, or an interface such as socketcan:can0 or slcan:/dev/ttyACM0; the "
        "adapter acknowledges and sends nothing",
    )
    parser.add_argument("--packs", metavar="N", help="how many batteries there are (default: asked)")
    parser.add_argument("--module", metavar="NAME", help="what they are, e.g. us3000c: gives what one takes")
    parser.add_argument("--per-pack", metavar="A", help="charge current limit of one battery")
    parser.add_argument("--ambient", metavar="DEGC", help="temperature around them (default: asked)")
    parser.add_argument("--dialect", metavar="NAME", help="what they speak (default: found out)")
    parser.add_argument(
        "--id-scheme", metavar="NAME", help="how their identifiers differ (default: found out)"
    )
    parser.add_argument(
        "--bitrate", metavar="B", default="500000", help="of an interface (default: %(default)s)"
    )
    parser.add_argument("--listen", metavar="S", help="how long each step listens (default: 5s)")
    parser.add_argument("--operator", metavar="NAME", default="", help="who does it, for the record")
    parser.add_argument(
        "--photo",
        metavar="FILE",
        action="append",
        default=[],
        help="photo of switches, cables or labels; may be repeated",
    )
    parser.add_argument(
        "--record", metavar="FILE", help="where the record goes (default: commissioning-NAME-TIME.json)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Look at everything that was written, then walk; 1 when a step has failed, 3 when none was checked."""
    from bmshil.bench.commissioning import check_writable, find_subject, open_site, read_photos, write_record

    now = datetime.now(UTC).replace(microsecond=0)
    photos = read_photos(options.photo)
    subject = find_subject(options.where, bitrate=_whole("--bitrate", options.bitrate))
    terms = _terms(options, subject, len(photos))
    path = Path(options.record or f"commissioning-{_plain(options.where)}-{now:%Y%m%dT%H%M%SZ}.json")
    check_writable(path)
    with open_site(subject) as site:
        record = _walked(site, terms, options, now, photos)
    write_record(path, record)
    _show(record, path, json_document=options.json)
    results = {one.result for one in record.steps}
    if "failed" in results:
        return FAILED
    return UNPROVEN if results <= {"not checked"} else 0


def _walked(site: Any, terms: Terms, options: Namespace, now: datetime, photos: Any) -> Record:  # noqa: ANN401 - typed where they are made
    from importlib.metadata import version

    from bmshil.bench.commissioning import Record, Walk, steps_of
    from bmshil.journal import identifier_label

    def tell(text: str) -> None:
        if not options.json:
            print(f"... {text}", flush=True)

    walk = Walk(site, terms, tell)
    walk.walk()
    together = walk.together
    return Record(
        subject=site.name,
        operator=options.operator,
        when=now,
        software=version("bmshil"),
        packs=walk.packs,
        dialect=together.dialect if together else None,
        scheme=together.scheme if together else None,
        identifiers={
            str(number): [identifier_label(*one) for one in sorted(speakers.identifiers)] if speakers else []
            for number, speakers in walk.alone.items()
        },
        switches=dict(site.switches()),
        measured={name: value if value < float("inf") else None for name, value in walk.measured.items()},
        steps=steps_of(walk.checks),
        photos=photos,
    )


def _show(record: Record, path: Path, *, json_document: bool) -> None:
    if json_document:
        import msgspec

        print(json.dumps({**msgspec.to_builtins(record), "record": str(path)}, indent=2))
        return
    from bmshil.cli.check_words import checks_text

    steps = [
        {"check": one.name, "result": one.result, "found": one.found, "remedy": one.remedy}
        for one in record.steps
    ]
    print(checks_text(steps), end="")
    print(f"record: {path}")


def _terms(options: Namespace, subject: Rig | Interface, photos: int) -> Terms:
    """What is known before anything is heard: from the options, and from a rig file."""
    from bmshil.bench.commissioning import Terms
    from bmshil.bench.commissioning.speakers import check_known
    from bmshil.bench.commissioning.terms import LISTENING
    from bmshil.cli.values import seconds
    from bmshil.rig import Rig

    packs = None if options.packs is None else _whole("--packs", options.packs)
    per_pack: tuple[float, ...] = ()
    dialect, scheme = options.dialect, options.id_scheme
    if isinstance(subject, Rig):
        packs = len(subject.modules) if packs is None else packs
        if packs > len(subject.modules) and subject.all_twin:
            raise InputError(
                f"--packs {packs}: {subject.name} plays {len(subject.modules)}, and no more can be heard"
            )
        per_pack = tuple(one.charge_current for one in subject.modules)
        dialect = dialect or subject.dialect.name
        scheme = scheme or subject.ids.scheme.name
    check_known(dialect, scheme)
    if options.module is not None:
        from bmshil.battery import module

        per_pack = (module(options.module).charge_current,)
    if options.per_pack is not None:
        per_pack = (_number("--per-pack", options.per_pack, "a current in A above 0", lowest=1e-3),)
    return Terms(
        packs=packs,
        per_pack=per_pack,
        ambient=None
        if options.ambient is None
        else _number("--ambient", options.ambient, "a temperature in degC, -100 to 100", highest=100.0),
        listen=LISTENING if options.listen is None else seconds("--listen", options.listen),
        dialect=dialect,
        scheme=scheme,
        photos=photos,
    )


def _whole(option: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise InputError(f"{option} {text}: write a whole number above 0")
    return int(text)


def _number(option: str, text: str, what: str, *, lowest: float = -100.0, highest: float = math.inf) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not (lowest <= value <= highest and value < math.inf):
        raise InputError(f"{option} {text}: write {what}")
    return value


def _plain(where: str) -> str:
    """A name for a file, of whatever was named."""
    stem = Path(where).stem if where.endswith((".yaml", ".yml")) else where
    return "".join(one if one.isalnum() or one in "-_." else "-" for one in stem)
