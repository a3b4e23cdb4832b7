"""The forms of the law as plain data: which elements each version has, what supports it, and until when it counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.db.models import Q

from governance.choices import ElementSource, RecordStatus
from governance.models import DataProtectionAssessment, FundamentalRightsAssessment, NotHighRiskAssessment
from governance.models.law import LawRecord
from governance.models.law.elements import (
    Content,
    ElementState,
    References,
    is_given,
    judge_elements,
    list_sources,
    tell_completeness,
)

QUERIES_WITHOUT_RECORDS: Final = 3
"""How many queries ``read_record_states`` makes where there is no record; where there are, at most four more."""


class RecordKind(StrEnum):
    """The three forms."""

    FRIA = "fria"
    DPIA = "dpia"
    NOT_HIGH_RISK = "art_6_3"


MODELS: Final[Mapping[RecordKind, type[LawRecord]]] = {
    RecordKind.FRIA: FundamentalRightsAssessment,
    RecordKind.DPIA: DataProtectionAssessment,
    RecordKind.NOT_HIGH_RISK: NotHighRiskAssessment,
}


@dataclass(frozen=True, slots=True)
class Support:
    """A piece of evidence attached to a record."""

    reference: str
    grade: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class RecordState:
    """One version of a form: its columns, its elements, its evidence.

    ``lent_until`` is the first day on which another assessment it refers to no longer counts.
    """

    kind: RecordKind
    content: Content
    elements: tuple[ElementState, ...]
    supports: tuple[Support, ...] = ()
    lent_until: date | None = None

    @property
    def id(self) -> int:
        """The row's key."""
        return int(str(self.content["id"]))

    @property
    def system_id(self) -> int:
        """The system's key."""
        return int(str(self.content["system_id"]))

    @property
    def version(self) -> int:
        """The number of the version, from 1."""
        return int(str(self.content["version"]))

    @property
    def is_final(self) -> bool:
        """Tell whether its content is fixed."""
        return self.content["status"] == RecordStatus.FINAL

    @property
    def is_complete(self) -> bool:
        """Tell whether every element is there."""
        return all(state.is_complete for state in self.elements)

    @property
    def completeness(self) -> str:
        """In words: “five of six: (d) is missing”."""
        return tell_completeness(self.elements)

    @property
    def counts_until(self) -> date | None:
        """The first day on which it no longer counts: the review is due, or the last evidence has expired."""
        days = [self.day("review_due_on"), self.lent_until]
        ends = [support.expires_on for support in self.supports]
        days += [max(day for day in ends if day is not None)] if ends and None not in ends else []
        return min((day for day in days if day is not None), default=None)

    @property
    def label(self) -> str:
        """Name it: “FRIA version 2 of 2026-11-20”, or as a draft."""
        name = f"{MODELS[self.kind].SHORT_NAME} version {self.version}"
        performed_on = self.day("performed_on")
        if not self.is_final:
            return f"{name} (draft)"
        return f"{name} of {performed_on.isoformat()}" if performed_on else name

    def day(self, column: str) -> date | None:
        """A column that holds a day."""
        value = self.content.get(column)
        return value if isinstance(value, date) else None

    def is_there_on(self, as_of: date) -> bool:
        """Tell whether it existed on the day: a final one from when it was performed, a draft since it was begun."""
        if self.is_final:
            performed_on = self.day("performed_on")
            return performed_on is not None and performed_on <= as_of
        begun = self.content.get("created_at")
        return isinstance(begun, datetime) and begun.date() <= as_of

    def counts_on(self, as_of: date) -> bool:
        """Tell whether it is final and complete, and in date on the day."""
        until = self.counts_until
        return self.is_final and self.is_complete and self.is_there_on(as_of) and (until is None or as_of < until)


def read_record_states(system_ids: Collection[int]) -> dict[int, list[RecordState]]:
    """All versions of all forms of these systems, the newest of each form first."""
    own = [*FundamentalRightsAssessment.objects.filter(system_id__in=system_ids).values()]
    earlier_ids = {row["earlier_id"] for row in own if row["earlier_id"]} - {row["id"] for row in own}
    lent = [*FundamentalRightsAssessment.objects.filter(id__in=earlier_ids).values()] if earlier_ids else []
    dpia_ids = {row["dpia_id"] for row in (*own, *lent) if row["dpia_id"]}
    dpias = _judge_plain(
        RecordKind.DPIA,
        [*DataProtectionAssessment.objects.filter(Q(system_id__in=system_ids) | Q(id__in=dpia_ids)).values()],
    )
    frias = _judge_frias([*own, *lent], {state.id: state for state in dpias})
    others = _judge_plain(
        RecordKind.NOT_HIGH_RISK, [*NotHighRiskAssessment.objects.filter(system_id__in=system_ids).values()]
    )
    wanted = set(system_ids)
    found: dict[int, list[RecordState]] = defaultdict(list)
    for state in sorted((*frias, *dpias, *others), key=lambda state: (state.kind, -state.version)):
        if state.system_id in wanted:
            found[state.system_id].append(state)
    return dict(found)


def read_record_state(record: LawRecord) -> RecordState:
    """The state of one record as it stands in the database."""
    states = read_record_states([record.system_id])[record.system_id]
    return next(state for state in states if state.id == record.pk and MODELS[state.kind] is type(record))


