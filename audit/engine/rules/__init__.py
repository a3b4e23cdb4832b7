"""Law as dated data: derived facts, rules with versions, and packs of them, compiled once."""

from audit.engine.rules.derived import Clause, Derivation, Derived
from audit.engine.rules.pack import (
    Actionable,
    Band,
    BandTable,
    GoLive,
    PackView,
    Reading,
    ResultKey,
    RulePack,
    Undertaking,
)
from audit.engine.rules.rule import Rule, RuleVersion, Sanction, Schedule, find_overlaps

__all__ = [
    "Actionable",
    "Band",
    "BandTable",
    "Clause",
    "Derivation",
    "Derived",
    "GoLive",
    "PackView",
    "Reading",
    "ResultKey",
    "Rule",
    "RulePack",
    "RuleVersion",
    "Sanction",
    "Schedule",
    "Undertaking",
    "find_overlaps",
]
