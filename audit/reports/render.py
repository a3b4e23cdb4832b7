"""From the view to the bytes of the PDF. Nothing is fetched, and the same view gives the same bytes everywhere."""

from __future__ import annotations

import gc
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from django.template.loader import render_to_string
from django.utils import translation

from audit.reports.archival import embedding, finish, finish_for_signature, has_clear_ends, padded
from audit.reports.document import PrintableReport
from audit.reports.hyphenation import prepare_hyphenation
from audit.reports.kinds import find_type
from audit.reports.page_references import keep_page_references
from audit.reports.printable import without_unprintable

if TYPE_CHECKING:
    from weasyprint import Document

_MOST_TRIES: Final = 4  # one in 128 files needs a second
FONTS: Final = Path(__file__).with_name("fonts") / "fonts.conf"


class FetchRefusedError(ValueError):
    """Something in a report asked for an address; reports are made of what is at hand."""


def html_for(view: PrintableReport) -> str:
    """Give the report as one HTML page with its styles inside; every text of the view is escaped."""
    made_at = view.made_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    with translation.override(view.language):
        context = {"view": view, "parts": view.parts, "made_at": made_at}
        page = render_to_string(find_type(view.kind).template, context)
    return without_unprintable(page)


def render_pdf(view: PrintableReport) -> bytes:
    """Give the report as one file that is PDF/A-3a and PDF/UA-1, with its evidence attached."""
    page = html_for(view)
    with fixed_environment(view), rare_collections(), keep_page_references():
        return _print(view, page)


def _print(view: PrintableReport, page: str) -> bytes:
    document = lay_out(page)
    for padding in range(_MOST_TRIES):
        pdf = _write(view, document, padding)
        if has_clear_ends(pdf):
            break
    return pdf


def _write(view: PrintableReport, document: Document, padding: int) -> bytes:
    from weasyprint import Attachment

    attachments = [
        Attachment(
            file_obj=io.BytesIO(each.name.encode()),  # a place for the packed file, which ``embedding`` puts there
            name=each.name,
            description=each.description,
            relationship=each.relationship,
            created=view.made_at,
            modified=view.made_at,
        )
        for each in view.attachments
    ]
    finisher = padded(finish if view.is_draft else finish_for_signature, padding)
    finisher = embedding([each.file for each in view.attachments], finisher)
    pdf: bytes = document.write_pdf(pdf_variant="pdf/a-3a", attachments=attachments, finisher=finisher)
    return pdf


def lay_out(page: str) -> Document:
    """Give the page laid out, without a byte of the file; whoever calls it has the fonts of ``fixed_environment``."""
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    return HTML(string=page, url_fetcher=refuse).render(font_config=FontConfiguration(), pdf_variant="pdf/a-3a")


def refuse(url: str) -> NoReturn:
    """Refuse to open any address."""
    raise FetchRefusedError(f"a report opens no address; {url[:200]} was asked for")


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the collector run seldom: a layout makes millions of objects that all live to its end.

    They go with it, and with them what signing the report before has left, so that a worker holds no more after its
    hundredth report than after its first.
    """
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.collect()


@contextmanager
def fixed_environment(view: PrintableReport) -> Iterator[None]:
    """Use the fonts beside this module alone, and the report's own moment wherever a library asks for the time."""
    wanted = {"FONTCONFIG_FILE": str(FONTS), "SOURCE_DATE_EPOCH": str(int(view.made_at.timestamp()))}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    prepare_hyphenation(view.language)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
