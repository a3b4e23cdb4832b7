"""Gathers what moved since people were told last: one movement a system, stored with the note that it is told.

It may run twice, at once or after a death in the middle: the note is a conditional update, so each difference is
stored once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from audit.engine.facts import JsonValue
from audit.models import Assessment, Finding, Movement, Rating, ReassessmentRun, Standing
from audit.models.assessments import HAS_MOVED, IS_NEW
from audit.rulepacks import load_packs
from audit.services.explaining import Explanation
from audit.services.news.changes import Difference, find_difference, gravest, name_all_causes
from audit.services.writing import update_rows

AT_ONCE: Final = 50
"""So many systems are compared and stored together; their outcomes are the largest thing held."""
_SETTLED_AT_ONCE: Final = 2_000
MOST_COMPUTED: Final = 1_000
"""In a run that moves more systems, a new law mostly, the causes of the others are told from what was stored."""

_PASSED: Final = "passed"
"""Opened and closed since: nobody is told, and it is noted so that its closing is no news later on."""

Row = dict[str, JsonValue]


def gather_moved(run: ReassessmentRun, *, go_on: Callable[[], None] = lambda: None) -> int:
    """Store a movement for each system whose outcome is not the one people were told of; gives their number.

    ``go_on`` is called before each part, and may raise to stop.
    """
    _settle_first_outcomes(run)
    gathered, before = 0, Movement.objects.filter(run=run).count()
    while waiting := _find_waiting(run):
        for start in range(0, len(waiting), AT_ONCE):
            go_on()
            some = waiting[start : start + AT_ONCE]
            gathered += _gather_some(run, some, may_compute=before + gathered < MOST_COMPUTED)
    return gathered


@transaction.atomic
def _settle_first_outcomes(run: ReassessmentRun) -> None:
    """A system's first outcome is compared with nothing: it is counted, and what moves from then on is told."""
    new = Standing.objects.filter(IS_NEW).order_by("id").values_list("id", "system_id", "assessment_id")
    first = [(standing_id, system_id) for standing_id, system_id, assessment_id in new if assessment_id]
    settled = 0
    for start in range(0, len(first), _SETTLED_AT_ONCE):
        some = first[start : start + _SETTLED_AT_ONCE]
        closed = Finding.objects.filter(closed_on__isnull=False, is_told_open=True)
        closed.filter(system_id__in=[system_id for _, system_id in some]).update(is_told_open=False)
        rows = Standing.objects.filter(IS_NEW, id__in=[standing_id for standing_id, _ in some])
        settled += rows.update(has_news=False)
    if settled:
        ReassessmentRun.objects.filter(pk=run.pk).update(systems_new=F("systems_new") + settled)


