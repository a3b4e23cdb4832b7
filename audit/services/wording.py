"""One hash over all of a judgement that standings and findings are worded from: while it stays the same, so do they.

It goes further than the hash of the outcome: a new version of a pack may say something else of the same duties.
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from audit.engine.assess import SystemOutcome
from audit.engine.canonical import to_canonical_json
from audit.engine.findings import Duty
from audit.engine.identity import ByIdentity
from audit.engine.regulatory import OpenRule
from audit.engine.regulatory.bands import ExposureBand

_WITHOUT_REFERENCES: Final = 2
"""The form of ``marshal`` in which equal values give equal bytes, whether they are one object or two."""


def hash_wording(outcome: SystemOutcome, outcome_sha256: str) -> str:
    """The hash of an outcome, whose own hash is given, with what its packs say of each duty and open rule.

    The day of the judgement is not part of it: see ``audit.services.preceding`` for how long a wording holds.
    """
    law, lock_in, transparency = outcome.law, outcome.lock_in, outcome.transparency
    said = (
        outcome_sha256,
        _say_duties(law.duties),
        _say_rules(law.undetermined),
        law.missing.answers,
        law.asked,
        None if law.band is None else _say_band(law.band),
        lock_in.contradictions,
        (lock_in.score.label, transparency.score.label),
        [
            None if day is None else day.toordinal()
            for day in (
                law.valid_until,
                lock_in.valid_until,
                transparency.valid_until,
                lock_in.short_at_worst_from,
                lock_in.short_at_best_from,
            )
        ],
    )
    return sha256(marshal.dumps(said, _WITHOUT_REFERENCES)).hexdigest()


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()[:16]


_say_duty: Final = ByIdentity[Duty, bytes](lambda duty: _digest(to_canonical_json(duty.to_json())))
_say_rule: Final = ByIdentity[OpenRule, bytes](
    lambda rule: _digest(to_canonical_json({"id": rule.id, "rule": rule.rule, "says": {**rule.static}}))
)
_say_band: Final = ByIdentity[ExposureBand, bytes](lambda band: _digest(to_canonical_json(band.to_json())))
_say_duties: Final = ByIdentity[Sequence[Duty], bytes](lambda duties: b"".join(_say_duty.each(duties)), most=2_000)
_say_rules: Final = ByIdentity[Sequence[OpenRule], bytes](lambda rules: b"".join(_say_rule.each(rules)), most=2_000)
