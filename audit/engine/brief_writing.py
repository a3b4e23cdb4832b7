"""Writes the briefs of many systems as canonical JSON; what systems share is written once.

Outcomes of one call of ``assess_read`` share their duties, answers and scores as objects, so that these are known by
identity. Of the rest little is left, which is written here as ``audit.engine.canonical`` has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

from audit.engine.assess import SystemOutcome
from audit.engine.brief import FORM, brief_duty, brief_exposure, brief_open_rule
from audit.engine.canonical import to_canonical_json
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty
from audit.engine.identity import ByIdentity
from audit.engine.lock_in.outcome import LockInOutcome, MissingAnswer
from audit.engine.lock_in.watch import WatchedDay
from audit.engine.regulatory import LawMissing, LawOutcome, OpenRule
from audit.engine.regulatory.bands import ExposureBand
from audit.engine.remembering import Memo
from audit.engine.scoring.outcome import ScoreOutcome
from audit.engine.scoring.terms import Ends
from audit.engine.transparency import TransparencyOutcome

_LISTS: Final = 2_000
_MOST: Final = 10_000
_BESIDE: Final = ("duties", "exposure", "missing", "past_review", "undetermined")
"""What stands beside the answers of the law, whatever these are."""

_Names: TypeAlias = tuple[str, ...]


class _Layout(NamedTuple):
    """The text of a law with a gap for each value, and what puts the answers and ``_BESIDE`` in the gaps' order."""

    text: str
    arrange: Callable[[Sequence[str]], tuple[str, ...]]


class _Ends(NamedTuple):
    """The entries of a score, in the order of their keys, before and after those between which others may stand."""

    band: str
    high: str


class BriefWriter:
    """Writes briefs; gives the text of which ``outcome_sha256`` is the hash."""

    def __init__(self) -> None:
        self._duty = ByIdentity[Duty, str](lambda duty: to_canonical_json(brief_duty(duty)))
        self._rule = ByIdentity[OpenRule, str](lambda rule: to_canonical_json(brief_open_rule(rule)))
        self._duties = ByIdentity[tuple[Duty, ...], str](lambda duties: _join(self._duty.each(duties)), most=_LISTS)
        self._value = ByIdentity[JsonValue, str](to_canonical_json)
        self._band = ByIdentity[ExposureBand | None, str](lambda band: to_canonical_json(brief_exposure(band)))
        self._score = ByIdentity(_write_score)
        self._narrowing = ByIdentity[tuple[MissingAnswer, ...], str](_write_narrowing)
        self._narrowed = ByIdentity[tuple[tuple[str, float], ...], str](_write_points)
        self._margin = ByIdentity[Ends | None, str](_write_ends)
        self._layouts: Memo[_Names, _Layout] = Memo(_lay_out)
        self._quoted: Memo[str, str] = Memo(_quote)
        self._waiting: Memo[tuple[str, int], str] = Memo(lambda waiting: f"{_quote(waiting[0])}:{waiting[1]}")

    def write(self, outcome: SystemOutcome) -> str:
        """The same text as ``to_canonical_json(make_brief(outcome))``."""
        return (
            f'{{"{FORM}":3,"id":{_quote(outcome.system_id)},'
            f'"lock_in":{self._write_lock_in(outcome.lock_in, outcome.as_of)},'
            f'"regulatory":{self._write_law(outcome.law)},'
            f'"transparency":{self._write_transparency(outcome.transparency)}}}'
        )

    def _write_law(self, law: LawOutcome) -> str:
        answers = law.answers
        layout = self._layouts[tuple(answers)]
        texts = self._value.each(answers.values())
        texts += (
            self._duties(law.duties),
            self._band(law.band),
            self._write_missing(law.missing),
            _join(map(_quote, law.past_review)),
            _join(self._rule.each(law.undetermined)),
        )
        return layout.text % layout.arrange(texts)

    def _write_missing(self, missing: LawMissing) -> str:
        """The same as ``to_canonical_json(brief_missing(missing))``."""
        quoted, waiting = self._quoted, self._waiting
        if len(quoted) + len(waiting) > _MOST:
            quoted.clear()
            waiting.clear()
        quote = quoted.__getitem__
        answers = [f"{quote(label)}:[{','.join(map(quote, keys))}]" for label, keys in sorted(missing.answers)]
        duties = ",".join(map(waiting.__getitem__, missing.duties))
        return f'{{"answers":{{{",".join(answers)}}},"duties":{{{duties}}}}}'

    def _write_lock_in(self, lock_in: LockInOutcome, as_of: date) -> str:
        """The same as ``to_canonical_json(brief_lock_in(lock_in, as_of))``."""
        score = self._score(lock_in.score)
        return (
            f'{{{score.band},"dates":{_write_days(lock_in.dates, as_of) if lock_in.dates else "[]"},'
            f'"exit_time_days":{{"high":{lock_in.exit_high!r},"low":{lock_in.exit_low!r}}},'
            f'{score.high},"missing":{self._narrowing(lock_in.missing)},'
            f'{_write_orderly(lock_in)},"sudden_margin_days":{self._margin(lock_in.sudden)}}}'
        )

    def _write_transparency(self, transparency: TransparencyOutcome) -> str:
        """The same as ``to_canonical_json(brief_transparency(transparency))``."""
        score = self._score(transparency.score)
        return f'{{{score.band},{score.high},"missing":{self._narrowed(transparency.missing)}}}'


