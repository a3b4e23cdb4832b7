"""What the templates of the reports need beside Django's own tags."""

from __future__ import annotations

import re

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from audit.models import ReportKind
from audit.reports.languages import SOURCE_LANGUAGE, list_languages, name_language
from audit.reports.wording import shorten_commits, tidy_source

register = template.Library()


@register.simple_tag
def page_numbers() -> SafeString:
    """Give the foot ``page 3 of 12`` as the content of a CSS box, in the active language's order of words."""
    message = gettext("page {page} of {pages}")
    parts = []
    for part in re.split(r"(\{pages?\})", message):
        if part in ("{page}", "{pages}"):
            parts.append(f"counter({part[1:-1]})")
        elif part:
            parts.append('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"')
    return mark_safe(" ".join(parts))  # noqa: S308 - made of a message of the catalogue, quoted for CSS


@register.simple_tag
def report_languages() -> list[tuple[str, str, bool]]:
    """Give each language a report can be asked for in: code, own name, and whether it is the installation's own."""
    return [(code, name, code == settings.REPORT_LANGUAGE) for code, name in list_languages()]


register.filter("short_commits", shorten_commits)
register.filter("source", tidy_source)


@register.filter
def report_language(code: str) -> str:
    """Give the language of a report by its own name, where it is another than the pages'."""
    return "" if code == SOURCE_LANGUAGE else name_language(code)


@register.filter
def report_kind(kind: str) -> str:
    """Give a report's kind in words, as it stands in a list."""
    return str(ReportKind(kind).label).lower() if kind in ReportKind.values else kind
