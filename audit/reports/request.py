"""Why a report cannot be made as it was asked for."""

from __future__ import annotations


class ReportRequestError(ValueError):
    """The request names too little, or something that does not exist; the message says what would be right."""
