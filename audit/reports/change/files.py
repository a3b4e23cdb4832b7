"""The change report's own attachments: every item that moved, and every finding."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from audit.reports.attachments import Attachment, attach, canonical_json
from audit.reports.change.moves import Move
from audit.reports.change.records import ChangeRecords
from audit.reports.finding_lines import embed_findings


def build_files(records: ChangeRecords, moves: Sequence[Move]) -> tuple[Attachment, ...]:
    """Give the changes as the engine names them and as they are printed, and the findings."""
    changes: dict[str, object] = {
        "from": records.first,
        "to": records.as_of,
        "systems": [
            {
                "id": each.reference,
                "before_as_of": each.before_on,
                "after_as_of": each.after_on,
                "is_new": each.is_new,
                "changes": None if each.changes is None else [change.to_json() for change in each.changes],
            }
            for each in records.compared
        ],
        "in_words": [
            {"id": move.reference, "what": move.what, "before": move.before, "after": move.after, "cause": move.cause}
            for move in moves
        ],
        "came_into_force": [
            {"rule": each.duty.rule, "id": each.duty.id, "on": each.on, "systems": [*each.systems]}
            for each in records.turned
        ],
    }
    return (
        attach("changes.json", gettext("Every item that moved, with its causes"), "Data", canonical_json(changes)),
        embed_findings(records.findings),
    )
