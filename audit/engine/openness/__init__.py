"""Openness: MOF class, OSAI score, licence profile, status word, open-washing and contradictions of one dossier."""

from audit.engine.openness.claims import says_open
from audit.engine.openness.dossier import Dossier, Licence, OpennessTables
from audit.engine.openness.judging import OpennessResult, judge_openness, licence_texts
from audit.engine.openness.wording import describe_openness

__all__ = [
    "Dossier",
    "Licence",
    "OpennessResult",
    "OpennessTables",
    "describe_openness",
    "judge_openness",
    "licence_texts",
    "says_open",
]
