"""The view of a decision memo: all that is printed, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext

from audit.models import Report
from audit.portfolio.comparison import write_memo
from audit.portfolio.costs import BREAK_EVEN
from audit.reports.attachments import attach, canonical_json
from audit.reports.contents import list_parts
from audit.reports.document import moment_of
from audit.reports.frame import FramedReport, build_frame, tell_days
from audit.reports.many import build_evidence
from audit.reports.memo.choices import Choices, build_choices, name_choice
from audit.reports.memo.records import MemoRecords, read_records
from audit.reports.sections.front import Entry
from audit.reports.stored import told
from audit.reports.wording import long_day, number, say_count, sentence

PARTS: Final = list_parts(
    "reports/memo",
    ("cover", "Cover"),
    ("control", "Document control"),
    ("scope", "Objectives, scope and cut-off"),
    ("method", "Method and limitations"),
    ("beside", "Side by side"),
    ("trade_offs", "Trade-offs in words"),
    ("migration", "What would have to be migrated"),
    ("signature", "Evidence and signature page"),
)


@dataclass(frozen=True)
class MemoView(FramedReport):
    """The eight parts."""

    choices: Choices
    lead: str
    open: str
    formula: str
    purpose: str
    as_of: str


def build_memo_view(report: Report) -> MemoView:
    """Give the view of one decision memo, in the active language."""
    return build_view(read_records(report))


def build_view(records: MemoRecords) -> MemoView:
    """Give the view of records already read."""
    comparison, system = records.comparison, records.system
    memo = attach("memo.json", gettext("The memo as data, in English"), "Data", canonical_json(write_memo(comparison)))
    attachments = build_evidence(records.report, records.judged, records.packs, [memo])
    day = long_day(comparison.as_of)
    frame = build_frame(
        records.report,
        title=gettext("AI decision memo"),
        subject=f"{system.reference} {system.name}",
        author=system.legal_entity.name,
        subtitle=tell_days(comparison.as_of, timezone.localdate(moment_of(records.report))),
        entries=[
            Entry(gettext("In use"), name_choice(comparison, comparison.present)),
            Entry(gettext("Choices beside it"), number(len(comparison.choices))),
        ],
        parts=PARTS,
        packs=records.packs,
        attachments=attachments,
        is_fictional=system.is_fictional,
    )
    return MemoView(
        frame=frame,
        choices=build_choices(records),
        lead=_say_lead(len(comparison.choices)),
        open=_say_open(records),
        formula=sentence(told(BREAK_EVEN)),
        purpose=system.purpose,
        as_of=day,
    )


def _say_lead(choices: int) -> str:
    return sentence(
        say_count(
            "One choice stands beside what is in use. Each was judged on its own facts by the same rules; none is "
            "ranked above the other, because what weighs most is for management to say.",
            "{number} choices stand beside what is in use. Each was judged on its own facts by the same rules; none is "
            "ranked above another, because what weighs most is for management to say.",
            choices,
        )
    )


def _say_open(records: MemoRecords) -> str:
    """How many facts each choice leaves open that are known of what is in use."""
    known = set(records.comparison.present.sheet)
    lost = max((len(known - set(each.sheet)) for each in records.comparison.choices), default=0)
    if not lost:
        return gettext("Every fact that is known of what is in use is known of each choice too.")
    return say_count(
        "Of a choice, one fact is not known that is known of what is in use; until it is asked, the worst counts.",
        "Of a choice, up to {number} facts are not known that are known of what is in use; until they are asked, the "
        "worst counts.",
        lost,
    )
