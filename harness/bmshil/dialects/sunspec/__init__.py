"""SunSpec models 1, 802 and 803 of a bank, as registers."""

from bmshil.dialects.sunspec.device import BASE, VALUES, Place, image, place_of
from bmshil.dialects.sunspec.state import BankState, StringState

__all__ = ["BASE", "VALUES", "BankState", "Place", "StringState", "image", "place_of"]
