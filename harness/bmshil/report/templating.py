"""Pages from templates: every page has the same style, escapes what it shows, and misses nothing silently."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from bmshil.judge import Verdict
from bmshil.report import words

if TYPE_CHECKING:
    from jinja2 import Template

SYMBOLS = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.INCONCLUSIVE: "?",
    Verdict.BLOCKED: "■",
    Verdict.SKIPPED: "»",
    Verdict.ERROR: "!",
    Verdict.CHARACTERISED: "≈",
}
"""A sign for each verdict, so that it can be told without its colour."""

PLACEMENTS = {
    "inside": "software twin, simulated time",
    "process": "software twin in another process",
    "real": "real hardware",
}


def template(name: str) -> Template:
    """A template of this room, with the words and signs that all pages share."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    """What all pages share; one, because it keeps what it has compiled."""
    environment = Environment(
        loader=PackageLoader("bmshil.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["value"] = words.value_text
    environment.filters["measured"] = words.measured_text
    environment.filters["known"] = words.known_text
    environment.filters["number"] = words.number
    environment.filters["lateness"] = words.lateness_text
    environment.filters["control_loop"] = words.loop_text
    environment.globals["symbols"] = SYMBOLS
    environment.globals["nothing"] = words.NOTHING
    environment.globals["placements"] = PLACEMENTS
    return environment
