"""The regulatory judgement of one system: classes and roles, duties with their days, and what is still missing.

Nothing here knows any law: which derived fact answers which key of the result is declared by the pack.
"""

from audit.engine.regulatory.bands import ExposureBand, find_band
from audit.engine.regulatory.entity import EntityResult, Trigger, judge_entity, list_triggers
from audit.engine.regulatory.exposure import Exposure, find_exposure
from audit.engine.regulatory.flips import Change, Flip, find_flips
from audit.engine.regulatory.gist import LawGist, take_law_gist
from audit.engine.regulatory.judging import derive_facts, judge_regulation
from audit.engine.regulatory.many import gist_read, judge_many, judge_with_gists
from audit.engine.regulatory.missing import MissingFact
from audit.engine.regulatory.ordering import PackOrder, agree_in_order, list_order
from audit.engine.regulatory.outcome import LawMissing, LawOutcome, OpenRule
from audit.engine.regulatory.proving import prove_regulation
from audit.engine.regulatory.result import RegulatoryResult
from audit.engine.regulatory.turns import Turn, TurnKind, find_turns

__all__ = [
    "Change",
    "EntityResult",
    "Exposure",
    "ExposureBand",
    "Flip",
    "LawGist",
    "LawMissing",
    "LawOutcome",
    "MissingFact",
    "OpenRule",
    "PackOrder",
    "RegulatoryResult",
    "Trigger",
    "Turn",
    "TurnKind",
    "agree_in_order",
    "derive_facts",
    "find_band",
    "find_exposure",
    "find_flips",
    "find_turns",
    "gist_read",
    "judge_entity",
    "judge_many",
    "judge_regulation",
    "judge_with_gists",
    "list_order",
    "list_triggers",
    "prove_regulation",
    "take_law_gist",
]
