"""The languages a report can be asked for in: English, and each that has a catalogue in ``LOCALE_PATHS``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import get_language_info

from audit.reports.request import ReportRequestError

SOURCE_LANGUAGE: Final = "en"


def list_languages() -> tuple[tuple[str, str], ...]:
    """Give each language's code with its own name for itself, English first."""
    found = {path.parents[1].name for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/*/django.mo")}
    return tuple((code, name_language(code)) for code in (SOURCE_LANGUAGE, *sorted(found - {SOURCE_LANGUAGE})))


def choose_language(wanted: str | None) -> str:
    """Give the language asked for, or the installation's own where none was (``OPENBOOK_REPORT_LANGUAGE``).

    Raises ``ReportRequestError`` for a language that is not offered.
    """
    offered = dict(list_languages())
    language = wanted or str(settings.REPORT_LANGUAGE)
    if language not in offered:
        raise ReportRequestError(
            f"Reports are not offered in “{language}”; there are {', '.join(offered)}.", about="language"
        )
    return language


def name_language(code: str) -> str:
    """Give a language's own name for itself."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code
