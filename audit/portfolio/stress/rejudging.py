"""A changed licence, judged: the same engine on the facts as they are, and as the new terms would make them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from audit.engine.assess import PackSet
from audit.engine.facts import Control, Fact, FactSheet, Grade, JsonValue, parse_controls, parse_sheet
from audit.engine.lock_in import judge_lock_in
from audit.engine.regulatory import judge_regulation
from audit.engine.transparency import judge_transparency
from audit.models import Standing
from audit.portfolio.outcomes import ExitDays
from audit.portfolio.stress.scenarios import LicenceChanged, NewTerms
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.snapshots.values import RawFact, pick_worse
from governance.choices import ComponentKind, LifecycleStage
from governance.vocabulary import load_vocabulary

TERMS: Final = "lock.licence_terms"
FREE: Final = "model.foss_licence"
STATUS: Final = "open.status"
_CHANGED: Final = frozenset({TERMS, FREE, STATUS})
IN_HOUSE: Final = "in_house"
_WORSE_TERMS: Final[Mapping[NewTerms, str]] = {
    NewTerms.RESTRICTED: "restricted_but_permits_us",
    NewTerms.FORBIDS_US: "forbids_us",
}
_RESTRICTED: Final = "restricted_weights"
DECIDING_KINDS: Final = frozenset({ComponentKind.MODEL, ComponentKind.ASSISTANT, ComponentKind.SERVICE})
SOFTWARE_KINDS: Final = frozenset({ComponentKind.FRAMEWORK, ComponentKind.LIBRARY})
"""Software decides what the facts say only where a system has no model or service (as in fact sheets)."""

Content = Mapping[str, Mapping[str, JsonValue]]


class Ends(NamedTuple):
    """A score as an interval, with its band."""

    low: float
    high: float
    band: str

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {"low": self.low, "high": self.high, "band": self.band}


@dataclass(frozen=True, slots=True)
class Law:
    """What the law makes of one fact sheet: ``duties`` are those that apply, now or later, by id with their titles."""

    aia_class: str | None
    gpai_class: str | None
    duties: Mapping[str, str]

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {"aia_class": self.aia_class, "gpai_class": self.gpai_class, "duties": [*sorted(self.duties)]}


@dataclass(frozen=True, slots=True)
class Stand:
    """What one fact sheet comes to. ``law`` is none where the scenario changes no fact that the law reads."""

    lock_in: Ends
    transparency: Ends
    exit_days: ExitDays
    law: Law | None = None

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "lock_in": self.lock_in.to_json(),
            "transparency": self.transparency.to_json(),
            "exit_time_days": {"low": self.exit_days.low, "high": self.exit_days.high},
            "regulatory": self.law.to_json() if self.law is not None else None,
        }


@dataclass(frozen=True, slots=True)
class Rejudged:
    """One system before and after; ``changed`` gives each fact with what it was and what it becomes."""

    reference: str
    changed: Mapping[str, tuple[JsonValue, JsonValue]]
    before: Stand
    after: Stand

    @property
    def gained(self) -> tuple[str, ...]:
        """The titles of the duties that apply only under the new terms."""
        before, after = self.before.law, self.after.law
        if before is None or after is None:
            return ()
        return tuple(after.duties[key] for key in sorted(after.duties.keys() - before.duties.keys()))

    def say(self) -> tuple[str, ...]:
        """What the new terms move, in sentences; none where they move nothing."""
        said = []
        if self.before.lock_in != self.after.lock_in:
            said.append(f"lock-in of {_say(self.before.lock_in)} becomes {_say(self.after.lock_in)}")
        if self.before.transparency != self.after.transparency:
            said.append(
                f"transparency risk of {_say(self.before.transparency)} becomes {_say(self.after.transparency)}"
            )
        if self.gained:
            said.append(f"an exemption ends; these duties begin to apply: {'; '.join(self.gained)}")
        return tuple(said)

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "system": self.reference,
            "changed_facts": {key: {"from": old, "to": new} for key, (old, new) in self.changed.items()},
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "duties_gained": [*self.gained],
        }


def _say(ends: Ends) -> str:
    return f"{ends.low:g} to {ends.high:g} ({ends.band.replace('_', ' ')})"


def read_sheets(component_id: int) -> dict[int, tuple[int, Content]]:
    """The fact sheet of the latest assessment of each system that uses the component, with the sheet's id.

    Systems that were never assessed are left out, as are withdrawn ones. One query.
    """
    rows = (
        Standing.objects.filter(assessment__isnull=False, system__uses__component_id=component_id)
        .exclude(system__stage=LifecycleStage.WITHDRAWN)
        .order_by("system_id")
        .values_list("system_id", "assessment__fact_sheet_id", "assessment__fact_sheet__content")
    )
    return {system_id: (sheet_id, content) for system_id, sheet_id, content in rows if sheet_id is not None}


_Changes = Mapping[str, tuple[JsonValue, JsonValue]]
_Outcome = tuple[_Changes, Stand, Stand]


@dataclass
class LicenceJudge:
    """Judges the fact sheets of the systems that a changed licence reaches; what reads the same is judged once."""

    scenario: LicenceChanged
    kind: str
    packs: PackSet
    as_of: date

    def __post_init__(self) -> None:
        self._seen: dict[str, _Outcome] = {}
        self._types = fact_types()
        self._scored = self.packs.lock_in.reads | self.packs.transparency.score.keys | {TERMS, FREE, STATUS}

    def judge(self, reference: str, sheet_id: int, content: Content) -> Rejudged:
        """Judge one system before and after."""
        scored = {key: _without_source(fact) for key, fact in content["facts"].items() if key in self._scored}
        changes = dict(self._changes(parse_sheet({key: scored[key] for key in _CHANGED & scored.keys()}, self._types)))
        # The law reads whether a model's licence is free, and none of the other facts that are changed.
        asks_law = FREE in changes
        place = f"sheet {sheet_id}" if asks_law else json.dumps(scored, sort_keys=True)
        if place not in self._seen:
            self._seen[place] = self._judge(content if asks_law else {"facts": scored}, changes)
        return Rejudged(reference, *self._seen[place])

    def _judge(self, content: Content, changes: Mapping[str, Fact]) -> _Outcome:
        sheet = parse_sheet(content["facts"], self._types)
        controls = parse_controls(content["controls"]) if "controls" in content else None
        before = self._stand(sheet, controls)
        if not changes:
            return {}, before, before
        changed = {key: (_value_of(sheet.get(key)), _value_of(fact)) for key, fact in changes.items()}
        return changed, before, self._stand({**sheet, **changes}, controls)

    def _changes(self, sheet: FactSheet) -> Iterator[tuple[str, Fact]]:
        """The facts that the new terms make worse; one that is as bad already, or does not apply, stays."""
        wanted: dict[str, str | bool] = {TERMS: _WORSE_TERMS[self.scenario.to]}
        if self.kind in DECIDING_KINDS:
            wanted |= {FREE: False}
            if _value_of(sheet.get(STATUS)) != IN_HOUSE:
                wanted |= {STATUS: _RESTRICTED}
        for key, value in wanted.items():
            now = sheet.get(key)
            if (now is not None and not now.applies) or (now is None and key != TERMS):
                continue  # of a model whose licence nobody has looked at, no exemption was established
            grade = now.grade if now is not None else Grade.SELF_DECLARED
            new = Fact(value, grade, source="stress scenario")
            if now is None or (pick_worse(key, [_raw(now), _raw(new)]).value == value and now.value != value):
                yield key, new

    def _stand(self, sheet: FactSheet, controls: Mapping[str, Control] | None) -> Stand:
        """What a sheet comes to; without controls the law is not asked."""
        lock_in = judge_lock_in(sheet, self.packs.lock_in, self.as_of)
        seen = judge_transparency(sheet, self.packs.transparency, self.as_of).score
        return Stand(
            Ends(lock_in.score.low, lock_in.score.high, lock_in.score.band),
            Ends(seen.low, seen.high, seen.band),
            ExitDays(lock_in.exit_time.low, lock_in.exit_time.high),
            None if controls is None else self._ask_law(sheet, controls),
        )

    def _ask_law(self, sheet: FactSheet, controls: Mapping[str, Control]) -> Law:
        law = judge_regulation(sheet, controls, self.packs.regulatory, self.as_of)
        return Law(
            _text(law.answers.get("aia_class")),
            _text(law.answers.get("gpai_class")),
            {duty.id: str(duty.static.get("title", duty.id)) for duty in law.duties},
        )


def rejudge(
    scenario: LicenceChanged, kind: str, sheets: Mapping[int, tuple[int, Content]], names: Mapping[int, str], day: date
) -> dict[int, Rejudged]:
    """Judge every system of which there is a fact sheet; ``names`` gives their references."""
    if not sheets:
        return {}
    judge = LicenceJudge(scenario, kind, load_packs(), day)
    return {
        system_id: judge.judge(names[system_id], sheet_id, content)
        for system_id, (sheet_id, content) in sheets.items()
        if system_id in names
    }


def describe_changes(found: Sequence[Rejudged]) -> tuple[str, ...]:
    """The questions whose answers the scenario changed, once each."""
    vocabulary = load_vocabulary().facts
    keys = dict.fromkeys(key for one in found for key in one.changed)
    return tuple(vocabulary[key].question if key in vocabulary else key for key in keys)


def _without_source(fact: JsonValue) -> JsonValue:
    """Where a fact comes from moves no score, and differs from system to system."""
    return {key: value for key, value in fact.items() if key != "source"} if isinstance(fact, dict) else fact


def _value_of(fact: Fact | None) -> JsonValue:
    value = None if fact is None else fact.value
    return value if isinstance(value, str | bool) else None


def _raw(fact: Fact) -> RawFact:
    return RawFact(_value_of(fact), grade=str(fact.grade))


def _text(answer: JsonValue) -> str | None:
    return answer if isinstance(answer, str) else None
