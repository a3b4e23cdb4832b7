"""The change report's own attachments: every item that moved, and every finding."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from audit.reports.attachments import Attachment, canonical_json
from audit.reports.change.moves import Move
from audit.reports.change.records import ChangeRecords, Compared
from audit.reports.finding_lines import embed_findings
from audit.reports.packing import PackedFile, Packer


def build_files(records: ChangeRecords, moves: Sequence[Move]) -> tuple[Attachment, ...]:
    """Give the changes as the engine names them and as they are printed, and the findings."""
    return (
        Attachment("changes.json", gettext("Every item that moved, with its causes"), "Data", _pack(records, moves)),
        embed_findings(records.findings),
    )


def _pack(records: ChangeRecords, moves: Sequence[Move]) -> PackedFile:
    """Pack the changes system by system, as canonical JSON."""
    packer = Packer()
    packer.add(b'{"came_into_force":')
    packer.add_list(
        canonical_json({"rule": each.duty.rule, "id": each.duty.id, "on": each.on, "systems": [*each.systems]})
        for each in records.turned
    )
    packer.add(b',"from":%s,"in_words":' % canonical_json(records.first))
    packer.add_list(
        canonical_json(
            {"id": move.reference, "what": move.what, "before": move.before, "after": move.after, "cause": move.cause}
        )
        for move in moves
    )
    packer.add(b',"systems":')
    packer.add_list(canonical_json(_describe(each)) for each in records.compared)
    packer.add(b',"to":%s}' % canonical_json(records.as_of))
    return packer.close()


def _describe(system: Compared) -> dict[str, object]:
    return {
        "id": system.reference,
        "before_as_of": system.before_on,
        "after_as_of": system.after_on,
        "is_new": system.is_new,
        "changes": None if system.changes is None else [change.to_json() for change in system.changes],
    }
