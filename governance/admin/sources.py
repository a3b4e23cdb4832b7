"""Sources as people read them: a commit by its first letters, a day as a day; the whole of it stays in the title."""

from __future__ import annotations

import re
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.admin.days import name_day, name_days

_COMMIT: Final = re.compile(r"@([0-9a-f]{7})[0-9a-f]{33}\b")


def shorten(source: str) -> str:
    """The source with its commits cut to seven letters and its days in words; a day within a name or address stays."""
    return name_days(_COMMIT.sub(r"@\1", source))


def show_source(source: str, on: str = "", read_on: str = "") -> SafeString:
    """The source and its day; an address leads there."""
    day = f", {name_day(on)}" if on else f", read on {name_day(read_on)}" if read_on else ""
    if source.startswith(("http://", "https://")) and " " not in source:
        return format_html('<a href="{}" rel="noreferrer">{}</a>{}', source, source, day)
    return format_html('<span title="{}">{}</span>{}', source, shorten(source), day)
