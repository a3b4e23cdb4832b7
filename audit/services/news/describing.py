"""A digest in words: its subject, its line, each system that moved and each finding that is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from audit.engine.facts import JsonValue
from audit.models import Channel, Escalation, Movement, ReassessmentRun
from audit.reports.languages import SOURCE_LANGUAGE, list_languages
from audit.reports.stored import told
from audit.reports.wording import long_day, say
from audit.services.news.changes import gravest
from audit.services.news.wording import finding_word, group_changes, name_because, name_causes, rating_word


@dataclass(slots=True)
class Digest:
    """What one recipient is told of one run, and the causes that count as told by it."""

    moved: list[Movement] = field(default_factory=list)
    more: int = 0
    overdue: list[Escalation] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)


def choose_mail_language(channel: str) -> str:
    """The language of the installation's reports for people; machines are told in English."""
    wanted = str(settings.REPORT_LANGUAGE)
    return wanted if channel == Channel.EMAIL and wanted in dict(list_languages()) else SOURCE_LANGUAGE


def describe_digest(digest: Digest, run: ReassessmentRun, *, language: str = SOURCE_LANGUAGE) -> dict[str, JsonValue]:
    """A digest as plain data, with its words in a language: what a webhook gets, and what the mail is made of."""
    ratings = [*(row.rating for row in digest.moved), *(row.finding.rating for row in digest.overdue)]
    total = len(digest.moved) + digest.more
    with translation.override(language):
        overdue = [_describe_escalation(row, run) for row in digest.overdue]
        return {
            "kind": "digest",
            "language": language,
            "subject": _write_subject(total, len(overdue), ratings, run),
            "line": _write_line(total, run),
            "rating": gravest(ratings).value if ratings else "",
            "run": run.pk,
            "url": link("run", run.pk),
            "as_of": run.as_of.isoformat(),
            "systems_total": run.systems_total,
            "moved": [describe_movement(row) for row in digest.moved],
            "more": digest.more,
            "overdue": [*overdue],
        }


def describe_movement(movement: Movement) -> dict[str, JsonValue]:
    """One system's difference with its words."""
    return {
        "system": movement.system.reference,
        "name": movement.system.name,
        "url": link("system", movement.system_id),
        "rating": movement.rating,
        "before_as_of": movement.before.as_of.isoformat(),
        "after_as_of": movement.after.as_of.isoformat(),
        "causes": [cause for cause in movement.causes.split(",") if cause],
        "because": name_causes([cause for cause in movement.causes.split(",") if cause]),
        "changes": [*group_changes(movement.changes)],
        "findings": [
            {
                **row,
                "says": finding_word(str(row["what"])),
                "title": told(str(row["title"])),
                "because": name_because(str(row["because"])),
            }
            for row in movement.findings
        ],
    }


def _describe_escalation(row: Escalation, run: ReassessmentRun) -> dict[str, JsonValue]:
    finding = row.finding
    return {
        "system": finding.system.reference,
        "name": finding.system.name,
        "url": link("system", finding.system_id) + f"#finding-{finding.pk}",
        "finding": told(finding.title),
        "rating": finding.rating,
        "level": row.level,
        "since": row.since.isoformat(),
        "days": (run.as_of - row.since).days,
        "owner": finding.owner or finding.system.owner,
    }


def _write_subject(moved: int, overdue: int, ratings: Sequence[str], run: ReassessmentRun) -> str:
    if not moved and not overdue:
        return say("Openbook: nothing moved as of {day}", day=long_day(run.as_of))
    parts = []
    if moved:
        parts.append(ngettext("{number} system moved", "{number} systems moved", moved).format(number=moved))
    if overdue:
        late = ngettext("{number} finding is overdue", "{number} findings are overdue", overdue)
        parts.append(late.format(number=overdue))
    return say("Openbook: {what} (gravest: {rating})", what=", ".join(parts), rating=rating_word(gravest(ratings)))


def _write_line(moved: int, run: ReassessmentRun) -> str:
    """What a run comes to, in one line."""
    total, day = run.systems_total, long_day(run.as_of)
    if moved:
        says = ngettext(
            "{moved} of {total} system moved as of {day}.", "{moved} of {total} systems moved as of {day}.", total
        )
        return says.format(moved=moved, total=total, day=day)
    says = ngettext(
        "Nothing moved: {total} system stands as it did, as of {day}.",
        "Nothing moved: {total} systems stand as they did, as of {day}.",
        total,
    )
    return says.format(total=total, day=day)


def link(name: str, *keys: int) -> str:
    """The full address of a page, as it stands in a mail."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=keys)}"
