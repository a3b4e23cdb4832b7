"""The concrete ways out of one system: which host, which weights, which substitute, with what blocks each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from audit.engine.assess import assess
from audit.engine.facts import FactSheet, JsonValue, parse_controls, parse_sheet
from audit.engine.lock_in import LockInResult, judge_lock_in
from audit.engine.lock_in.exercises import ages_on
from audit.engine.lock_in.options import Option
from audit.models import FactSheetRecord
from audit.portfolio.alternatives import AlternativeFinder
from audit.portfolio.costs import Money, Price, cost_of_year, find_price
from audit.portfolio.figures import recall_figures
from audit.portfolio.hardware import Hardware, estimate_hardware
from audit.portfolio.reach import host_of, runs_here, trace_reliances
from audit.portfolio.tables import Tables, UseRow, read_tables
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.snapshots import build_fact_sheet
from audit.snapshots.rows import EvaluationRow
from governance.choices import ComponentKind, EvaluationResult, Fallback

OTHER_HOST: Final = "same_model_other_host"
SELF_HOST: Final = "same_weights_self_hosted"
OTHER_MODEL: Final = "other_model"
WITHOUT_AI: Final = "fallback_without_ai"
HOSTS: Final = "lock.independent_hosts"
PASSED: Final = "lock.equivalent_models_passed"
_KINDS: Final = frozenset({ComponentKind.MODEL, ComponentKind.ASSISTANT, ComponentKind.SERVICE})


@dataclass(frozen=True, slots=True)
class Way:
    """One concrete way out. ``is_open`` is none while the facts in ``missing`` decide.

    ``days`` are those of the exit's phases, ``cost`` is that of a year at today's volume; none where not known.
    """

    option: str
    label: str
    is_open: bool | None
    blocked_by: tuple[str, ...] = ()
    harder_by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    days: tuple[int, int] | None = None
    price: Price | None = None
    cost: Money | None = None
    hardware: Hardware | None = None

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "option": self.option,
            "label": self.label,
            "open": self.is_open,
            "blocked_by": [*self.blocked_by],
            "harder_by": [*self.harder_by],
            "missing_facts": [*self.missing],
            "days": None if self.days is None else {"low": self.days[0], "high": self.days[1]},
            "price": self.price.to_json() if self.price else None,
            "cost_of_year": self.cost.to_json() if self.cost else None,
            "hardware": self.hardware.to_json() if self.hardware else None,
        }


def read_ways_out(*, system_id: int, as_of: date) -> tuple[Way, ...]:
    """The ways out of a system as the register stands; raises ``AISystem.DoesNotExist`` if there is no such system."""
    snapshot = build_fact_sheet(system_id, as_of, concentration=recall_figures(as_of))
    sheet, controls = parse_sheet(snapshot.facts, fact_types()), parse_controls(snapshot.controls)
    judged = assess(snapshot.reference, sheet, controls, load_packs(()), as_of).lock_in
    return list_ways(read_tables([system_id]), system_id, judged, as_of)


def read_ways_of_assessment(*, system_id: int, assessment_id: int, as_of: date) -> tuple[Way, ...]:
    """The ways out on the facts of an assessment that is there: cheap enough for a page.

    Raises ``FactSheetRecord.DoesNotExist`` if there is no such assessment.
    """
    content = FactSheetRecord.objects.values_list("content", flat=True).get(assessments=assessment_id)
    model = load_packs(()).lock_in
    facts = {key: fact for key, fact in content["facts"].items() if key in model.reads}
    judged = judge_lock_in(parse_sheet(facts, fact_types()), model, as_of)
    return list_ways(read_tables([system_id]), system_id, judged, as_of)


def list_ways(tables: Tables, system_id: int, judged: LockInResult, as_of: date) -> tuple[Way, ...]:
    """Name the options of the judgement: what the model says of an option holds for each way of its kind.

    Where the register names nothing for an option, the option itself stands, with what blocks it.
    """
    namer = _Namer(tables, system_id, judged, as_of)
    found: list[Way] = []
    for option in judged.options:
        named = list(namer.name(option))
        found += named or [_way_of(option, option.way.title)]
    return tuple(found)


def _way_of(option: Option, label: str) -> Way:
    return Way(
        option.way.name,
        label,
        option.is_open,
        tuple(says for _, says in option.blocked_by),
        tuple(says for _, says in option.harder),
        option.missing,
        option.days,
    )


def _way_that_exists(option: Option, label: str, known: FactSheet, counted_in: str) -> Way:
    """The way judged without the fact that counts such ways: this one is there, and need not be counted.

    The count is that of the worst component in use, which may be another one.
    """
    met = [(need, need.is_met(known)) for need in option.way.needs if need.key != counted_in]
    blocked = tuple(dict.fromkeys(need.says for need, result in met if result is False))
    missing = () if blocked else tuple(dict.fromkeys(need.key for need, result in met if result is None))
    is_open = False if blocked else (None if missing else True)
    return replace(_way_of(option, label), is_open=is_open, blocked_by=blocked, missing=missing)


@dataclass(frozen=True)
class _Namer:
    tables: Tables
    system_id: int
    judged: LockInResult
    as_of: date
    _finder: dict[str, AlternativeFinder] = field(default_factory=dict)

    def name(self, option: Option) -> Iterator[Way]:
        """The concrete ways of one kind."""
        if option.way.name == OTHER_HOST:
            return self._other_hosts(option)
        if option.way.name == SELF_HOST:
            return self._self_hosting(option)
        if option.way.name == OTHER_MODEL:
            return self._other_models(option)
        if option.way.name == WITHOUT_AI:
            return self._fallbacks(option)
        return iter(())

    @property
    def finder(self) -> AlternativeFinder:
        if "" not in self._finder:
            self._finder[""] = AlternativeFinder(trace_reliances(self.tables), self.as_of)
        return self._finder[""]

    @property
    def _uses(self) -> Sequence[UseRow]:
        """The models, assistants and services in use that somebody else made."""
        component = self.tables.component
        uses = self.tables.uses_of.get(self.system_id, ())
        return [use for use in uses if (row := component.get(use.component_id)) and row.kind in _KINDS]

    def _other_hosts(self, option: Option) -> Iterator[Way]:
        for use in self._uses:
            ours = host_of(use, self.tables)
            for company in self.finder.hosts_of(use.component_id):
                if company == ours:
                    continue
                model, name = self.tables.name_component(use.component_id), self.tables.name_vendor(company)
                way = _way_that_exists(option, f"{model} at {name}", self.judged.known, HOSTS)
                way = self._priced(way, use, use.component_id, company)
                yield replace(way, harder_by=(*way.harder_by, *self._ends_at(use.component_id, company)))

    def _ends_at(self, component_id: int, company: int) -> Iterator[str]:
        """That the other host has announced an end, too."""
        offers = self.tables.offers_of.get(component_id, ())
        days = [row.retires_on for row in offers if row.company_id == company and row.retires_on is not None]
        if days:
            yield f"{self.tables.name_vendor(company)} ends it on {min(days)}."

    def _self_hosting(self, option: Option) -> Iterator[Way]:
        for use in self._uses:
            component = self.tables.component[use.component_id]
            is_others = component.own_work_of_id is None and component.kind == ComponentKind.MODEL
            if is_others and not runs_here(use):
                way = _way_of(option, f"{component.label} on our own machines")
                yield replace(way, hardware=estimate_hardware(component.label))

    def _other_models(self, option: Option) -> Iterator[Way]:
        """Every other model that was evaluated as a substitute, by its latest evaluation; it blocks itself alone."""
        in_use = {use.component_id for use in self.tables.uses_of.get(self.system_id, ())}
        latest: dict[int, EvaluationRow] = {}
        for row in self.tables.evaluations_of.get(self.system_id, ()):
            before = latest.get(row.component_id)
            if row.is_substitute and row.component_id not in in_use and row.evaluated_on <= self.as_of:
                latest[row.component_id] = row if before is None else max(before, row, key=lambda one: one.evaluated_on)
        for component_id, row in latest.items():
            blocked = self._why_not(row)
            way = _way_that_exists(option, self.tables.name_component(component_id), self.judged.known, PASSED)
            if blocked:
                yield replace(way, is_open=False, blocked_by=(blocked,), missing=())
            else:
                yield from self._at_its_hosts(way, component_id)

    def _at_its_hosts(self, way: Way, component_id: int) -> Iterator[Way]:
        hosts = self.finder.hosts_of(component_id)
        main = next(iter(self._uses), None)
        for company in hosts:
            label = f"{way.label} at {self.tables.name_vendor(company)}"
            yield self._priced(replace(way, label=label), main, component_id, company)
        if not hosts:
            yield replace(way, harder_by=(*way.harder_by, "No company is registered that runs it."))

    def _why_not(self, row: EvaluationRow) -> str:
        if row.result != EvaluationResult.PASSED:
            return f"It {EvaluationResult(row.result).label.lower()} our evaluation of {row.evaluated_on}."
        if self.as_of >= ages_on(row.evaluated_on):
            return f"It passed our evaluation of {row.evaluated_on}, which is more than 12 months old."
        return ""

    def _fallbacks(self, option: Option) -> Iterator[Way]:
        labels = {Fallback.RULES: "Fixed rules take over", Fallback.MANUAL: "People take over"}
        stated: Mapping[str, float | None] = {
            row.fallback: row.fallback_activation_days
            for row in self.tables.contracts_of.get(self.system_id, ())
            if row.fallback in labels
        }
        for kind in stated:
            yield _way_of(option, labels[Fallback(kind)])

    def _priced(self, way: Way, use: UseRow | None, component_id: int, company: int) -> Way:
        price = find_price(self.tables.offers_of.get(component_id, ()), company, self.as_of)
        cost = cost_of_year(use, price) if use is not None and price is not None else None
        return replace(way, price=price, cost=cost)
