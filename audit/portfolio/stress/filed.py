"""Filed stress runs, read back for pages and reports: the figures as they were filed, and what they say in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from audit.engine.facts import JsonValue
from audit.models import StressRecord, WorkState
from audit.portfolio.stress.sentences import name_scenario, write_sentences
from audit.selectors.reading import Reading


class Span(NamedTuple):
    """An interval of days, at worst and at best; of what is missing, at best and at worst."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FiledHit:
    """A system that is hit. ``short`` are the days that are missing; none where that is not known.

    ``plan`` is tested, untested, missing or unknown; ``stranded`` is none where nobody entered what the vendor holds.
    """

    system: str
    name: str
    function: str
    is_critical: bool | None
    is_sure: bool
    because: tuple[str, ...]
    orderly: Span | None
    sudden: Span | None
    short: Span | None
    plan: str
    stranded: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class FiledFunction:
    """A business function with the number of its systems, and of those that are hit."""

    name: str
    is_critical: bool | None
    surely: int
    perhaps: int
    systems: int


@dataclass(frozen=True, slots=True)
class FiledFlow:
    """A data flow that would have no basis; ``had_none`` tells that it has none today. No country: not known."""

    system: str
    recipient: str
    country: str
    data: str
    tool: str
    is_sure: bool
    had_none: bool


@dataclass(frozen=True, slots=True)
class FiledYear:
    """What a calendar year costs in one currency."""

    year: int
    currency: str
    as_agreed: float
    in_scenario: float


@dataclass(frozen=True, slots=True)
class FiledCost:
    """What something costs one system; the years in order. ``break_even`` is a yearly volume in the price's unit."""

    system: str
    what: str
    basis: str
    note: str
    break_even: float | None
    years: tuple[FiledYear, ...]


@dataclass(frozen=True, slots=True)
class FiledJudgement:
    """What the engine makes of the changed facts of one system."""

    system: str
    lock_in: tuple[Span, Span]
    bands: tuple[str, str]
    exit_days: tuple[Span, Span]
    duties_gained: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FiledStress:
    """One filed run: the scenario in words, the day of the register, the figures, and sentences that tell them."""

    record_id: int
    scenario: str
    title: str
    parameters: Mapping[str, str]
    as_of: date
    filed_at: datetime | None
    requested_by: str
    note: str
    sha256: str
    systems: int
    hits: tuple[FiledHit, ...]
    functions: tuple[FiledFunction, ...]
    flows: tuple[FiledFlow, ...]
    costs: tuple[FiledCost, ...]
    cost_by_year: tuple[FiledYear, ...]
    unknown_costs: tuple[str, ...]
    judgements: tuple[FiledJudgement, ...]
    not_judged: tuple[str, ...]
    flaws: tuple[str, ...]
    sentences: tuple[str, ...]

    @property
    def surely(self) -> int:
        """How many systems are surely hit."""
        return sum(hit.is_sure for hit in self.hits)

    @property
    def perhaps(self) -> int:
        """How many may be hit, as far as the register tells."""
        return len(self.hits) - self.surely

    @property
    def critical_functions(self) -> tuple[str, ...]:
        """The critical functions of which a system is surely hit."""
        return tuple(one.name for one in self.functions if one.is_critical and one.surely)

    @property
    def untested(self) -> tuple[FiledHit, ...]:
        """The systems that are hit and whose way out was never walked."""
        return tuple(hit for hit in self.hits if hit.plan != "tested")


class NotFiledError(LookupError):
    """There is no such stress run, or it has no result yet."""


def read_filed_stress(record_id: int) -> FiledStress:
    """One filed run; raises ``NotFiledError`` where there is none, or it is not computed yet."""
    record = StressRecord.objects.filter(pk=record_id, state=WorkState.DONE).first()
    if record is None or record.result is None:
        raise NotFiledError(f"there is no filed stress run {record_id}")
    return describe_record(record)


def read_latest_filed() -> tuple[FiledStress, ...]:
    """The latest filed run of each scenario with its parameters, the newest first; two queries."""
    done = StressRecord.objects.filter(state=WorkState.DONE, result__isnull=False)
    latest: dict[tuple[str, str], int] = {}
    for record_id, scenario, parameters in done.order_by("-id").values_list("id", "scenario", "parameters"):
        latest.setdefault((scenario, repr(sorted(parameters.items()))), record_id)
    rows = StressRecord.objects.filter(pk__in=latest.values()).order_by("-id")
    return tuple(describe_record(record) for record in rows)


