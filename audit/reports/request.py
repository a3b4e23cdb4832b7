"""Why a report cannot be made as it was asked for."""

from __future__ import annotations


class ReportRequestError(ValueError):
    """The request names too little, or something that does not exist; the message says what would be right.

    ``about`` is the part of the request that is wrong, by its name in the API.
    """

    def __init__(self, message: str, about: str = "detail") -> None:
        super().__init__(message)
        self.about = about