def pick_record(states: Iterable[RecordState], kind: RecordKind, as_of: date) -> RecordState | None:
    """The version of a form that speaks on the day: the newest final one, or else the draft; none if there is none."""
    there = [state for state in states if state.kind == kind and state.is_there_on(as_of)]
    there.sort(key=lambda state: (not state.is_final, -state.version))
    return there[0] if there else None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A fact on which the questionnaire and a form disagree."""

    key: str
    answered: object
    stated: object


def find_contradictions(state: RecordState, answers: Mapping[str, object]) -> tuple[Contradiction, ...]:
    """Where a form says something else than the system's answers; what is not known contradicts nothing."""
    found = []
    for key, column in (("sys.profiling", "profiles_people"), ("sys.materially_influences", "materially_influences")):
        answered, stated = _answer(answers, key), state.content.get(column)
        if answered is not None and stated is not None and answered != stated:
            found.append(Contradiction(key, answered, stated))
    grounds = state.content.get("conditions")
    answered = _answer(answers, "sys.filter_condition")
    if isinstance(grounds, list) and grounds and answered is not None and answered not in grounds:
        found.append(Contradiction("sys.filter_condition", answered, grounds))
    if state.kind == RecordKind.DPIA and _answer(answers, "data.personal") is False:
        found.append(Contradiction("data.personal", False, True))
    return tuple(found)


def _answer(answers: Mapping[str, object], key: str) -> object:
    entry = answers.get(key)
    return entry.get("value") if isinstance(entry, Mapping) else entry


def explain_references(record: FundamentalRightsAssessment) -> References:
    """For each source, why an element of this record may not stand there; empty where it may."""
    dpia = read_record_state(record.dpia) if record.dpia else None
    earlier = read_record_state(record.earlier) if record.earlier else None
    content = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    return _explain(content, dpia, earlier)


def _judge_plain(kind: RecordKind, rows: Sequence[Content]) -> list[RecordState]:
    elements = MODELS[kind].ELEMENTS
    supports = _read_supports(kind, rows)
    return [RecordState(kind, row, judge_elements(elements, row), supports.get(_key(row["id"]), ())) for row in rows]


def _judge_frias(rows: Sequence[Content], dpias: Mapping[int, RecordState]) -> list[RecordState]:
    """First those that rely on no other, then the others on them."""
    supports = _read_supports(RecordKind.FRIA, rows)
    judged: dict[object, RecordState] = {}
    for row in sorted(rows, key=lambda row: ElementSource.EARLIER in list_sources(row)):
        dpia = dpias.get(_key(row.get("dpia_id")))
        earlier = judged.get(row.get("earlier_id"))
        elements = judge_elements(MODELS[RecordKind.FRIA].ELEMENTS, row, _explain(row, dpia, earlier))
        lent_until = _lent_until(elements, dpia, earlier)
        judged[row["id"]] = RecordState(RecordKind.FRIA, row, elements, supports.get(_key(row["id"]), ()), lent_until)
    return list(judged.values())


def _explain(content: Content, dpia: RecordState | None, earlier: RecordState | None) -> dict[str, str]:
    reason = "" if is_given(content.get("why_similar")) else "why the case is similar"
    why_not = {
        ElementSource.DPIA: _refuse(dpia, "data protection impact assessment"),
        ElementSource.EARLIER: _refuse(earlier, "earlier assessment") or reason,
        ElementSource.PROVIDER: reason if is_given(content.get("provider_assessment")) else "the provider’s assessment",
    }
    if earlier is not None and ElementSource.EARLIER in _sources_used(earlier.elements):
        why_not[ElementSource.EARLIER] = "an earlier assessment that relies on no other itself"
    return {str(source): reason for source, reason in why_not.items()}


def _refuse(state: RecordState | None, name: str) -> str:
    if state is None:
        return f"the {name} it refers to"
    if not state.is_final:
        return f"a final {name}: the one it refers to is a draft"
    return "" if state.is_complete else f"a complete {name}: the one it refers to has {state.completeness}"


def _lent_until(elements: Sequence[ElementState], dpia: RecordState | None, earlier: RecordState | None) -> date | None:
    used = _sources_used(elements)
    days = [
        state.counts_until
        for source, state in ((ElementSource.DPIA, dpia), (ElementSource.EARLIER, earlier))
        if source in used and state is not None
    ]
    return min((day for day in days if day is not None), default=None)


def _sources_used(elements: Sequence[ElementState]) -> set[str]:
    return {state.elsewhere.partition(":")[0] for state in elements if state.elsewhere}


def _read_supports(kind: RecordKind, rows: Sequence[Content]) -> dict[int, tuple[Support, ...]]:
    if not rows:
        return {}
    model = MODELS[kind]
    name = str(model._meta.model_name)
    links = (
        model.evidence.through._default_manager.filter(**{f"{name}_id__in": [row["id"] for row in rows]})
        .order_by("evidence__reference")
        .values_list(f"{name}_id", "evidence__reference", "evidence__grade", "evidence__expires_on")
    )
    found: dict[int, list[Support]] = defaultdict(list)
    for record_id, reference, grade, expires_on in links:
        found[record_id].append(Support(reference, grade, expires_on))
    return {record_id: tuple(supports) for record_id, supports in found.items()}


def _key(value: object) -> int:
    return value if isinstance(value, int) else 0
