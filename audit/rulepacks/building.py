"""From the forms of a pack's files to the compiled pack, with every problem of meaning (facts, order, overlaps)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from audit.engine.dates import Span
from audit.engine.expressions import All, Condition, ConditionParser, FactRef, Node, compile_condition
from audit.engine.facts import FactType, JsonValue, Kind
from audit.engine.logic import Scalar
from audit.engine.rules import (
    Clause,
    Derived,
    Reading,
    ResultKey,
    Rule,
    RulePack,
    RuleVersion,
    Sanction,
    Schedule,
    find_overlaps,
)
from audit.rulepacks.pack_parts import CLASSIFICATION, PackParts
from audit.rulepacks.problems import PackProblem
from audit.rulepacks.schema import (
    CaseForm,
    ClassificationForm,
    DatedCaseForm,
    DerivedForm,
    FineForm,
    MemberForm,
    PackForm,
    ReadingForm,
    RuleForm,
    SanctionForm,
    VersionForm,
)

KINDS: Final = {"bool": Kind.BOOL, "enum": Kind.ENUM, "list": Kind.ENUM_LIST, "date": Kind.DATE}
WHENEVER: Final = Span(None, None)
ALWAYS: Final = compile_condition(All(()))


@dataclass(slots=True)
class PackBuilder:
    """Builds one pack; ``problems`` holds what is wrong once ``build`` has run."""

    pack: PackForm
    types: Mapping[str, FactType]
    derived_types: dict[str, FactType]
    problems: list[PackProblem] = field(default_factory=list)
    _compiled: dict[Node, Condition] = field(default_factory=dict)  # equal conditions are judged once

    def build(
        self, classification: ClassificationForm, rules: Sequence[tuple[str, RuleForm]], *, sha256: str
    ) -> RulePack:
        """Compile all of it; the pack is only to be used when ``problems`` is empty."""
        own: set[str] = set()
        derived = tuple(one for form in classification.derived if (one := self._build_derived(form, own)))
        derived += tuple(self._date_readings(classification.readings))
        readings = tuple(self._build_readings(classification.readings))
        self._refuse_twins(rules)
        parts = PackParts(self.pack, self.types, self.derived_types, self._report)
        return RulePack(
            id=self.pack.id,
            version=self.pack.version,
            sha256=sha256,
            title=self.pack.title,
            jurisdiction=self.pack.jurisdiction,
            verified_on=self.pack.verified_on,
            review_by=self.pack.review_by,
            derived=derived,
            rules=tuple(built for name, form in rules if (built := self._build_rule(name, form))),
            results=tuple(self._results(own)),
            readings=readings,
            go_live=parts.go_live(),
            undertaking=parts.undertaking(),
            exposure=parts.exposure(),
            actionable=tuple(parts.actionable()),
            requires=tuple(self.pack.requires),
            sources=tuple(self.pack.sources),
            coverage=self.pack.coverage,
        )

    def _report(self, file: str, key: str, message: str) -> None:
        self.problems.append(PackProblem(file, key, message))

    def _condition(self, raw: object, file: str, path: str) -> Condition | None:
        parser = ConditionParser(self.types, self.derived_types)
        node = parser.parse(raw, path)
        self.problems += [PackProblem(file, key, message) for key, message in parser.problems]
        return None if node is None else self._compiled.setdefault(node, compile_condition(node))

    def _optional(self, raw: object, file: str, path: str) -> Condition | None:
        return None if raw is None else self._condition(raw, file, path)

    # Derived facts

    def _build_derived(self, form: DerivedForm, own: set[str]) -> Derived | None:
        path = form.fact
        if form.fact in self.derived_types or form.fact in self.types:
            self._report(
                CLASSIFICATION, path, "is defined twice, or is a fact people answer; a fact has one definition"
            )
            return None
        otherwise = self._otherwise(form)
        clauses = tuple(self._clauses(form))
        derived = Derived(
            type=FactType(form.fact, KINDS[form.kind], tuple(self._choices(form))),
            clauses=clauses,
            when=self._optional(form.when, CLASSIFICATION, f"{path}.when"),
            doubt=self._optional(form.doubt, CLASSIFICATION, f"{path}.doubt"),
            doubt_about=tuple(form.doubt_about),
            otherwise=otherwise,
            members_of=form.members_of,
            split_on=tuple(form.split_on),
            split_by=tuple(form.split_by),
            citation=form.citation,
            note=form.note,
        )
        for key in (*form.doubt_about, *form.split_on, *form.split_by, *([form.members_of] if form.members_of else [])):
            self._require_fact(key, path)
        for key in form.split_on:
            if key in self.derived_types and self.derived_types[key].kind is not Kind.BOOL:
                self._report(
                    CLASSIFICATION,
                    f"{path}.split_on",
                    f"{key} is {self.derived_types[key].kind}; only a yes/no fact splits",
                )
        for key in form.split_by:
            if key in self.types or (key in self.derived_types and self.derived_types[key].kind is not Kind.ENUM):
                self._report(CLASSIFICATION, f"{path}.split_by", f"{key} is no derived choice; use split_on for yes/no")
        self.derived_types[form.fact] = derived.type
        own.add(form.fact)
        return derived

    def _require_fact(self, key: str, path: str) -> None:
        if key not in self.types and key not in self.derived_types:
            hint = ConditionParser(self.types, self.derived_types).suggest(key)
            self._report(CLASSIFICATION, path, f"{key} is not a fact of the vocabulary or above{hint}")

    def _otherwise(self, form: DerivedForm) -> Scalar | FactRef:
        if not isinstance(form.otherwise, dict):
            if form.kind == "enum" and form.otherwise is None:
                self._report(
                    CLASSIFICATION, f"{form.fact}.otherwise", "is missing: say which choice holds when no case does"
                )
            return form.otherwise
        key = form.otherwise.get("fact", "")
        self._require_fact(key, f"{form.fact}.otherwise")
        return FactRef(key)

    def _choices(self, form: DerivedForm) -> Sequence[str]:
        if form.members_of and form.members_of in self.derived_types:
            return self.derived_types[form.members_of].choices
        return form.order or list(dict.fromkeys(member.has for member in form.members))

    def _clauses(self, form: DerivedForm) -> Sequence[Clause]:
        entries: list[tuple[str, Scalar, CaseForm | MemberForm]] = [
            *((f"{form.fact}.cases[{place}]", case.is_, case) for place, case in enumerate(form.cases)),
            *((f"{form.fact}.members[{place}]", member.has, member) for place, member in enumerate(form.members)),
        ]
        clauses = []
        for path, value, entry in entries:
            self._check_value(form, value, path)
            when = self._condition(entry.when, CLASSIFICATION, f"{path}.when")
            if when is not None:
                adopted = self._span(entry.adopted_from, entry.adopted_until, CLASSIFICATION, path)
                clauses.append(Clause(value, when, adopted, entry.citation, entry.note))
        self._check_order(form, clauses)
        return clauses

    def _check_value(self, form: DerivedForm, value: Scalar, path: str) -> None:
        if form.kind == "date" and isinstance(value, str):
            self._report(CLASSIFICATION, path, f"{value!r} is not a day; write it as YYYY-MM-DD")
        elif (form.kind == "enum" or form.order) and value not in form.order:
            known = ", ".join(form.order)
            self._report(CLASSIFICATION, path, f"{value} has no place in the order; add it to order ({known})")

    def _check_order(self, form: DerivedForm, clauses: Sequence[Clause]) -> None:
        """The cases of a classification must stand in its declared order, or two could claim one system."""
        if form.kind != "enum":
            return
        places = [form.order.index(str(clause.value)) for clause in clauses if clause.value in form.order]
        if places != sorted(places):
            self._report(CLASSIFICATION, f"{form.fact}.cases", "do not stand in the order given by order")

    def _span(self, start: date | None, until: date | None, file: str, path: str) -> Span:
        if start is not None and until is not None and until <= start:
            self._report(file, path, f"adopted_until {until} is not after adopted_from {start}")
        return Span(start, until)

    # Readings

    def _date_readings(self, forms: Sequence[ReadingForm]) -> Iterator[Derived]:
        """The list of the pack's readings that are open on the day, where any of them says since when it is."""
        clauses = tuple(
            Clause(form.id, ALWAYS, self._span(form.since, form.until, CLASSIFICATION, f"readings[{place}]"))
            for place, form in enumerate(forms)
            if form.since or form.until
        )
        if clauses:
            key = self._open_readings
            names = tuple(str(clause.value) for clause in clauses)
            self.derived_types[key] = FactType(key, Kind.ENUM_LIST, names)
            yield Derived(type=self.derived_types[key], clauses=clauses)

    def _build_readings(self, forms: Sequence[ReadingForm]) -> Iterator[Reading]:
        for place, form in enumerate(forms):
            path = f"readings[{place}].when"
            when = self._condition(form.when, CLASSIFICATION, path)
            if when is not None and (form.since or form.until):
                is_open = self._condition({"fact": self._open_readings, "has": form.id}, CLASSIFICATION, path)
                when = compile_condition(All((is_open.node, when.node))) if is_open else None
            if when is not None:
                yield Reading(form.id, form.about, when, form.operative, form.other, form.basis)

    @property
    def _open_readings(self) -> str:
        return f"{self.pack.id}.open_readings"

    # Rules

    def _refuse_twins(self, rules: Sequence[tuple[str, RuleForm]]) -> None:
        for name_of in ("id", "row"):
            seen: dict[str, str] = {}
            for file, form in rules:
                value = getattr(form, name_of)
                if value in seen:
                    self._report(file, name_of, f"{value} is also in {seen[value]}")
                seen.setdefault(value, file)

    def _build_rule(self, file: str, form: RuleForm) -> Rule | None:
        if not form.id.startswith(f"{self.pack.id}."):
            self._report(file, "id", f"{form.id} must begin with {self.pack.id}.")
        versions = tuple(
            self._build_version(file, f"versions[{place}]", form, v) for place, v in enumerate(form.versions)
        )
        complete = tuple(version for version in versions if version is not None)
        for first, second in find_overlaps([version.adopted for version in complete]):
            self._report(file, f"versions[{second}]", f"overlaps versions[{first}]; end that one with adopted_until")
        about = form.model_dump(mode="json", exclude={"versions"})
        sanctions = tuple(self._sanctions(file, form.sanction))
        if not complete:
            return None
        of_entity = form.scope == "entity"
        return Rule(form.id, form.row, complete, about, form.verified_on, form.review_by, sanctions, of_entity)

    def _sanctions(self, file: str, form: SanctionForm | None) -> Iterator[Sanction]:
        if form is None:
            return
        if form.instead is not None:
            when = self._condition(form.instead.when, file, "sanction.instead.when")
            yield self._sanction(form.instead, form.text, when)
        yield self._sanction(form, form.text, None)

    def _sanction(self, fine: FineForm, text: str, when: Condition | None) -> Sanction:
        relieved = frozenset(fine.lower_of_for)
        return Sanction(
            fine.basis,
            text,
            fine.fixed,
            fine.currency,
            fine.turnover_percent,
            relieved,
            when,
            fine.applies_from,
        )

    def _build_version(self, file: str, path: str, form: RuleForm, version: VersionForm) -> RuleVersion | None:
        when = self._condition(version.when, file, f"{path}.when")
        schedule = self._schedule(file, path, version)
        breached_when = self._optional(version.breached_when, file, f"{path}.breached_when")
        if version.no_control_cures and version.breached_when is None:
            self._report(file, f"{path}.no_control_cures", "says nothing without breached_when; add it")
        if when is None:
            return None
        return RuleVersion(
            adopted=self._span(version.adopted_from, version.adopted_until, file, path),
            when=when,
            schedule=schedule,
            static=self._static(form, version),
            breached_when=breached_when,
            no_control_cures=version.no_control_cures,
            repealed_on=version.repealed_on,
            control=version.require.control,
            accepts=tuple(one.control for one in version.require.accepts if one.share == "whole"),
            helped_by=tuple(one.control for one in version.require.accepts if one.share == "part"),
            evidence=tuple(version.evidence),
        )

    def _static(self, form: RuleForm, version: VersionForm) -> dict[str, JsonValue]:
        """What each result of the rule says of it; the long texts stay in the pack."""
        static: dict[str, JsonValue] = {
            "title": form.title,
            "addressee": [*form.addressee],
            "severity": form.severity,
            "citation": _cite(form),
            "url": form.citation.url,
            "confidence": form.confidence,
            "status": form.status,
            "pack": self.pack.id,
            "requires": version.require.control,
        }
        if version.other_reading is not None:
            static["other_reading"] = version.other_reading.isoformat()
        if version.repealed_on is not None:
            static["repealed_on"] = version.repealed_on.isoformat()
        if form.scope == "entity":
            static["scope"] = form.scope
        return static

    def _schedule(self, file: str, path: str, version: VersionForm) -> Schedule:
        applies = version.applies_from
        if (applies is None) == (not version.stages):
            self._report(file, path, "give either applies_from or stages: a rule without a day says nothing")
        if isinstance(applies, dict):
            return Schedule(fact=self._date_fact(file, path, applies), no_day_before=version.no_day_before)
        if isinstance(applies, list):
            return Schedule(cases=tuple(self._dated_cases(file, path, applies)))
        if applies == "always":
            return Schedule(always=True)
        day = applies if isinstance(applies, date) else None
        return Schedule(day=day, stages=version.stages, no_day_before=version.no_day_before)

    def _date_fact(self, file: str, path: str, raw: Mapping[str, str]) -> str:
        key = raw.get("fact", "")
        fact_type = self.derived_types.get(key) or self.types.get(key)
        if set(raw) != {"fact"} or fact_type is None or fact_type.kind is not Kind.DATE:
            hint = ConditionParser(self.types, self.derived_types).suggest(key)
            self._report(
                file, f"{path}.applies_from", f"expected {{fact: a fact that is a date}}, found {dict(raw)}{hint}"
            )
        return key

    def _dated_cases(self, file: str, path: str, cases: Sequence[DatedCaseForm]) -> Sequence[Clause]:
        clauses = []
        for place, case in enumerate(cases):
            where = f"{path}.applies_from[{place}]"
            is_last = place == len(cases) - 1
            if is_last != (case.when is None):
                self._report(file, where, "every case but the last has a condition, and the last has none")
                continue
            when = ALWAYS if case.when is None else self._condition(case.when, file, f"{where}.when")
            if when is not None:
                clauses.append(Clause(case.day, when, WHENEVER))
        return clauses

    # pack.yaml

    def _results(self, own: set[str]) -> Sequence[ResultKey]:
        for place, form in enumerate(self.pack.results):
            if form.fact not in own:
                self._report("pack.yaml", f"results[{place}].fact", f"{form.fact} is not derived in {CLASSIFICATION}")
        return [
            ResultKey(form.key, form.fact, form.label, form.possible, form.none)
            for form in self.pack.results
            if form.fact in own
        ]


_STANDING: Final[dict[str, str]] = {
    "guidance": " [guidance, not law]",
    "proposed": " [proposed, not yet law]",
    "information": " [for information, not a duty]",
}
"""What a citation says of a rule that is no adopted law, so that it is told wherever the rule is cited."""


def _cite(form: RuleForm) -> str:
    """The citation of a rule; of one that is not law with the word for what it is."""
    return f"{form.citation.act}, {form.citation.provision}{_STANDING.get(form.status, '')}"
