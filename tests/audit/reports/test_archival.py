"""What a strict reader finds in the file: every object at the place that the file's own table names."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import PdfFileReader

from audit.reports.archival import SIGNATURE_FIELD


@pytest.mark.parametrize("name", ["final", "draft"])
def test_every_object_lies_where_the_cross_reference_table_says(files: dict[str, Path], name: str) -> None:
    """Readers that trust the table, as ISO 32000-1, 7.5.7 lets them, would else take one object for another."""
    content = files[name].read_bytes()
    strict = PdfFileReader(io.BytesIO(content), strict=True)
    with pikepdf.open(io.BytesIO(content)) as tolerant:
        for number in range(1, len(tolerant.objects) + 1):
            # Raises where the table leads beyond the objects.
            seen = strict.get_object(Reference(number, 0, strict))  # type: ignore[no-untyped-call]  # untyped there
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
