"""What was measured of one device, what changed between two of its firmwares, and which of many pass what."""

from bmshil.evidence.passport.characteristics import CHARACTERISTICS, Better, Characteristic, characteristic
from bmshil.evidence.passport.collect import passport_of, read_passport
from bmshil.evidence.passport.compare import Change, Comparison, Row, compare
from bmshil.evidence.passport.conditions import Difference
from bmshil.evidence.passport.matrix import Cell, Column, Matrix, matrix_of
from bmshil.evidence.passport.passport import Passport, PassportRun, RequirementEntry, Value, schema

__all__ = [
    "CHARACTERISTICS",
    "Better",
    "Cell",
    "Change",
    "Characteristic",
    "Column",
    "Comparison",
    "Difference",
    "Matrix",
    "Passport",
    "PassportRun",
    "RequirementEntry",
    "Row",
    "Value",
    "characteristic",
    "compare",
    "matrix_of",
    "passport_of",
    "read_passport",
    "schema",
]
