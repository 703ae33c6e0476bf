"""Evaluated rows become verdicts, rates and a score: exact fractions, no input or output."""

from cspaudit.scorecard.build import build_partner, only_partner
from cspaudit.scorecard.gate import FailOn, build_gate

__all__ = ["FailOn", "build_gate", "build_partner", "only_partner"]