def describe_record(record: StressRecord) -> FiledStress:
    """A record with a result, as figures and sentences. What an older result lacks is empty."""
    content: Mapping[str, JsonValue] = record.result or {}
    found = Reading(content)
    return FiledStress(
        record_id=record.pk,
        scenario=record.scenario,
        title=name_scenario(content),
        parameters={str(key): str(value) for key, value in record.parameters.items()},
        as_of=record.as_of,
        filed_at=record.finished_at or record.created_at,
        requested_by=record.requested_by,
        note=record.note,
        sha256=record.result_sha256,
        systems=int(found.number("systems") or 0),
        hits=tuple(map(_read_hit, found.each("hits"))),
        functions=tuple(map(_read_function, found.each("functions"))),
        flows=tuple(map(_read_flow, found.each("flows_without_basis"))),
        costs=tuple(map(_read_cost, found.each("costs"))),
        cost_by_year=tuple(
            FiledYear(
                int(one.number("year") or 0),
                one.text("currency"),
                one.number("as_agreed") or 0.0,
                one.number("in_scenario") or 0.0,
            )
            for one in found.each("cost_by_year")
        ),
        unknown_costs=found.texts("unknown_costs"),
        judgements=tuple(map(_read_judgement, found.each("judgements"))),
        not_judged=found.texts("not_judged"),
        flaws=found.texts("flaws"),
        sentences=write_sentences(content),
    )


def _read_hit(one: Reading) -> FiledHit:
    stranded = one.content.get("stranded_assets")
    return FiledHit(
        one.text("system"),
        one.text("name"),
        one.text("function"),
        one.flag("critical"),
        one.text("certainty") == SURELY,
        one.texts("because"),
        _read_span(one, "orderly_margin_days"),
        _read_span(one, "sudden_margin_days"),
        _read_span(one, "short_by_days"),
        one.text("exit_plan"),
        None if stranded is None else one.texts("stranded_assets"),
    )


def _read_function(one: Reading) -> FiledFunction:
    surely, perhaps, systems = (
        int(one.number(key) or 0) for key in ("systems_surely_hit", "systems_perhaps_hit", "systems")
    )
    return FiledFunction(one.text("function"), one.flag("critical"), surely, perhaps, systems)


def _read_flow(one: Reading) -> FiledFlow:
    return FiledFlow(
        one.text("system"),
        one.text("recipient"),
        one.text("country"),
        one.text("data"),
        one.text("tool"),
        one.text("certainty") == SURELY,
        one.flag("has_none_today") is True,
    )


def _read_cost(one: Reading) -> FiledCost:
    years = []
    for each in one.each("years"):
        before, after = _read_inside(each, "as_agreed"), _read_inside(each, "in_scenario")
        amounts = before.number("amount") or 0.0, after.number("amount") or 0.0
        years.append(FiledYear(int(each.number("year") or 0), before.text("currency"), *amounts))
    return FiledCost(
        one.text("system"),
        one.text("what"),
        one.text("basis"),
        one.text("note"),
        one.number("break_even_volume"),
        tuple(years),
    )


def _read_judgement(one: Reading) -> FiledJudgement:
    before, after = _read_inside(one, "before"), _read_inside(one, "after")
    nothing = Span(0, 100)
    return FiledJudgement(
        one.text("system"),
        (_read_span(before, "lock_in") or nothing, _read_span(after, "lock_in") or nothing),
        (_read_inside(before, "lock_in").text("band"), _read_inside(after, "lock_in").text("band")),
        (_read_span(before, "exit_time_days") or Span(0, 0), _read_span(after, "exit_time_days") or Span(0, 0)),
        one.texts("duties_gained"),
    )


SURELY: Final = "surely"


def _read_inside(one: Reading, key: str) -> Reading:
    return one.inside(key) or Reading({})


def _read_span(one: Reading, key: str) -> Span | None:
    ends = _read_inside(one, key)
    low, high = ends.number("low"), ends.number("high")
    return None if low is None or high is None else Span(low, high)
