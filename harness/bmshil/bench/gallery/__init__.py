"""One plotted run on the twin for each architecture."""

from bmshil.bench.gallery.exhibit import Exhibit, Picture
from bmshil.bench.gallery.registry import EXHIBITS

__all__ = ["EXHIBITS", "Exhibit", "Picture"]
