"""One hash over all of a judgement that is kept or worded of it: while it stays the same, so do outcome and findings.

It goes further than the hash of the outcome: a new version of a pack may say something else of the same duties. And it
is cheaper than the outcome's text: what systems share is hashed once, and known by its object.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final

from audit.engine.assess import SystemGist
from audit.engine.canonical import to_canonical_json
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty
from audit.engine.identity import ByIdentity
from audit.engine.regulatory.bands import ExposureBand
from audit.engine.scoring.outcome import ScoreOutcome
from audit.services.conditions.duties import is_beyond_cure
from audit.snapshots.fingerprints import write_raw

_WIDTH: Final = 16


def hash_wordings(gists: Sequence[SystemGist]) -> list[str]:
    """For each gist the hash of all its parts with what its packs say of each duty and open rule.

    The day of the judgement is not part of it, only which days have passed by then: see ``audit.services.preceding``
    for how long a wording holds. Two versions of the code may hash differently; the code is part of each basis.
    The order of what is open is not part of it either: see ``audit.services.keeping``.
    """
    laws = [gist.law for gist in gists]
    said = zip(
        _say_duties.each([law.duties for law in laws]),
        _say_band.each([law.band for law in laws]),
        _say_score.each([gist.lock_in.score for gist in gists]),
        _say_missing.each([gist.lock_in.missing for gist in gists]),
        _say_score.each([gist.transparency.score for gist in gists]),
        _say_missing.each([gist.transparency.missing for gist in gists]),
        map(_write_others, gists),
        strict=True,
    )
    return [sha256(b"".join(parts)).hexdigest() for parts in said]


def _write_others(gist: SystemGist) -> bytes:
    """What few systems have in common."""
    as_of, law, lock_in, transparency = gist
    worst, best = lock_in.short_at_worst_from, lock_in.short_at_best_from
    return write_raw(
        (
            law.told,
            law.past_review,
            _number(law.valid_until),
            lock_in.exit_low,
            lock_in.exit_high,
            # Counted down to the days from which it is short, which stand beside it.
            lock_in.orderly if worst is None or best is None else None,
            lock_in.sudden,
            _number(worst),
            _number(best),
            [(day.what, day.on.toordinal(), day.on < as_of) for day in lock_in.dates],
            lock_in.contradictions,
            _number(lock_in.valid_until),
            _number(transparency.valid_until),
        )
    )


def _number(day: date | None) -> int:
    return 0 if day is None else day.toordinal()


def _hash(content: JsonValue) -> bytes:
    """Short, for it is hashed again with a hundred others; two things in some 10^19 have it in common."""
    return sha256(to_canonical_json(content).encode()).digest()[:_WIDTH]


def _hash_raw(parts: tuple[Any, ...] | list[Any]) -> bytes:
    return sha256(write_raw(parts)).digest()[:_WIDTH]


_say_missing: Final = ByIdentity[tuple[tuple[Any, ...], ...], bytes](_hash_raw)
_say_duty: Final = ByIdentity[Duty, bytes](
    lambda duty: _hash({"duty": duty.to_json(), "beyond_cure": is_beyond_cure(duty.rule)})
)
_say_band: Final = ByIdentity[ExposureBand | None, bytes](lambda band: _hash(None if band is None else band.to_json()))
_say_score: Final = ByIdentity[ScoreOutcome, bytes](lambda score: _hash_raw(tuple(score)))
_say_duties: Final = ByIdentity[Sequence[Duty], bytes](
    lambda duties: sha256(b"".join(_say_duty.each(duties))).digest()[:_WIDTH], most=20_000
)
