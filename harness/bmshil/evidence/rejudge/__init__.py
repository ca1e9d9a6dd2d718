"""Judging a run again, from its evidence alone."""

from bmshil.evidence.rejudge.difference import Counts, Difference, Kind, Rejudged
from bmshil.evidence.rejudge.run import rejudge

__all__ = ["Counts", "Difference", "Kind", "Rejudged", "rejudge"]
