"""Measurements, tolerances, acceptance, verdicts, rig blame."""

from bmshil.judge.acceptance import Acceptance, acceptance
from bmshil.judge.conclusion import ALONE, Conclusion, brought_back, conclude, ended_by, exception_for
from bmshil.judge.decision import GUARDED, MARGINAL, DecisionRule, decision_rule
from bmshil.judge.duration import planned_duration
from bmshil.judge.health import Health, rig_health
from bmshil.judge.judge import Judge
from bmshil.judge.measurement import Measurement, measure
from bmshil.judge.requirement import NEEDS, Requirement
from bmshil.judge.rules import Judgement, draw
from bmshil.judge.uncertainty import combined, expanded
from bmshil.judge.words import Question, Verdict, worst

__all__ = [
    "ALONE",
    "GUARDED",
    "MARGINAL",
    "NEEDS",
    "Acceptance",
    "Conclusion",
    "DecisionRule",
    "Health",
    "Judge",
    "Judgement",
    "Measurement",
    "Question",
    "Requirement",
    "Verdict",
    "acceptance",
    "brought_back",
    "combined",
    "conclude",
    "decision_rule",
    "draw",
    "ended_by",
    "exception_for",
    "expanded",
    "measure",
    "planned_duration",
    "rig_health",
    "worst",
]
