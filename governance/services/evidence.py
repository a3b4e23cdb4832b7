"""Evidence files: their SHA-256, computed when they are uploaded, so that a later change shows."""

from __future__ import annotations

import hashlib

from governance.models import Evidence


def fill_file_digest(evidence: Evidence) -> None:
    """Set ``sha256`` from the content of a file that is being uploaded; a stored file keeps its digest."""
    stored = evidence.file
    if not stored or getattr(stored, "_committed", True):
        return
    digest = hashlib.sha256()
    for chunk in stored.chunks():
        digest.update(chunk)
    stored.seek(0)
    evidence.sha256 = digest.hexdigest()
