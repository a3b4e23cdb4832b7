"""Writes the briefs of many systems as canonical JSON; what systems share is written once.

Outcomes of one call of ``assess_many`` share their duties and answers as objects, so they are known by identity.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from audit.engine.assess import SystemOutcome
from audit.engine.brief import (
    FORM,
    brief_answers,
    brief_duty,
    brief_lock_in,
    brief_missing,
    brief_open_rule,
    brief_transparency,
    make_brief,
)
from audit.engine.canonical import to_canonical_json
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty
from audit.engine.identity import ByIdentity
from audit.engine.regulatory import LawMissing, LawOutcome, OpenRule

_MOST: Final = 5_000
_LISTS: Final = 2_000
_PUT_IN: Final = ("duties", "missing", "undetermined")


class BriefWriter:
    """Writes briefs; gives the text of which ``outcome_sha256`` is the hash."""

    def __init__(self) -> None:
        self._write_duty = ByIdentity[Duty, str](lambda duty: to_canonical_json(brief_duty(duty)))
        self._write_rule = ByIdentity[OpenRule, str](lambda rule: to_canonical_json(brief_open_rule(rule)))
        self._write_duties = ByIdentity[Sequence[Duty], str](
            lambda duties: _join(map(self._write_duty, duties)), most=2_000
        )
        self._write_rules = ByIdentity[Sequence[OpenRule], str](
            lambda rules: _join(map(self._write_rule, rules)), most=2_000
        )
        self._heads: dict[tuple[int, str, str, tuple[str, ...]], tuple[object, dict[str, str]]] = {}

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
        parts = dict(self._write_head(law))
        parts["duties"] = self._write_duties(law.duties)
        parts["undetermined"] = self._write_rules(law.undetermined)
        parts["missing"] = _write_missing(law.missing)
        return "{" + ",".join([f'"{key}":{text}' for key, text in parts.items()]) + "}"

    def _write_head(self, law: LawOutcome) -> dict[str, str]:
        """The texts of the answers by key, with the places of the lists among them, in the order of the keys."""
        band = law.band
        bands = (band.worst.band, band.best.band) if band else ("", "")
        identity = (id(law.answers), *bands, law.past_review)
        found = self._heads.get(identity)
        if found is None:
            if len(self._heads) >= _MOST:
                self._heads.clear()
            entries: dict[str, JsonValue] = {**brief_answers(law), **dict.fromkeys(_PUT_IN)}
            head = {key: to_canonical_json(entries[key]) for key in sorted(entries)}
            found = self._heads[identity] = (law.answers, head)
        return found[1]


def _join(texts: Iterable[str]) -> str:
    return f"[{','.join(texts)}]"


def _write_missing(missing: LawMissing) -> str:
    return to_canonical_json(brief_missing(missing))


_quote: Final[Callable[[str], str]] = json.JSONEncoder(ensure_ascii=False).encode
