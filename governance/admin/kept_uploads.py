"""Files that are uploaded for an import: kept for a day between the dry run and the confirmation, then deleted."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

_FOLDER: Final = "imports"
_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KeptUpload:
    """An uploaded file by the name it had, with its content."""

    name: str
    content: bytes


def keep_upload(request: HttpRequest, key: str, name: str, content: bytes) -> None:
    """Keep a file for this person's session; what was kept under the key before goes."""
    forget_upload(request, key)
    stored = default_storage.save(f"{_FOLDER}/{uuid.uuid4()}", ContentFile(content))
    request.session[key] = {"stored": stored, "name": name[:100]}


def read_upload(request: HttpRequest, key: str) -> KeptUpload | None:
    """The kept file; None if it is gone."""
    kept = request.session.get(key)
    if not kept or not default_storage.exists(kept["stored"]):
        return None
    with default_storage.open(kept["stored"]) as file:
        return KeptUpload(kept["name"], file.read())


def forget_upload(request: HttpRequest, key: str) -> None:
    """Delete this person's kept file, and any that has been left lying."""
    kept = request.session.pop(key, None)
    if kept:
        default_storage.delete(kept["stored"])
    if default_storage.exists(_FOLDER):
        for name in default_storage.listdir(_FOLDER)[1]:
            if default_storage.get_modified_time(f"{_FOLDER}/{name}") < timezone.now() - _KEPT:
                default_storage.delete(f"{_FOLDER}/{name}")


def write_problems(header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Problems as a CSV file to work through; no cell of it starts a formula."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="problems.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_defuse(cell) if isinstance(cell, str) else cell for cell in row])
    return response


def _defuse(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
