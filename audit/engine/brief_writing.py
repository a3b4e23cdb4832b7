"""Writes the briefs of many systems as canonical JSON; what systems share is written once.

Outcomes of one call of ``assess_many`` share their duties and answers as objects, so they are known by identity.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from audit.engine.assess import SystemOutcome
from audit.engine.brief import (
    FORM,
    brief_answers,
    brief_duty,
    brief_lock_in,
    brief_open_rule,
    brief_transparency,
    make_brief,
)
from audit.engine.canonical import to_canonical_json
from audit.engine.findings import Duty
from audit.engine.identity import ByIdentity
from audit.engine.regulatory import LawMissing, LawOutcome, OpenRule

_MOST: Final = 5_000
_LISTS: Final = 2_000
_PUT_IN: Final = ("duties", "missing", "undetermined")
_GAP: Final = "openbook:gap"
"""No answer of the law holds this text."""


_Head: TypeAlias = tuple[int, str, str, tuple[str, ...]]


class BriefWriter:
    """Writes briefs; gives the text of which ``outcome_sha256`` is the hash."""

    def __init__(self) -> None:
        self._write_duty = ByIdentity[Duty, str](lambda duty: to_canonical_json(brief_duty(duty)))
        self._write_rule = ByIdentity[OpenRule, str](lambda rule: to_canonical_json(brief_open_rule(rule)))
        self._write_duties = ByIdentity[Sequence[Duty], str](
            lambda duties: _join(map(self._write_duty, duties)), most=_LISTS
        )
        self._write_rules = ByIdentity[Sequence[OpenRule], str](
            lambda rules: _join(map(self._write_rule, rules)), most=_LISTS
        )
        self._heads: dict[_Head, tuple[object, tuple[str, ...]]] = {}

    def write(self, outcome: SystemOutcome) -> str:
        """The same text as ``to_canonical_json(make_brief(outcome))``."""
        lock_in = to_canonical_json(brief_lock_in(outcome.lock_in, outcome.as_of))
        if "e+" in lock_in:  # a number written out elsewhere, see ``audit.engine.canonical``
            return to_canonical_json(make_brief(outcome))
        return (
            f'{{"{FORM}":2,"id":{_quote(outcome.system_id)},"lock_in":{lock_in},'
            f'"regulatory":{self._write_law(outcome.law)},'
            f'"transparency":{to_canonical_json(brief_transparency(outcome.transparency))}}}'
        )

    def _write_law(self, law: LawOutcome) -> str:
        first, second, third, last = self._write_head(law)
        duties, rules = self._write_duties(law.duties), self._write_rules(law.undetermined)
        return f"{first}{duties}{second}{_write_missing(law.missing)}{third}{rules}{last}"

    def _write_head(self, law: LawOutcome) -> tuple[str, ...]:
        """The text of the answers, parted where duties, missing facts and open rules stand among them."""
        band = law.band
        bands = (band.worst.band, band.best.band) if band else ("", "")
        identity = (id(law.answers), *bands, law.past_review)
        found = self._heads.get(identity)
        if found is None:
            if len(self._heads) >= _MOST:
                self._heads.clear()
            text = to_canonical_json({**brief_answers(law), **dict.fromkeys(_PUT_IN, _GAP)})
            found = self._heads[identity] = (law.answers, tuple(text.split(f'"{_GAP}"')))
        return found[1]


def _join(texts: Iterable[str]) -> str:
    return f"[{','.join(texts)}]"


def _write_missing(missing: LawMissing) -> str:
    """The same as ``to_canonical_json(brief_missing(missing))``."""
    answers = [f"{_quote(label)}:{_join(map(_quote, keys))}" for label, keys in sorted(missing.answers)]
    duties = [f"{_quote(key)}:{count}" for key, count in missing.duties]
    return f'{{"answers":{{{",".join(answers)}}},"duties":{{{",".join(duties)}}}}}'


_quote: Final = lru_cache(maxsize=4096)(json.JSONEncoder(ensure_ascii=False).encode)