def _find_waiting(run: ReassessmentRun) -> list[tuple[int, int, int]]:
    """Systems with another outcome than the one told, with both; what moves twice within a run waits for the next.

    All at once: for the first few PostgreSQL may go through all standings in their order.
    """
    moved = Movement.objects.filter(run=run, system=OuterRef("system"))
    rows = Standing.objects.filter(HAS_MOVED).exclude(Exists(moved))
    columns = rows.order_by("pk").values_list("system_id", "told_assessment_id", "assessment_id")
    return [(system, before, after) for system, before, after in columns if before and after]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What differs for one system, before it is stored."""

    system_id: int
    before_id: int
    after_id: int
    difference: Difference
    causes: Sequence[str]
    findings: Sequence[Row]

    def make_movement(self, run: ReassessmentRun) -> Movement | None:
        """The row to store; none where nothing that people are told of moved."""
        told = [row for row in self.findings if row["what"] != _PASSED]
        if not self.difference.changes and not told:
            return None
        return Movement(
            run=run,
            system_id=self.system_id,
            before_id=self.before_id,
            after_id=self.after_id,
            rating=gravest([self.difference.rating, *(rate_news(row) for row in told)]),
            causes=",".join(self.causes),
            changes=self.difference.changes,
            findings=[{key: value for key, value in row.items() if key != "times"} for row in told],
            is_exact=self.difference.is_exact,
        )


def _gather_some(run: ReassessmentRun, waiting: Sequence[tuple[int, int, int]], *, may_compute: bool) -> int:
    """Compare outside of a transaction, then note and store in a short one."""
    ids = {each for _, before, after in waiting for each in (before, after)}
    assessments = Assessment.objects.select_related("fact_sheet", "outcome_record", "pack_set").in_bulk(ids)
    news = _read_findings({system: before for system, before, _ in waiting})
    prepared = [
        _prepare(assessments[before], assessments[after], news.get(system, []), may_compute=may_compute)
        for system, before, after in waiting
    ]
    with transaction.atomic():
        # Locked in one order, as by those who judge: what somebody else gathered meanwhile is left out.
        rows = Standing.objects.filter(system_id__in=[one.system_id for one in prepared]).select_for_update()
        columns = rows.order_by("pk").values_list("system_id", "told_assessment_id", "assessment_id")
        known = {system_id: (told, latest) for system_id, told, latest in columns}
        kept = [one for one in prepared if known.get(one.system_id, (None, None))[0] == one.before_id]
        notes = [_note_told(one, latest=known[one.system_id][1]) for one in kept]
        update_rows(Standing, ("has_news", "told_assessment_id"), notes, by=("system_id",))
        _note_findings(row for one in kept for row in one.findings)
        movements = [movement for one in kept if (movement := one.make_movement(run))]
        Movement.objects.bulk_create(movements)
    return len(movements)


def _note_told(one: _Prepared, *, latest: int | None) -> tuple[bool, int | None, int]:
    """Whether there are news left of a system that people are told of now, what they know then, and its id."""
    is_left = latest != one.after_id  # it was judged again meanwhile
    return is_left, one.after_id if is_left else None, one.system_id


def _prepare(before: Assessment, after: Assessment, findings: Sequence[Row], *, may_compute: bool) -> _Prepared:
    is_same = before.outcome_sha256 == after.outcome_sha256
    difference = Difference([], is_exact=True) if is_same else find_difference(before, after, may_compute=may_compute)
    causes = difference.causes or (name_all_causes(before, after) if findings else [])
    if findings:
        # One that was closed carries its cause already; for the others it is what moved beside them.
        because = Explanation(before, after, load_packs()).name_all()
        findings = [{**row, "because": row["because"] or because} for row in findings]
    return _Prepared(after.system_id, before.pk, after.pk, difference, causes, findings)


def rate_news(row: Mapping[str, JsonValue]) -> Rating:
    """A finding that was opened weighs what it is rated; one that was closed is good news, and told of grave ones."""
    rating = Rating(str(row["rating"]))
    if row["what"] != "closed":
        return rating
    return Rating.MODERATE if rating in (Rating.HIGH, Rating.VERY_HIGH) else Rating.LOW


def _read_findings(befores: Mapping[int, int]) -> dict[int, list[Row]]:
    """For each system the findings that were opened, opened again or closed since the outcome people were told of."""
    rows = Finding.objects.filter(system_id__in=befores).order_by("system_id", "id")
    found: dict[int, list[Row]] = defaultdict(list)
    for finding in rows.only(
        "system_id", "key", "title", "rating", "times_opened", "opened_by_id", "closed_on", "closed_because",
        "times_told", "is_told_open",
    ).iterator(chunk_size=500):  # fmt: skip
        what = _tell(finding, told=befores[finding.system_id])
        if what is not None:
            found[finding.system_id].append(
                {
                    "id": finding.pk,
                    "key": finding.key,
                    "title": finding.title,
                    "rating": finding.rating,
                    "what": what,
                    "because": finding.closed_because if what == "closed" else "",
                    "times": finding.times_opened,
                }
            )
    return found


def _tell(finding: Finding, *, told: int) -> str | None:
    """What became of a finding since the assessment that people were told of, by its id; none if nothing did."""
    is_newer = finding.opened_by_id > told and finding.times_opened == 1
    if finding.closed_on is None:
        if finding.times_opened > finding.times_told:
            return "reopened"
        return "opened" if is_newer else None
    if not finding.is_told_open:
        return None
    return _PASSED if is_newer else "closed"


def _note_findings(findings: Iterable[Row]) -> None:
    """Note which openings people were told of; one that was opened once needs no note, it is told from the start."""
    news = [row for row in findings if row["what"] != "opened"]
    update_rows(
        Finding,
        ("times_told", "is_told_open"),
        [(int(str(row["times"])), row["what"] == "reopened", int(str(row["id"]))) for row in news],
        by=("id",),
    )
