"""Facts that the openness dossiers of the components tell; of several models the least open decides, and is named.

What a row does not say is unknown here: the framework's "not listed means missing" would call a component closed
of which nobody has entered anything yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from audit.engine.facts import Grade
from audit.engine.openness import Dossier, OpennessResult
from audit.engine.openness.claims import PARAMETERS
from audit.engine.openness.dossier import Availability, Claim, Component, Disagreement, Speaker
from audit.engine.openness.status import Status
from audit.licences.dossiers import judge_dossier, load_openness_tables
from audit.snapshots.rows import ArtefactRow, ComponentRow, Register, UseRow
from audit.snapshots.subject import Subject
from audit.snapshots.values import GRADE_ORDER, Maybe, RawFact, take_worst, texts_in
from governance.choices import MOF_PARTS, ComponentKind
from governance.models import Component as EnteredComponent
from governance.models import ComponentArtefact
from governance.services.conflicts import describe_decision, find_decision

_IN_HOUSE: Final = "our own model, all of whose parts we hold"
_KEYS: Final = ("open.status", "open.mof_class", "open.osai_score", "open.washing")
_SOFTWARE: Final = frozenset({ComponentKind.FRAMEWORK, ComponentKind.LIBRARY})
_SPEAKERS: Final = frozenset(speaker.value for speaker in Speaker)

Dossiers = Mapping[int, OpennessResult]


def judge_components(register: Register) -> dict[int, OpennessResult]:
    """Judge the dossier of each component once; one of which nothing is entered has none."""
    judged = (
        (component.id, judge_component(component, register.artefacts.get(component.id, ())))
        for component in register.components.values()
    )
    return {component_id: result for component_id, result in judged if result is not None}


class DossiersJudged(Mapping[int, OpennessResult]):
    """The same, each judged when it is asked for: what systems share is mostly known from those before."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._judged: dict[int, OpennessResult | None] = {}

    def _judge(self, component_id: int) -> OpennessResult | None:
        if component_id not in self._judged:
            component = self._register.components.get(component_id)
            artefacts = self._register.artefacts.get(component_id, ())
            self._judged[component_id] = judge_component(component, artefacts) if component is not None else None
        return self._judged[component_id]

    def __getitem__(self, component_id: int) -> OpennessResult:
        result = self._judge(component_id)
        if result is None:
            raise KeyError(component_id)
        return result

    def __iter__(self) -> Iterator[int]:
        return (component_id for component_id in self._register.components if self._judge(component_id) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def judge_component(component: ComponentRow, artefacts: Sequence[ArtefactRow]) -> OpennessResult | None:
    """Judge the dossier of one component; ``None`` for a data set, and where nothing is entered to judge by."""
    if component.kind == ComponentKind.DATASET:
        return None
    is_told = component.own_work_of_id or component.is_hosted_only or component.claims or component.index_answers
    if artefacts or is_told or _has_software_licence(component):
        return judge_dossier(_compile_dossier(component, artefacts))
    return None


def judge_entered(component: EnteredComponent, artefacts: Iterable[ComponentArtefact]) -> OpennessResult | None:
    """Judge the dossier of one component from its rows in the register, for a screen or a report."""
    row = ComponentRow(*(getattr(component, name) for name in ComponentRow._fields))
    parts = [ArtefactRow(*(getattr(artefact, name) for name in ArtefactRow._fields)) for artefact in artefacts]
    return judge_component(row, parts)


def _has_software_licence(component: ComponentRow) -> bool:
    return component.kind in _SOFTWARE and bool(component.licence_raw or component.licence_id)


def _compile_dossier(component: ComponentRow, artefacts: Sequence[ArtefactRow]) -> Dossier:
    listed = {row.part: row for row in artefacts}
    parts = tuple(
        Component(
            name=part,
            licence=(listed[part].licence_raw or listed[part].licence_id or None) if part in listed else None,
            availability=_availability_of(part, listed.get(part), component),
        )
        for part in MOF_PARTS
    )
    is_software = component.kind in _SOFTWARE
    licence = component.licence_raw or component.licence_id
    return Dossier(
        id=component.label,
        # Of software only what was entered says more than its own licence.
        components=tuple(part for part in parts if part.name in listed) if is_software else parts,
        licences={"distribution": licence} if is_software and licence else {},
        osai=_index_answers(component),
        types=tuple(texts_in(component.index_answers.get("types"))),
        claims=tuple(
            Claim(
                Speaker(str(claim["by"])),
                *(str(claim.get(key) or "") for key in ("says", "where", "on")),
            )
            for claim in component.claims
            if claim.get("by") in _SPEAKERS
        ),
        disagreements=tuple(_disagreements_on_licences(component)),
        hosted_only=component.is_hosted_only,
        data_information=component.has_data_information,
        in_house=component.own_work_of_id is not None,
        is_software=is_software,
    )


def _disagreements_on_licences(component: ComponentRow) -> Iterator[Disagreement]:
    """The register's conflicts that are about a licence; the others concern no openness."""
    for conflict in component.conflicts:
        about, values = str(conflict.get("field") or ""), conflict.get("values")
        if "licence" in about.casefold() and isinstance(values, list):
            told = [value for value in values if isinstance(value, dict)]
            decision = find_decision(conflict, component.conflict_decisions)
            yield Disagreement(
                about,
                tuple(f"{each.get('value')} ({each.get('source')})" for each in told),
                describe_decision(decision) if decision else "",
            )


def _index_answers(component: ComponentRow) -> dict[str, str] | None:
    """The dimensions of the index as entered, those of an earlier set left out; ``None`` where none is entered."""
    answers = component.index_answers.get("dimensions")
    if not isinstance(answers, dict) or not answers:
        return None
    known = {each.id for each in load_openness_tables().dimensions}
    return {name: str(value) for name, value in answers.items() if name in known}


def _availability_of(part: str, row: ArtefactRow | None, component: ComponentRow) -> Availability:
    """As entered; of a model that is only served nobody else holds the parameters, entered or not."""
    availability = Availability(row.availability) if row is not None else Availability.UNKNOWN
    if availability is Availability.UNKNOWN and component.is_hosted_only and part in PARAMETERS:
        return Availability.UNAVAILABLE
    return availability


def derive_from_dossiers(
    subject: Subject, dossiers: Dossiers, catalogue: Mapping[int, Mapping[str, RawFact]]
) -> dict[str, RawFact]:
    """Status, MOF class, index score and open-washing; ``catalogue`` gives the index score of each component."""
    by_use = [_facts_of(subject, use, dossiers.get(use.component_id), catalogue) for use in subject.deciding_uses]
    combined = {key: take_worst(key, [facts.get(key) for facts in by_use], of="components") for key in _KEYS}
    return {key: fact for key, fact in combined.items() if fact is not None}


def _facts_of(
    subject: Subject, use: UseRow, result: OpennessResult | None, catalogue: Mapping[int, Mapping[str, RawFact]]
) -> dict[str, Maybe]:
    component = subject.component_of(use)
    if component.own_work_of_id is not None:
        facts: dict[str, Maybe] = {key: RawFact(not_applicable=_IN_HOUSE) for key in _KEYS}
        return facts | {"open.status": RawFact(Status.IN_HOUSE.value, f"register: our own work {component.label}")}
    score = _index_score(component, result) or catalogue.get(component.id, {}).get("open.osai_score")
    if result is None:
        return {"open.osai_score": score}
    source = f"dossier of {component.label}"
    grade = _poorest_grade(subject.register.artefacts.get(component.id, ()))
    reason = result.framework_not_applicable
    return {
        "open.status": None
        if result.status is Status.UNDETERMINED
        else RawFact(result.status.value, source, grade=grade),
        "open.mof_class": RawFact(not_applicable=reason) if reason else _known(result.mof_class, source, grade),
        "open.osai_score": RawFact(not_applicable=reason) if reason else score,
        "open.washing": _known(result.open_washing, source, grade),
    }


def _index_score(component: ComponentRow, result: OpennessResult | None) -> Maybe:
    """The score by the dimensions entered; unknown while one of them may still be judged."""
    if result is None or result.osai_score is None or result.osai_unanswered:
        return None
    answers = component.index_answers
    source = f"dimensions entered for {component.label}; {answers.get('source') or 'source not recorded'}"
    return RawFact(result.osai_score, source, grade=str(answers.get("grade") or Grade.SELF_DECLARED.value))


def _known(value: str | bool | None, source: str, grade: str) -> Maybe:
    return RawFact(value, source, grade=grade) if value is not None else None


def _poorest_grade(artefacts: Sequence[ArtefactRow]) -> str:
    """The poorest grade of the parts that say something; one that nobody judged counts as self-declared."""
    stating = [row for row in artefacts if row.availability != Availability.UNKNOWN]
    grades = [row.grade or Grade.SELF_DECLARED.value for row in stating]
    return max(grades, key=GRADE_ORDER.index, default=Grade.SELF_DECLARED.value)
