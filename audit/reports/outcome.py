"""The outcome of an assessment as the report reads it: the result of the machine's door (DESIGN §3), typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from audit.engine.scoring.totals import NOT_JUDGED
from audit.reports.citations import name_acts
from audit.reports.exposure import LegalExposure, read_exposure
from audit.selectors.reading import Reading, read_day


@dataclass(frozen=True, slots=True)
class Missing:
    """An unknown fact: what it would decide, and by how many points it would narrow a score."""

    key: str
    decides: tuple[str, ...]
    narrows: float


@dataclass(frozen=True, slots=True)
class Driver:
    """What one fact adds to a score, in points."""

    fact: str
    group: str
    low: float
    high: float
    value: object
    grade: str


@dataclass(frozen=True, slots=True)
class Group:
    """What one group of facts adds to a score, of its weight in points."""

    name: str
    weight: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """A score from 0 to 100 as an interval; the band is that of the high end. Without an assessment all is ``None``."""

    low: float | None
    high: float | None
    band: str
    label: str
    coverage: float | None
    drivers: tuple[Driver, ...]
    groups: tuple[Group, ...]
    missing: tuple[Missing, ...]

    @property
    def is_judged(self) -> bool:
        """False where no fact applied that it could be judged by; its ends are then the whole range."""
        return self.label != NOT_JUDGED


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days as an interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class WayOut:
    """One way to leave: open, blocked or not decided, with what stands against it."""

    title: str
    is_open: bool | None
    blocked_by: tuple[str, ...]
    harder_by: tuple[str, ...]
    missing: tuple[str, ...]
    days: Days | None


@dataclass(frozen=True, slots=True)
class Exit:
    """The exit part of the lock-in judgement; from which days the orderly margin is short, where a day bounds it."""

    time: Days | None
    orderly_margin: Days | None
    sudden_margin: Days | None
    ways: tuple[WayOut, ...]
    contradictions: tuple[str, ...]
    short_at_worst_from: date | None = None
    short_at_best_from: date | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation whose condition holds, with its day and its outcome."""

    id: str
    rule: str
    title: str
    addressee: str
    severity: str
    citation: str
    url: str
    confidence: str
    pack: str
    outcome: str
    in_force: bool
    applies_from: date | None
    stages: tuple[tuple[str, date], ...]
    other_reading: date | None
    control_status: str
    control_source: str
    control_expires_on: date | None
    of_entity: bool = False
    possible_days: tuple[date, ...] = ()
    repealed_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """An obligation of which the facts do not tell whether it applies."""

    id: str
    title: str
    citation: str
    missing: tuple[str, ...]
    of_entity: bool = False


@dataclass(frozen=True, slots=True)
class Disputed:
    """A provision read in two ways: the operative reading counts, the other is shown. ``id`` is that in its pack."""

    id: str
    about: str
    operative: str
    other: str
    basis: str


