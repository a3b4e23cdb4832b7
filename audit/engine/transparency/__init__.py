"""Transparency: how much we, the people affected and a supervisor can see of a system."""

from audit.engine.transparency.judging import (
    TransparencyModel,
    TransparencyResult,
    judge_transparency,
    list_missing_details,
)
from audit.engine.transparency.many import judge_transparency_many, judge_transparency_read
from audit.engine.transparency.outcome import TransparencyOutcome

__all__ = [
    "TransparencyModel",
    "TransparencyOutcome",
    "TransparencyResult",
    "judge_transparency",
    "judge_transparency_many",
    "judge_transparency_read",
    "list_missing_details",
]
