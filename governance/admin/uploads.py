"""Which files are taken as evidence: how large they may be, and which types, by name and by their first bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Final

from django.core.files.uploadedfile import UploadedFile

MOST_MEGABYTES: Final = 25
_TEXT: Final[tuple[bytes, ...]] = ()
_ZIP: Final = (b"PK\x03\x04",)
_SIGNATURES: Final[Mapping[str, tuple[bytes, ...]]] = {
    ".pdf": (b"%PDF-",),
    ".docx": _ZIP,
    ".xlsx": _ZIP,
    ".pptx": _ZIP,
    ".odt": _ZIP,
    ".ods": _ZIP,
    ".odp": _ZIP,
    ".msg": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".eml": _TEXT,
    ".txt": _TEXT,
    ".md": _TEXT,
    ".csv": _TEXT,
    ".json": _TEXT,
    ".xml": _TEXT,
    ".html": _TEXT,
    ".htm": _TEXT,
}
"""The first bytes of each type; a text has none of its own. Programs, macros and archives are not taken."""
TAKEN: Final = "PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG, e-mail, text, CSV, JSON, XML or HTML"
UPLOAD_HELP: Final = f"Up to {MOST_MEGABYTES} MB: {TAKEN}."
_READ_FIRST: Final = 4096


def find_upload_problems(file: UploadedFile[bytes]) -> Iterator[str]:
    """What is wrong with an uploaded file and what would be right, all at once; leaves the file at its start."""
    size = file.size or 0
    if size > MOST_MEGABYTES * 1_000_000:
        yield (
            f"The file has {size / 1_000_000:.1f} MB; {MOST_MEGABYTES} MB are the most. "
            "Upload the part that matters, or give its address instead."
        )
    kind = PurePath(file.name or "").suffix.lower()
    if kind not in _SIGNATURES:
        yield f"Files of the type {kind or 'without an ending'} are not taken. Upload {TAKEN}; unpack an archive first."
        return
    file.seek(0)
    start = file.read(_READ_FIRST)
    file.seek(0)
    signatures = _SIGNATURES[kind]
    is_as_named = start.startswith(signatures) if signatures else b"\x00" not in start
    if not is_as_named:
        yield f"Its name ends in {kind}, but it is no such file inside. Save it anew as {kind}, or mend its name."
