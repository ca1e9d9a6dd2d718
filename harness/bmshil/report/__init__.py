"""Renderers: the page of a run, and text for terminals.

The page needs matplotlib and jinja2, which take a while to import: take it from ``bmshil.report.page`` where
it is written, not here.
"""

from bmshil.report.screen import screen, table

__all__ = ["screen", "table"]
