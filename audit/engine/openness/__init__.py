"""Openness: MOF class, OSAI score, licence profile, status word, open-washing and contradictions of one dossier."""

from audit.engine.openness.dossier import Dossier, Licence, OpennessTables
from audit.engine.openness.judging import OpennessResult, judge_openness, licence_texts

__all__ = ["Dossier", "Licence", "OpennessResult", "OpennessTables", "judge_openness", "licence_texts"]
