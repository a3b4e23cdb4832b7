"""What is packed piece by piece is the same file as if it had been packed whole, and holds what was written."""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from audit.reports.attachments import canonical_json
from audit.reports.finding_lines import FINDING_COLUMNS, FindingLine, embed_findings
from audit.reports.many import AssessmentsFile
from audit.reports.packing import Packer, pack
from tests.audit.reports.many_example import judge


@given(st.lists(st.binary(max_size=400), max_size=12))
def test_the_pieces_make_no_difference_and_the_hashes_are_of_what_was_written(pieces: list[bytes]) -> None:
    packer = Packer()
    for piece in pieces:
        packer.add(piece)
    packed, whole = packer.close(), b"".join(pieces)
    assert packed == pack(whole)
    assert packed.unpack() == whole
    # As pydyf compresses a stream, so that a report made before packing has the same bytes.
    assert packed.compressed == zlib.compress(whole, 9)
    assert (packed.size, packed.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    assert packed.md5 == hashlib.md5(whole, usedforsecurity=False).hexdigest()


def test_a_long_file_in_pieces_is_the_same_as_whole() -> None:
    """Longer than the 32 kilobytes that deflate looks back, and of text that repeats."""
    rows = [f'{{"id":"SYS-{at:05d}","value":{at % 97}}}'.encode() for at in range(20_000)]
    packer = Packer()
    for row in rows:
        packer.add(row)
    assert packer.close() == pack(b"".join(rows))


def test_findings_one_by_one_are_the_canonical_json_of_all() -> None:
    day = date(2026, 11, 20)
    rest = {"opened_on": day, "times_opened": 1, "owner": "", "due_on": None, "response": "", "accepted_until": None}
    lines = [
        FindingLine(reference, "k", "law", "high", "Ü", "Art. 9", closed_on=None, closed_because="", **rest)  # type: ignore[arg-type]  # a plain row
        for reference in ("SYS-001", "SYS-002")
    ]
    for some in ([], lines[:1], lines):
        rows = [[value.isoformat() if isinstance(value, date) else value for value in line] for line in some]
        assert embed_findings(some).content == canonical_json({"columns": FINDING_COLUMNS, "rows": rows})


def test_assessments_one_by_one_are_the_canonical_json_of_all() -> None:
    judged = judge("SYS-001")
    for many in range(3):
        file = AssessmentsFile()
        for _ in range(many):
            file.add(judged)
        content = file.packed.unpack()
        read = json.loads(content)
        assert content == canonical_json(read)
        assert [each["id"] for each in read["assessments"]] == ["SYS-001"] * many
        # The packs are written once for all.
        assert len(read["judged_by"]) == min(many, 1)
