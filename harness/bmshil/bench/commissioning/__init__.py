"""Commissioning: the checklist of a new bank, walked on a twin or on whatever is on a real bus."""

from bmshil.bench.commissioning.opening import Interface, find_subject, open_site
from bmshil.bench.commissioning.record import (
    Record,
    check_writable,
    read_photos,
    read_record,
    steps_of,
    write_record,
)
from bmshil.bench.commissioning.site import Site
from bmshil.bench.commissioning.terms import Terms
from bmshil.bench.commissioning.walk import Walk

__all__ = [
    "Interface",
    "Record",
    "Site",
    "Terms",
    "Walk",
    "check_writable",
    "find_subject",
    "open_site",
    "read_photos",
    "read_record",
    "steps_of",
    "write_record",
]
