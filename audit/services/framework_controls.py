"""Which obligations a control of a framework counts for, and which of those recorded for a system count on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from django.db.models import Q

from audit.engine.dates import earliest
from audit.engine.facts import FactSheetError, JsonValue
from audit.engine.rules import Rule
from audit.models import Standing
from audit.rulepacks import load_packs
from audit.rulepacks.frameworks import Framework, FrameworkControl, load_frameworks
from audit.services.entities import judge_legal_entity
from audit.snapshots.evidence import best_support
from audit.snapshots.rows import SupportRow
from governance.choices import ControlState
from governance.models import AISystem, ControlStatus, LegalEntity

_NOT_ASKED: Final = "not_asked"


@dataclass(frozen=True, slots=True)
class Reach:
    """The obligations that a control of a framework counts for: as a whole, and as a part."""

    meets: tuple[Rule, ...] = ()
    helps: tuple[Rule, ...] = ()

    @property
    def in_words(self) -> str:
        """Briefly, by the rows of the law: “meets AIA-4; helps AIA-9”."""
        parts = [
            f"{verb} {', '.join(rule.row for rule in rules)}"
            for verb, rules in (("meets", self.meets), ("helps", self.helps))
            if rules
        ]
        return "; ".join(parts) or "counts for no obligation"


@dataclass(frozen=True, slots=True)
class ServedDuty:
    """One obligation a control counts for, and its outcome for the system; ``not_asked`` where it does not apply."""

    id: str
    title: str
    outcome: str
    remark: str


@dataclass(frozen=True, slots=True)
class RecordedFrameworkControl:
    """A control of a framework as it is recorded for a system or its legal entity."""

    control_id: int
    framework: str
    identifier: str
    about: str
    held_by: str
    status: str
    evidence: tuple[str, ...]
    expires_on: date | None
    counts: bool
    meets: tuple[ServedDuty, ...]
    helps: tuple[ServedDuty, ...]


@lru_cache(maxsize=4)
def map_reach(as_of: date) -> Mapping[str, Reach]:
    """For each control of a framework what it counts for by the law adopted on the day."""
    meets: dict[str, list[Rule]] = defaultdict(list)
    helps: dict[str, list[Rule]] = defaultdict(list)
    for pack in load_packs().regulatory:
        for rule in pack.rules:
            version = rule.version_at(as_of)
            if version is None:
                continue
            for control in version.accepts:
                meets[control].append(rule)
            for control in version.helped_by:
                helps[control].append(rule)
    return {name: Reach(tuple(meets[name]), tuple(helps[name])) for name in meets.keys() | helps.keys()}


def find_control(name: str) -> tuple[Framework, FrameworkControl] | None:
    """The framework and its control of this id; none if no framework has it."""
    return _controls().get(name)


@lru_cache(maxsize=1)
def _controls() -> Mapping[str, tuple[Framework, FrameworkControl]]:
    return {control.id: (framework, control) for framework in load_frameworks() for control in framework.controls}


def list_framework_controls(*, system: AISystem, as_of: date) -> list[RecordedFrameworkControl]:
    """The controls of frameworks recorded for a system or its legal entity; where both are, the system's own."""
    chosen: dict[str, ControlStatus] = {}
    for row in _read(Q(system=system) | Q(legal_entity=system.legal_entity_id)):
        if row.obligation not in chosen or row.system_id is not None:
            chosen[row.obligation] = row
    if not chosen:
        return []
    standing: Standing | None = getattr(system, "standing", None)
    assessment = standing.read_assessment() if standing is not None else None
    law = assessment.result["regulatory"] if assessment is not None else {}
    duties = {str(duty["rule"]): duty for duty in law.get("duties", ())}
    return [_describe(row, duties, as_of) for row in chosen.values()]


def list_entity_framework_controls(*, entity: LegalEntity, as_of: date) -> list[RecordedFrameworkControl]:
    """The controls of frameworks recorded for a legal entity, with what they come to for its own duties."""
    rows = _read(Q(legal_entity=entity))
    if not rows:
        return []
    try:
        sheet = judge_legal_entity(legal_entity_id=entity.pk, as_of=as_of)
    except FactSheetError:  # its own page names the answers that do not fit
        return [_describe(row, {}, as_of) for row in rows]
    duties = {entry.duty.rule: entry.duty.to_json() for entry in sheet.result.duties}
    return [replace(_describe(row, duties, as_of), held_by="") for row in rows]


def _read(whose: Q) -> list[ControlStatus]:
    return list(
        ControlStatus.objects.filter(whose, obligation__in=_controls())
        .select_related("legal_entity")
        .prefetch_related("evidence")
        .order_by("obligation", "legal_entity")
    )


def find_expiry(control: ControlStatus, as_of: date) -> date | None:
    """The first day on which a control no longer counts: its own day, or that of its best evidence."""
    supports = [SupportRow(control.pk, each.reference, each.grade, each.expires_on) for each in control.evidence.all()]
    best = best_support(supports, as_of) if supports else None
    return earliest(control.expires_on, best.expires_on if best is not None else None)


def _describe(
    control: ControlStatus, duties: Mapping[str, Mapping[str, JsonValue]], as_of: date
) -> RecordedFrameworkControl:
    framework, about = _controls()[control.obligation]
    reach = map_reach(as_of).get(control.obligation, Reach())
    expires_on = find_expiry(control, as_of)
    counts = control.status == ControlState.MET and (expires_on is None or as_of < expires_on)
    return RecordedFrameworkControl(
        control_id=control.pk,
        framework=framework.title,
        identifier=about.identifier,
        about=about.about,
        held_by=str(control.legal_entity) if control.legal_entity is not None else "",
        status=control.get_status_display(),
        evidence=tuple(each.reference for each in control.evidence.all()),
        expires_on=expires_on,
        counts=counts,
        meets=_serve(reach.meets, duties, control.obligation),
        helps=_serve(reach.helps, duties, control.obligation),
    )


def _serve(rules: Sequence[Rule], duties: Mapping[str, Mapping[str, JsonValue]], name: str) -> tuple[ServedDuty, ...]:
    return tuple(_serve_one(rule, duties.get(rule.id), name) for rule in rules)


def _serve_one(rule: Rule, duty: Mapping[str, JsonValue] | None, name: str) -> ServedDuty:
    title = str(rule.about.get("title", rule.row))
    if duty is None:
        return ServedDuty(rule.row, title, _NOT_ASKED, "")
    control, helped_by = duty.get("control"), duty.get("helped_by")
    remark = ""
    if isinstance(control, Mapping):
        through = control.get("through")
        remark = "through this control" if through == name else "" if through else "its own control goes before"
    if isinstance(helped_by, list) and name in helped_by:
        remark = "it helps"
    return ServedDuty(rule.row, title, str(duty["outcome"]), remark)
