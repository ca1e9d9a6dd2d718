"""How the values of several packs become those of one bank: one file per way."""

from bmshil.bms.arithmetic.member import Arithmetic, Member
from bmshil.bms.arithmetic.registry import ARITHMETICS, BAD, arithmetic

__all__ = ["ARITHMETICS", "BAD", "Arithmetic", "Member", "arithmetic"]