@dataclass(frozen=True, slots=True)
class Regulation:
    """The regulatory judgement; a list that is ``None`` is not decided."""

    aia_class: str
    possible_classes: tuple[str, ...]
    class_on_go_live: str
    roles: tuple[str, ...] | None
    annex_iii_points: tuple[str, ...] | None
    art_5_points: tuple[str, ...] | None
    gpai_class: str
    grandfathered: bool | None
    high_risk_from: date | None
    duties: tuple[Duty, ...]
    undetermined: tuple[OpenDuty, ...]
    missing: tuple[Missing, ...]
    disputed: tuple[Disputed, ...]
    past_review: tuple[str, ...]
    points_on_go_live: tuple[str, ...] = ()
    exposure: LegalExposure = field(default_factory=LegalExposure)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The three judgements of one day, with the packs and the engine that made them."""

    as_of: date | None
    regulation: Regulation
    lock_in: Score
    exit: Exit
    transparency: Score
    audiences: tuple[tuple[str, Score], ...]
    packs: tuple[tuple[str, str], ...]
    engine: str
    valid_until: date | None


def read_outcome(result: Mapping[str, object]) -> Outcome:
    """Read a stored result; what an older engine did not give reads as unknown."""
    whole = Reading(result)
    lock_in = whole.inside("lock_in") or Reading({})
    transparency = whole.inside("transparency") or Reading({})
    audiences = transparency.inside("by_audience") or Reading({})
    packs = whole.inside("packs") or Reading({})
    return Outcome(
        as_of=whole.day("as_of"),
        regulation=_read_regulation(whole.inside("regulatory") or Reading({})),
        lock_in=_read_score(lock_in),
        exit=_read_exit(lock_in),
        transparency=_read_score(transparency),
        audiences=tuple((name, _read_score(audiences.inside(name) or Reading({}))) for name in audiences.content),
        packs=tuple((name, packs.text(name)) for name in packs.content),
        engine=whole.text("engine"),
        valid_until=whole.day("valid_until"),
    )


def _read_score(part: Reading) -> Score:
    return Score(
        low=part.number("low"),
        high=part.number("high"),
        band=part.text("band"),
        label=part.text("label") or part.text("band").replace("_", " "),
        coverage=part.number("coverage"),
        drivers=tuple(
            Driver(
                fact=driver.text("fact"),
                group=driver.text("group"),
                low=driver.number("points_low") or 0.0,
                high=driver.number("points_high") or 0.0,
                value=driver.content.get("value"),
                grade=driver.text("grade"),
            )
            for driver in part.each("drivers")
        ),
        groups=tuple(
            Group(
                name=group.text("group"),
                weight=group.number("weight") or 0.0,
                low=group.number("low") or 0.0,
                high=group.number("high") or 0.0,
            )
            for group in part.each("groups")
        ),
        missing=_read_missing(part),
    )


def _read_missing(part: Reading) -> tuple[Missing, ...]:
    details = {detail.text("key"): detail for detail in part.each("missing_details")}
    empty = Reading({})
    return tuple(
        Missing(key, details.get(key, empty).texts("decides"), details.get(key, empty).number("narrows") or 0.0)
        for key in part.texts("missing_facts")
    )


def _read_days(part: Reading, key: str) -> Days | None:
    ends = part.inside(key)
    low, high = (ends.number("low"), ends.number("high")) if ends else (None, None)
    return None if low is None or high is None else Days(low, high)


def _read_exit(part: Reading) -> Exit:
    return Exit(
        time=_read_days(part, "exit_time_days"),
        orderly_margin=_read_days(part, "orderly_margin_days"),
        sudden_margin=_read_days(part, "sudden_margin_days"),
        ways=tuple(
            WayOut(
                title=way.text("title") or way.text("option"),
                is_open=way.flag("open"),
                blocked_by=tuple(reason.text("says") for reason in way.each("blocked_by")),
                harder_by=tuple(reason.text("says") for reason in way.each("harder_by")),
                missing=way.texts("missing_facts"),
                days=_read_days(way, "days"),
            )
            for way in part.each("options")
        ),
        contradictions=tuple(conflict.text("says") for conflict in part.each("contradictions")),
        short_at_worst_from=_read_watched(part, "margin_short_at_worst"),
        short_at_best_from=_read_watched(part, "margin_short_at_best"),
    )


def _read_watched(part: Reading, what: str) -> date | None:
    return next((day.day("on") for day in part.each("dates") if day.text("what") == what), None)


def _read_regulation(part: Reading) -> Regulation:
    return Regulation(
        aia_class=part.text("aia_class"),
        possible_classes=part.texts("possible_classes"),
        class_on_go_live=part.text("class_on_go_live"),
        roles=_read_list(part, "aia_roles"),
        annex_iii_points=_read_list(part, "annex_iii_points"),
        art_5_points=_read_list(part, "art_5_points"),
        gpai_class=part.text("gpai_class"),
        grandfathered=part.flag("grandfathered_art_111_2"),
        high_risk_from=part.day("high_risk_duties_from"),
        duties=tuple(read_duty(duty) for duty in part.each("duties")),
        undetermined=tuple(
            OpenDuty(
                duty.text("id"),
                duty.text("title"),
                _citation(duty),
                duty.texts("missing_facts"),
                duty.text("scope") == "entity",
            )
            for duty in part.each("undetermined")
        ),
        missing=_read_missing(part),
        disputed=tuple(
            Disputed(
                id=reading.text("id"),
                about=reading.text("about"),
                operative=reading.text("operative"),
                other=reading.text("other_reading"),
                basis=reading.text("basis"),
            )
            for reading in part.each("readings")
        ),
        past_review=part.texts("past_review"),
        points_on_go_live=part.texts("annex_iii_points_on_go_live"),
        exposure=read_exposure(part.inside("exposure")),
    )


def _read_list(part: Reading, key: str) -> tuple[str, ...] | None:
    return part.texts(key) if isinstance(part.content.get(key), list) else None


def read_duty(duty: Reading) -> Duty:
    """Read one duty of a result."""
    control = duty.inside("control") or Reading({})
    stages = duty.inside("stages") or Reading({})
    days = [(label, read_day(day)) for label, day in stages.content.items()]
    return Duty(
        id=duty.text("id"),
        rule=duty.text("rule"),
        title=duty.text("title") or duty.text("id"),
        addressee=duty.text("addressee") or ", ".join(duty.texts("addressee")),
        severity=duty.text("severity"),
        citation=_citation(duty),
        url=duty.text("url"),
        confidence=duty.text("confidence"),
        pack=duty.text("pack"),
        outcome=duty.text("outcome"),
        in_force=_is_in_force(duty),
        applies_from=duty.day("applies_from"),
        stages=tuple((label, day) for label, day in days if day is not None),
        other_reading=duty.day("other_reading"),
        control_status=control.text("status"),
        control_source=control.text("source"),
        control_expires_on=control.day("expires_on"),
        of_entity=duty.text("scope") == "entity",
        possible_days=tuple(day for day in map(read_day, duty.texts("possible_days")) if day is not None),
        repealed_on=duty.day("repealed_on"),
    )


def _is_in_force(duty: Reading) -> bool:
    """What the result says; an older one that says nothing is read off its outcome."""
    said = duty.flag("in_force")
    return duty.text("outcome") in {"satisfied", "not_satisfied", "undetermined"} if said is None else said


def _citation(duty: Reading) -> str:
    """Give the citation, which a rule writes as a text or as act and provision."""
    parts = duty.inside("citation")
    if parts is None:
        return name_acts(duty.text("citation"))
    return name_acts(", ".join(part for part in (parts.text("act"), parts.text("provision")) if part))
