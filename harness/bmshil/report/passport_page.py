"""A passport as one self-contained page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.evidence.passport import CHARACTERISTICS
from bmshil.report.templating import template

if TYPE_CHECKING:
    from bmshil.evidence.passport import Passport, Value


def passport_page(passport: Passport) -> str:
    """The page of a passport, as HTML."""
    groups: dict[str, list[Value]] = {}
    for one in passport.values:
        groups.setdefault(one.group, []).append(one)
    missing = [CHARACTERISTICS[key].title for key in passport.missing if key in CHARACTERISTICS]
    return template("passport.html.j2").render(
        passport=passport, groups=list(groups.items()), missing=missing
    )
