"""How packs in parallel drift apart over weeks, while nobody notices.

What this model can show, and what it cannot:

* Packs on one bus have **one voltage**: their terminals differ by what current drops on cables, and by
  nothing at rest. A field article on multi-battery systems tells of a pack with its cells at 3.62 V beside
  packs at 3.48 V. As voltages of whole packs at rest that is impossible: 16 cells would make it 2.2 V of
  difference on one busbar. Single cells may lie there, when the others of the same pack lie lower.
* So what grows apart is the *counted* state of charge, because every BMS integrates its own small errors, and
  the highest *cell* of a pack, because the cells of one pack leak differently. The true states of charge
  of the packs are held together by the common voltage: loosely on the flat part of the curve, where unequal
  currents pull them several percent apart every day, and tightly in the knee.
* Left out: hysteresis of the cells (it lets true states of charge lie apart for longer on the flat part),
  ageing, and the RC of a minute, which has settled at every step that counts here.
"""

from bmshil.battery.divergence.cells import asked_cvl
from bmshil.battery.divergence.course import Course, Day, Event
from bmshil.battery.divergence.cycle import Cycle
from bmshil.battery.divergence.scenario import RULES, Scenario
from bmshil.battery.divergence.simulation import simulate
from bmshil.battery.divergence.spread_watch import LEVELS, SpreadWatch
from bmshil.battery.divergence.traits import FIELD_CASE, Traits

__all__ = [
    "FIELD_CASE",
    "LEVELS",
    "RULES",
    "Course",
    "Cycle",
    "Day",
    "Event",
    "Scenario",
    "SpreadWatch",
    "Traits",
    "asked_cvl",
    "simulate",
]
