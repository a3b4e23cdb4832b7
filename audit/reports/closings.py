"""Why a finding was closed, as the judgement stored it, with every fact named by its question."""

from __future__ import annotations

import re
from typing import Final

from audit.reports.stored import told
from audit.reports.wording import clip, number, say
from governance.vocabulary import Vocabulary

_MOST_FACTS: Final = 3
_MOST_OF_A_QUESTION: Final = 90
_FACTS: Final = re.compile(r"(?P<cause>fact(?: and \w+)*): (?P<keys>.+?)(?: and (?P<more>\d+) more)?")


def tell_cause(text: str, vocabulary: Vocabulary) -> str:
    """Give the causes one after the other: of facts the first questions and how many more, then law and method."""
    return "; ".join(_tell(part, vocabulary) for part in text.split("; "))


def _tell(part: str, vocabulary: Vocabulary) -> str:
    found = _FACTS.fullmatch(part)
    if found is None:
        return told(part)
    keys = found["keys"].split(", ")
    facts = [vocabulary.facts.get(key) for key in keys]
    named = [clip(told(fact.question), _MOST_OF_A_QUESTION) for fact in facts if fact is not None][:_MOST_FACTS]
    if not named:
        named = keys[:_MOST_FACTS]
    more = len(keys) - len(named) + int(found["more"] or 0)
    if more:
        named.append(say("{number} more", number=number(more)))
    return f"{told(found['cause'])}: {'; '.join(named)}"
