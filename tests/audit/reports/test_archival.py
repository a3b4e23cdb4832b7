"""What a strict reader finds in the file: every object at the place that the file's own table names."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import IndirectObject, Reference, StreamObject, read_object
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef

from audit.reports.archival import SIGNATURE_FIELD


class _Table:
    """Reads objects where the cross-reference table says; the list of a stream's objects is read once.

    pyHanko reads that list anew for each object, which takes the square of their number.
    """

    def __init__(self, reader: PdfFileReader) -> None:
        self._reader = reader
        self._streams: dict[int, tuple[bytes, list[tuple[int, int]]]] = {}

    def read(self, number: int) -> Any:
        """Give the object; fails where the table leads beyond the objects or to another one."""
        reference = Reference(number, 0, self._reader)
        place = self._reader.xrefs[reference]
        if not isinstance(place, ObjStreamRef):
            return self._reader.get_object(reference)  # type: ignore[no-untyped-call]  # untyped there
        data, objects = self._open(place.obj_stream_id)
        found, offset = objects[place.ix_in_stream]
        assert found == number
        stream = io.BytesIO(data)
        stream.seek(offset)
        read = read_object(stream, reference)
        assert not isinstance(read, StreamObject | IndirectObject)  # ISO 32000-1, 7.5.7: neither may lie in a stream
        return read

    def _open(self, number: int) -> tuple[bytes, list[tuple[int, int]]]:
        """Give the content of a stream of objects, and of each object its number and where it begins."""
        if number not in self._streams:
            stream = self._reader.get_object(Reference(number, 0, self._reader))  # type: ignore[no-untyped-call]  # as above
            assert stream["/Type"] == "/ObjStm"
            first = int(stream["/First"])
            numbers = [int(each) for each in stream.data[:first].split()]
            assert len(numbers) == 2 * stream["/N"]
            begins = [first + offset for offset in numbers[1::2]]
            self._streams[number] = (stream.data, [*zip(numbers[::2], begins, strict=True)])
        return self._streams[number]


@pytest.mark.parametrize("name", ["final", "draft"])
def test_every_object_lies_where_the_cross_reference_table_says(files: dict[str, Path], name: str) -> None:
    """Readers that trust the table, as ISO 32000-1, 7.5.7 lets them, would else take one object for another."""
    content = files[name].read_bytes()
    strict = PdfFileReader(io.BytesIO(content), strict=True)
    table = _Table(strict)
    with pikepdf.open(io.BytesIO(content)) as tolerant:
        for number in range(1, len(tolerant.objects) + 1):
            seen = table.read(number)
            meant = tolerant.get_object(number, 0)
            if isinstance(meant, pikepdf.Dictionary):
                assert set(seen) == set(meant.keys()), number


def test_a_final_report_has_one_empty_tagged_field_and_a_draft_none(files: dict[str, Path]) -> None:
    with pikepdf.open(files["final"]) as final, pikepdf.open(files["draft"]) as draft:
        [field] = final.Root.AcroForm.Fields
        assert (str(field.T), str(field.FT), "/V" in field) == (SIGNATURE_FIELD, "/Sig", False)
        assert pikepdf.Name.Form == final.Root.StructTreeRoot.K[0].K[-1].S
        assert "/AcroForm" not in draft.Root


def test_each_embedded_file_names_its_own_length_and_check_sum(files: dict[str, Path]) -> None:
    """They are packed before WeasyPrint sees them; ISO 32000-1, table 46, says what stands beside them."""
    with pikepdf.open(files["final"]) as pdf:
        assert len(pdf.attachments) == 6
        for name, file in pdf.attachments.items():
            content, inside = file.get_file().read_bytes(), file.obj.EF.F
            assert int(inside.Params.Size) == len(content), name
            assert bytes(inside.Params.CheckSum) == hashlib.md5(content, usedforsecurity=False).digest(), name
            assert str(inside.Filter) == "/FlateDecode"
