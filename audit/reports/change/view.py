"""The view of a change report: all that is printed, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from audit.models import Report
from audit.reports.change import findings, law, summary
from audit.reports.change.files import build_files
from audit.reports.change.moves import Move, describe_moves
from audit.reports.change.records import ChangeRecords, read_records
from audit.reports.contents import list_parts
from audit.reports.frame import FramedReport, build_frame
from audit.reports.many import build_evidence
from audit.reports.portfolio.capping import left_out
from audit.reports.sections.front import Entry
from audit.reports.wording import long_day, number, say

PARTS: Final = list_parts(
    "reports/change",
    ("cover", "Cover"),
    ("control", "Document control"),
    ("scope", "Objectives, scope and cut-off"),
    ("method", "Method and limitations"),
    ("moves", "What moved, and why"),
    ("systems", "Systems added and withdrawn"),
    ("findings", "Findings opened and closed"),
    ("law", "Law and method: what is new"),
    ("signature", "Evidence and signature page"),
)
_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class SystemName:
    """A system by reference and name."""

    reference: str
    name: str


@dataclass(frozen=True)
class ChangeView(FramedReport):
    """The nine parts."""

    summary: summary.Summary
    moves: tuple[Move, ...]
    moves_left_out: str
    untold: tuple[SystemName, ...]
    new: tuple[SystemName, ...]
    withdrawn: tuple[SystemName, ...]
    found: findings.FindingMoves
    law: law.LawMoves
    first: str
    second: str


def build_change_view(report: Report) -> ChangeView:
    """Give the view of one change report, in the active language."""
    return build_view(read_records(report))


def build_view(records: ChangeRecords) -> ChangeView:
    """Give the view of records already read."""
    moves = [move for system in records.compared for move in describe_moves(records, system)]
    ranked = sorted(moves, key=lambda move: (not move.is_class, move.reference))
    found = findings.build_findings(records)
    attachments = build_evidence(records.report, records.file, records.packs, build_files(records, moves))
    first, second = long_day(records.first), long_day(records.as_of)
    entities = sorted({str(system["legal_entity__name"]) for system in records.systems.values()})
    author = entities[0] if len(entities) == 1 else say("{number} legal entities", number=number(len(entities)))
    system = records.report.system
    frame = build_frame(
        records.report,
        title=gettext("AI change report"),
        subject=str(system) if system is not None else gettext("All AI systems"),
        author=author,
        subtitle=say("what moved between {first} and {second}", first=first, second=second),
        entries=[
            Entry(gettext("First day"), first),
            Entry(gettext("Second day"), second),
        ],
        parts=PARTS,
        packs=records.packs,
        attachments=attachments,
        is_fictional=any(row["is_fictional"] for row in records.systems.values()),
    )
    return ChangeView(
        frame=frame,
        summary=summary.build_summary(records, ranked, found),
        moves=tuple(ranked[:_MOST]),
        moves_left_out=left_out(len(ranked), _MOST),
        untold=tuple(SystemName(each.reference, each.name) for each in records.compared if each.changes is None),
        new=tuple(SystemName(each.reference, each.name) for each in records.compared if each.is_new),
        withdrawn=tuple(
            SystemName(reference, str(records.systems[reference]["name"]))
            for reference in summary.list_withdrawn(records)
        ),
        found=found,
        law=law.build_law(records),
        first=first,
        second=second,
    )