def _lay_out(answers: _Names) -> _Layout:
    """The text for these answers; ``_BESIDE`` come after them, as the last of one name counts."""
    places = {name: place for place, name in enumerate((*answers, *_BESIDE))}
    names = sorted(places)
    gaps = [f"{_quote(name)}:".replace("%", "%%") + "%s" for name in names]
    first, *others = [places[name] for name in names]
    return _Layout(f"{{{','.join(gaps)}}}", itemgetter(first, *others))


def _write_score(score: ScoreOutcome) -> _Ends:
    low, high, band, _, coverage = score
    return _Ends(
        f'"band":{_quote(band)},"coverage":{_write_number(coverage)}',
        f'"high":{_write_number(high)},"low":{_write_number(low)}',
    )


def _write_narrowing(missing: Iterable[MissingAnswer]) -> str:
    return _write_points([(key, points) for key, points, _ in missing])


def _write_points(missing: Iterable[tuple[str, float]]) -> str:
    """The points of each fact; no fact is named twice."""
    return f"{{{','.join([f'{_quote(key)}:{_write_number(points)}' for key, points in sorted(missing)])}}}"


def _write_ends(ends: Ends | None) -> str:
    return "null" if ends is None else f'{{"high":{_write_number(ends[1])},"low":{_write_number(ends[0])}}}'


def _write_number(number: float) -> str:
    text = repr(number)
    # Large numbers are written out, and what is no number (inf, nan) is refused.
    return to_canonical_json(number) if "e+" in text or "n" in text else text


def _write_orderly(lock_in: LockInOutcome) -> str:
    """The days of an orderly exit to spare, or from which days they are too few, where a date bounds them."""
    orderly, worst, best = lock_in.orderly, lock_in.short_at_worst_from, lock_in.short_at_best_from
    if worst is not None and best is not None:
        short_from = f'{{"at_best":"{best.isoformat()}","at_worst":"{worst.isoformat()}"}}'
        return f'"orderly_margin_days":null,"orderly_short_from":{short_from}'
    margin = "null" if orderly is None else f'{{"high":{orderly[1]!r},"low":{orderly[0]!r}}}'
    return f'"orderly_margin_days":{margin},"orderly_short_from":null'


def _write_days(days: Iterable[WatchedDay], as_of: date) -> str:
    passed = ("false", "true")
    texts = [
        f'{{"on":"{day.on.isoformat()}","passed":{passed[day.on < as_of]},"what":{_quote(day.what)}}}' for day in days
    ]
    return _join(texts)


def _join(texts: Iterable[str]) -> str:
    return f"[{','.join(texts)}]"


_quote: Final = encode_basestring
